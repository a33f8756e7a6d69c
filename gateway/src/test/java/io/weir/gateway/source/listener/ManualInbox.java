package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.KnownSessions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory that syncs when it is told to. What was not synced is lost where it fails or the
 * gateway is killed. Payloads that begin with "bad" go to the quarantine as a whole.
 */
final class ManualInbox implements Inbox {

  /** One record. */
  private record Entry(
      @Nullable Delivery delivery, @Nullable SessionEvent event, Delivery.Settled settled) {}

  private static final Receipt TAKEN = new Receipt(1, 1, 0, List.of());
  private static final Receipt REJECTED =
      new Receipt(1, 0, 0, List.of(new Rejected(Reason.MALFORMED, "bad")));

  private final ArrayDeque<Entry> unsynced = new ArrayDeque<>();
  private final List<Entry> durable = new ArrayList<>();
  private final Map<String, Integer> times = new HashMap<>();
  private boolean full;
  private int lingersEnded;

  void full(boolean now) {
    full = now;
  }

  @Override
  public Answer offer(Delivery delivery) {
    return add(new Entry(delivery, delivery.session(), delivery.settled()));
  }

  @Override
  public Answer note(String source, SessionEvent event, Delivery.Settled settled) {
    return add(new Entry(null, event, settled));
  }

  private Answer add(Entry entry) {
    if (full) {
      return Answer.NO_ROOM;
    }
    unsynced.add(entry);
    return Answer.TAKEN;
  }

  @Override
  public void endLinger() {
    lingersEnded++;
  }

  /** How often it was told that a sender waits for what it offered. */
  int lingersEnded() {
    return lingersEnded;
  }

  @Override
  public void refused(Delivery delivery) {}

  int unsynced() {
    return unsynced.size();
  }

  /** The first of what waits is durable, and its sender may know. */
  void sync(int most) {
    for (int left = Math.min(most, unsynced.size()); left > 0; left--) {
      Entry entry = unsynced.removeFirst();
      keep(entry);
      entry.settled.durable(isBad(entry) ? REJECTED : TAKEN);
    }
  }

  /** Nothing of what waits is durable. */
  void fail() {
    List<Entry> all = List.copyOf(unsynced);
    unsynced.clear();
    all.forEach(each -> each.settled.failed(new IOException("disk gone")));
  }

  /** The gateway dies: the first of what waits were written already, and nobody is told. */
  void kill(int written) {
    for (int left = Math.min(written, unsynced.size()); left > 0; left--) {
      keep(unsynced.removeFirst());
    }
    unsynced.clear();
    full = false;
  }

  private void keep(Entry entry) {
    durable.add(entry);
    if (entry.delivery != null) {
      times.merge(new String(entry.delivery.payload(), UTF_8), 1, Integer::sum);
    }
  }

  private static boolean isBad(Entry entry) {
    return entry.delivery != null && new String(entry.delivery.payload(), UTF_8).startsWith("bad");
  }

  /** How often a payload is durable. */
  int times(String payload) {
    return times.getOrDefault(payload, 0);
  }

  int size() {
    return durable.size();
  }

  // ---- What the next start finds

  private static final class Open {
    String client = "";
    long expirySeconds;
    final Map<Integer, Long> held = new HashMap<>();
    final Map<Integer, Long> refused = new HashMap<>();
  }

  KnownSessions known() {
    Map<Long, Open> open = new TreeMap<>();
    long last = 0;
    for (Entry entry : durable) {
      SessionEvent event = entry.event;
      if (event != null) {
        last = Math.max(last, event.session());
        apply(open, event, isBad(entry));
      }
    }
    List<KnownSessions.Session> all = new ArrayList<>();
    open.forEach(
        (number, each) ->
            all.add(
                new KnownSessions.Session(
                    number, each.client, each.expirySeconds, each.held, each.refused)));
    return new KnownSessions(last, all);
  }

  private static void apply(Map<Long, Open> open, SessionEvent event, boolean bad) {
    if (event.kind() == SessionEvent.Kind.OPENED) {
      Open session = open.computeIfAbsent(event.session(), absent -> new Open());
      session.client = event.client();
      session.expirySeconds = event.expirySeconds();
      return;
    }
    Open session = open.get(event.session());
    if (session == null) {
      return;
    }
    if (event.kind() == SessionEvent.Kind.ENDED) {
      open.remove(event.session());
      return;
    }
    session.held.remove(event.packetId());
    session.refused.remove(event.packetId());
    if (event.kind() == SessionEvent.Kind.HELD) {
      if (bad && event.tellsOfRefusal()) {
        session.refused.put(event.packetId(), event.content());
      } else {
        session.held.put(event.packetId(), event.content());
      }
    }
  }
}
