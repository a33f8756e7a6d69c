package io.weir.gateway.source.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The QoS 1 messages that are not yet acknowledged, in order of arrival. Protocol state without
 * I/O.
 *
 * <p>A message is WAITING, is OFFERED to the inbox, becomes DURABLE, and leaves from the head. If
 * the inbox had no room, or the sync failed, it is WAITING again, in its place.
 *
 * <p>The rules:
 *
 * <ul>
 *   <li>Acknowledgements leave in order of arrival, and only on the connection that the message
 *       came by: MQTT reuses packet ids, so an id means nothing on another connection.
 *   <li>If a new connection resumes the session, the broker sends again what was not acknowledged,
 *       so messages that still wait from before are dropped. If the session was lost, this is the
 *       only copy, so they are kept and offered again.
 *   <li>What the inbox has taken stays until it is durable or failed, whatever happens to the
 *       connection.
 * </ul>
 *
 * <p>Shared by the callback thread of the client, {@code log-sync} and the source's own thread.
 * Each method holds the monitor for a few steps in memory; none calls other parts.
 */
final class InflightWindow {

  private final int maxCount;
  private final long maxBytes;
  private final BrokerBound bound;

  private final ArrayDeque<InflightDelivery> held = new ArrayDeque<>();
  private final TreeMap<Long, InflightDelivery> waiting = new TreeMap<>();
  private long bytes;
  private long nextPlace;

  /** The current connection: only its messages can be acknowledged. */
  private int epoch;

  /** The first connection of the broker's current session. */
  private int sessionSince;

  /**
   * @param maxCount most messages held, where the broker does not keep the bound itself
   * @param maxBytes most bytes held
   * @param receiveMaximum how many messages the broker sends at most before an acknowledgement
   */
  InflightWindow(int maxCount, long maxBytes, int receiveMaximum) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
    this.bound = new BrokerBound(receiveMaximum);
  }

  /** A new connection begins: nothing of the former one can be acknowledged. */
  synchronized void connecting(int newEpoch) {
    epoch = newEpoch;
    bound.reset();
  }

  /**
   * The broker accepted the connection.
   *
   * @param resumed whether it resumed the session for sure; else what waits may be the only copy
   */
  synchronized void connected(boolean resumed) {
    if (!resumed) {
      sessionSince = epoch;
      return;
    }
    for (InflightDelivery each : List.copyOf(waiting.values())) {
      boolean comesAgain = each.by.epoch() >= sessionSince && each.by.epoch() < epoch;
      if (comesAgain && each.state == InflightDelivery.State.WAITING) {
        waiting.remove(each.place);
        held.remove(each);
        bytes -= each.bytes();
      }
    }
  }

  /** Adds a message at the end, where it waits to be offered. */
  synchronized void add(InflightDelivery arrived) {
    arrived.place = nextPlace++;
    held.addLast(arrived);
    bytes += arrived.bytes();
    bound.arrived(held.size());
    await(arrived);
  }

  /** The inbox had no room for it, or its sync failed: it is offered again. */
  synchronized void notKept(InflightDelivery offered) {
    await(offered);
  }

  /**
   * The first that waits, to be offered again; it keeps its place until {@link #taken} or {@link
   * #notKept}.
   */
  synchronized @Nullable InflightDelivery next() {
    if (waiting.isEmpty()) {
      return null;
    }
    InflightDelivery first = waiting.firstEntry().getValue();
    first.state = InflightDelivery.State.OFFERED;
    return first;
  }

  /** The inbox took what {@link #next} gave. It may have failed again since. */
  synchronized void taken(InflightDelivery offered) {
    if (offered.state != InflightDelivery.State.WAITING) {
      waiting.remove(offered.place);
    }
  }

  /**
   * It is on stable storage.
   *
   * @return whether it is at the head, so that an acknowledgement is due
   */
  synchronized boolean durable(InflightDelivery offered) {
    offered.state = InflightDelivery.State.DURABLE;
    return held.peekFirst() == offered;
  }

  /**
   * Removes the run of durable messages at the head.
   *
   * @return those of them that came by the current connection, to be acknowledged in this order
   */
  synchronized List<InflightDelivery> due() {
    List<InflightDelivery> due = new ArrayList<>();
    while (!held.isEmpty() && held.getFirst().state == InflightDelivery.State.DURABLE) {
      InflightDelivery first = held.removeFirst();
      bytes -= first.bytes();
      if (first.by.epoch() == epoch) {
        due.add(first);
      }
    }
    if (!due.isEmpty()) {
      bound.acknowledged(held.size());
    }
    return due;
  }

  /**
   * Whether nothing more comes before an acknowledgement, and the inbox has all that came: the
   * source then only waits for the sync.
   */
  synchronized boolean isExhausted() {
    return waiting.isEmpty() && !held.isEmpty() && bound.isReached(held.size());
  }

  /** Over the bound: stop receiving. */
  synchronized boolean isFull() {
    return held.size() > maxCount || bytes > maxBytes;
  }

  /** At most half full, so that receiving does not stop again at once. */
  synchronized boolean hasRoom() {
    return held.size() <= maxCount / 2 && bytes <= maxBytes / 2;
  }

  /** Whether some wait to be offered, or the inbox has taken some that are not settled yet. */
  synchronized boolean hasUnsettled() {
    return !waiting.isEmpty()
        || held.stream().anyMatch(each -> each.state == InflightDelivery.State.OFFERED);
  }

  /** How many wait to be offered again. */
  synchronized int waiting() {
    return waiting.size();
  }

  synchronized int size() {
    return held.size();
  }

  private void await(InflightDelivery each) {
    each.state = InflightDelivery.State.WAITING;
    waiting.put(each.place, each);
  }
}
