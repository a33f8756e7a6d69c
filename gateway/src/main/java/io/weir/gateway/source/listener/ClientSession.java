package io.weir.gateway.source.listener;

import io.weir.gateway.model.SessionEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a client. Belongs to the connection that has it, and to the {@link SessionTable}
 * while none has.
 */
final class ClientSession {

  static final long FOREVER = 0xFFFF_FFFFL;

  final String client;

  /** Whose it is: the user, or the name of the certificate; see {@link Sender#ownerOf}. */
  final String sender;

  /** 0 for a session that ends with its connection: nothing of it is durable. */
  final long number;

  /** Seconds that it outlives its connection. */
  private long expirySeconds;

  private final SessionRoom room;

  /** Exchanges of QoS 2 by packet id, from their arrival to their release. */
  final Map<Integer, Exchange> held = new HashMap<>();

  /** Those of {@link #held} whose PUBREC has freed the packet id, the latest answer last. */
  private final Set<Exchange> refused = new LinkedHashSet<>();

  /** Exchanges of QoS 1 by packet id, of connections before, whose PUBACK was never sent. */
  private final Map<Integer, Exchange> unsent = new LinkedHashMap<>();

  /** The filters that it may be sent messages by. Read by any thread, so replaced as a whole. */
  private volatile Set<String> filters = Set.of();

  private boolean reported;
  private boolean inLog;

  /** The will of the connection before, while its delay runs. */
  private @Nullable DelayedWill will;

  // ---- Of the table, under its monitor

  @Nullable ClientConnection owner;
  SessionTable.@Nullable Claim next;
  long expiresAtNs;

  ClientSession(String client, long number, long expirySeconds, SessionRoom room) {
    this.room = room;
    this.client = client;
    this.sender = Sender.of(client);
    this.number = number;
    this.expirySeconds = expirySeconds;
  }

  boolean isDurable() {
    return number != 0;
  }

  /** Whether the log holds that it opened. */
  boolean isReported() {
    return reported;
  }

  void reported() {
    reported = true;
    inLog = true;
  }

  /** Whether the log may hold that it opened. */
  boolean isInLog() {
    return inLog;
  }

  /** The inbox has taken that it opened; whether that becomes durable is not known here. */
  void inLog() {
    inLog = true;
  }

  long expirySeconds() {
    return expirySeconds;
  }

  void expiresAfter(long seconds) {
    expirySeconds = seconds;
  }

  /** An exchange of QoS 2 begins. */
  void hold(Exchange exchange) {
    Exchange before = held.put(exchange.packetId, exchange);
    if (before == null) {
      room.held().add(Kept.OVERHEAD);
    } else {
      refused.remove(before);
    }
  }

  /** An exchange is held although its packet id is free: its PUBREC may get lost. */
  void refuses(Exchange exchange) {
    hold(exchange);
    refused.remove(exchange); // answered once more, and now the latest
    refused.add(exchange);
  }

  /** An exchange of QoS 2 has ended. */
  void release(Exchange exchange) {
    if (held.remove(exchange.packetId, exchange)) {
      room.held().add(-Kept.OVERHEAD);
    }
    refused.remove(exchange);
  }

  /** Whether it may hold one more. */
  boolean mayHold() {
    return room.held().hasRoom((long) Kept.OVERHEAD * held.size());
  }

  /** It has ended, and nobody has it. */
  void releaseAll() {
    room.held().add(-(long) Kept.OVERHEAD * held.size());
    held.clear();
    refused.clear();
    room.unsent().add(-(long) Kept.OVERHEAD * unsent.size());
    unsent.clear();
    room.filters().add(-bytes(filters));
    filters = Set.of();
  }

  /**
   * Forgets the refused exchange that was answered first, where there are more than the client can
   * have under way: answers leave in order, so it has surely got that one.
   *
   * @return the exchange, if there was one
   */
  @Nullable Exchange forgetRefused(int mostUnderWay) {
    if (refused.size() <= mostUnderWay) {
      return null;
    }
    Exchange first = refused.iterator().next();
    release(first);
    return first;
  }

  /**
   * An exchange of QoS 1 whose connection has ended. A client that has lost its state never sends
   * it again, so there is a bound: of those beyond it the oldest is forgotten, and would be taken
   * twice.
   */
  void leaveUnanswered(Exchange exchange, int most) {
    takeUnanswered(exchange.packetId);
    long own = (long) Kept.OVERHEAD * unsent.size();
    if (unsent.size() >= most || !room.unsent().hasRoom(own)) {
      takeUnanswered(unsent.keySet().iterator().next());
    }
    unsent.put(exchange.packetId, exchange);
    room.unsent().add(Kept.OVERHEAD);
  }

  /** Gives up what a connection before has left with a packet id; {@code null} if nothing. */
  @Nullable Exchange takeUnanswered(int packetId) {
    Exchange taken = unsent.isEmpty() ? null : unsent.remove(packetId);
    if (taken != null) {
      room.unsent().add(-Kept.OVERHEAD);
    }
    return taken;
  }

  /**
   * What the record of a QoS 2 message says of this session; {@code null} if nothing.
   *
   * @param tells whether the client hears of a refusal
   */
  @Nullable SessionEvent holding(int packetId, String topic, byte[] payload, boolean tells) {
    return isDurable()
        ? SessionEvent.held(number, packetId, Exchange.content(topic, payload), tells)
        : null;
  }

  /** The will of a connection that has ended waits for its delay. */
  void waitsFor(DelayedWill delayed) {
    will = delayed;
  }

  /** A connection resumes the session in time: the will is not sent. */
  void cancelWill() {
    DelayedWill waiting = will;
    will = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  /** Whether a will waits for its delay. */
  boolean hasWill() {
    return will != null;
  }

  /** The session ends, and with it the delay of the will. */
  void endWill() {
    DelayedWill waiting = will;
    will = null;
    if (waiting != null) {
      waiting.fire();
    }
  }

  Set<String> filters() {
    return filters;
  }

  /** Whether it may subscribe by one more filter. */
  boolean maySubscribe() {
    return room.filters().hasRoom(bytes(filters));
  }

  private static long bytes(Collection<String> filters) {
    return filters.stream().mapToLong(each -> Kept.OVERHEAD + 2L * each.length()).sum();
  }

  void subscribe(String filter) {
    Set<String> all = new LinkedHashSet<>(filters);
    all.add(filter);
    filter(all);
  }

  private void filter(Set<String> all) {
    room.filters().add(bytes(all) - bytes(filters));
    filters = Set.copyOf(all);
  }

  /** Whether it was subscribed. */
  boolean unsubscribe(String filter) {
    Set<String> all = new LinkedHashSet<>(filters);
    boolean was = all.remove(filter);
    filter(all);
    return was;
  }
}
