package io.weir.gateway.simulation;

import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.http.Reply;
import io.weir.gateway.source.http.RequestHead;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A program that posts readings, and posts again what was refused or not answered. */
final class Posts {

  private static final int AT_ONCE = 4;

  private final Oracle oracle;
  private final Deque<SentMessage> waiting = new ArrayDeque<>();
  private final List<SentMessage> posted = new ArrayList<>();

  Posts(Oracle oracle) {
    this.oracle = oracle;
  }

  void add(SentMessage message) {
    waiting.add(message);
  }

  boolean isQuiet() {
    return waiting.isEmpty() && posted.isEmpty();
  }

  void turn(HttpSource source, Life life) {
    for (int i = 0; i < AT_ONCE && !waiting.isEmpty(); i++) {
      SentMessage next = waiting.remove();
      posted.add(next);
      oracle.arrives(next);
      String type = next.topic.equals(Traffic.READINGS) ? "application/json" : "text/plain";
      source.receive(
          new RequestHead("POST", next.topic, type, null, -1),
          next.payload(),
          reply -> answered(next, reply, life));
    }
  }

  private void answered(SentMessage message, Reply reply, Life life) {
    if (life.isOver()) {
      return; // nobody hears it
    }
    if (!posted.remove(message)) {
      throw new AssertionError("a second answer to " + message);
    }
    if (reply.status() == 200 || reply.status() == 204) {
      oracle.acknowledged(message);
    } else if (reply.status() == 503) {
      waiting.addLast(message);
    } else {
      throw new AssertionError("answer " + reply.status() + " to " + message);
    }
  }

  /** The gateway died: its answers do not come. */
  void gatewayDied() {
    waiting.addAll(posted);
    posted.clear();
  }
}
