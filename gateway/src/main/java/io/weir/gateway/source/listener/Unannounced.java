package io.weir.gateway.source.listener;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connections of which the proxy has not said yet whose they are: as many as may be open, for whom
 * the proxy is all that is known. Where there are too many, the oldest makes room: a proxy speaks
 * at once. Safe for several threads: every method holds the monitor for a few steps in memory.
 */
final class Unannounced {

  private final int most;

  /** The oldest first. */
  private final Set<Channel> waiting = new LinkedHashSet<>();

  /**
   * @param most at once; 0 for no bound
   */
  Unannounced(int most) {
    this.most = most;
  }

  /** One arrives; returns the one that has to make room, or {@code null}. */
  synchronized @Nullable Channel add(Channel arrived) {
    waiting.add(arrived);
    if (most == 0 || waiting.size() <= most) {
      return null;
    }
    Iterator<Channel> oldest = waiting.iterator();
    Channel leaving = oldest.next();
    oldest.remove();
    return leaving;
  }

  /** The proxy has spoken, or the connection has ended. */
  synchronized void remove(Channel known) {
    waiting.remove(known);
  }

  /** A copy. */
  synchronized List<Channel> all() {
    return List.copyOf(waiting);
  }
}
