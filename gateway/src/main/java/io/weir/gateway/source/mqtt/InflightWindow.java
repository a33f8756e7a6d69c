package io.weir.gateway.source.mqtt;

import java.util.ArrayDeque;
import java.util.Arrays;
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
 *   <li>After a failed sync none is offered until all that the inbox has taken are settled: those
 *       that fail with it must not be overtaken by what came after them.
 * </ul>
 *
 * <p>Shared by the callback thread of the client, {@code log-sync} and the source's own thread.
 * Each method holds the monitor for a few steps in memory; none calls other parts.
 */
final class InflightWindow {

  private static final int[] NONE = {};

  private final int maxCount;
  private final long maxBytes;
  private final int receiveMaximum;
  private final BrokerBound bound;

  private final ArrayDeque<InflightDelivery> held = new ArrayDeque<>();

  /** What waits and was never refused: all of it came after what waits again. */
  private final ArrayDeque<InflightDelivery> waiting = new ArrayDeque<>();

  /** What waits again, by its place. */
  private final TreeMap<Long, InflightDelivery> again = new TreeMap<>();

  /** Room for what {@link #due} collects. */
  private int[] due = new int[64];

  private long bytes;
  private long nextPlace;

  /**
   * More is held than a broker should send, or half of what there is room for. Mosquitto before
   * 2.0.12 keeps no Receive Maximum once messages are queued: each PUBACK lets it send as many
   * more.
   */
  private volatile boolean overdrawn;

  /** How many are OFFERED. */
  private int offered;

  /** A sync failed, and not all that were OFFERED then are settled yet. */
  private boolean isFailing;

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
    this.receiveMaximum = receiveMaximum;
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
    again.values().removeIf(this::isDroppedFromBefore);
    waiting.removeIf(this::isDroppedFromBefore);
    overdrawn = isOver();
  }

  private boolean isDroppedFromBefore(InflightDelivery each) {
    boolean comesAgain = each.by.epoch() >= sessionSince && each.by.epoch() < epoch;
    if (!comesAgain || each.state != InflightDelivery.State.WAITING) {
      return false;
    }
    held.remove(each);
    bytes -= each.bytes();
    return true;
  }

  /** Adds a message at the end, where it waits to be offered. */
  synchronized void add(InflightDelivery arrived) {
    arrived.place = nextPlace++;
    held.addLast(arrived);
    bytes += arrived.bytes();
    bound.arrived(held.size());
    waiting.addLast(arrived);
    overdrawn = isOver();
  }

  /** The inbox had no room for it: it is offered again. */
  synchronized void notTaken(InflightDelivery refused) {
    leave(refused, InflightDelivery.State.WAITING);
    waitAgain(refused);
    isFailureOver();
  }

  /**
   * Its sync failed: it is offered again.
   *
   * @return whether there is something to offer now
   */
  synchronized boolean failed(InflightDelivery lost) {
    leave(lost, InflightDelivery.State.WAITING);
    waitAgain(lost);
    isFailing = true;
    return isFailureOver();
  }

  @SuppressWarnings("ReferenceEquality") // is it this one
  private void waitAgain(InflightDelivery each) {
    if (waiting.peekFirst() != each) { // else it is offered, and did not leave yet
      again.put(each.place, each);
    }
  }

  /**
   * The first that waits, to be offered again; it keeps its place until {@link #taken} or {@link
   * #notTaken}. {@code null} if none may be offered.
   */
  synchronized @Nullable InflightDelivery next() {
    if (offerable() == 0) {
      return null;
    }
    InflightDelivery first = again.isEmpty() ? waiting.getFirst() : again.firstEntry().getValue();
    if (first.state != InflightDelivery.State.OFFERED) {
      first.state = InflightDelivery.State.OFFERED;
      offered++;
    }
    return first;
  }

  /** The inbox took what {@link #next} gave. It may have failed again since. */
  @SuppressWarnings("ReferenceEquality") // is it this one
  synchronized void taken(InflightDelivery kept) {
    if (kept.state == InflightDelivery.State.WAITING) {
      return;
    }
    if (waiting.peekFirst() == kept) {
      waiting.removeFirst();
    } else {
      again.remove(kept.place);
    }
  }

  /**
   * It is on stable storage.
   *
   * @return whether an acknowledgement is due, because it is at the head, or others can be offered
   *     again
   */
  synchronized boolean durable(InflightDelivery kept) {
    leave(kept, InflightDelivery.State.DURABLE);
    return isFailureOver() || held.peekFirst() == kept;
  }

  /** It is with the inbox no longer, if it was. */
  private void leave(InflightDelivery each, InflightDelivery.State next) {
    if (each.state == InflightDelivery.State.OFFERED) {
      offered--;
    }
    each.state = next;
  }

  /** Whether with this one all around a failed sync are settled. */
  private boolean isFailureOver() {
    boolean isOver = isFailing && offered == 0;
    isFailing &= !isOver;
    return isOver;
  }

  /**
   * Removes the run of durable messages at the head.
   *
   * @return packet ids of those of them that came by the current connection, to be acknowledged in
   *     this order
   */
  synchronized int[] due() {
    int count = 0;
    while (!held.isEmpty() && held.getFirst().state == InflightDelivery.State.DURABLE) {
      InflightDelivery first = held.removeFirst();
      bytes -= first.bytes();
      if (first.by.epoch() == epoch) {
        if (count == due.length) {
          due = Arrays.copyOf(due, 2 * count);
        }
        due[count++] = first.publish.packetId();
      }
    }
    overdrawn = isOver();
    if (count == 0) {
      return NONE;
    }
    bound.acknowledged(held.size());
    return Arrays.copyOf(due, count);
  }

  /**
   * Whether nothing more comes before an acknowledgement, and the inbox has all that came: the
   * source then only waits for the sync.
   */
  synchronized boolean isExhausted() {
    return waits() == 0 && !held.isEmpty() && bound.isReached(held.size());
  }

  private boolean isOver() {
    return held.size() > Math.min(receiveMaximum, maxCount / 2) || bytes > maxBytes / 2;
  }

  /** Whether reading should wait until more is acknowledged. */
  boolean isOverdrawn() {
    return overdrawn;
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
    return waits() > 0 || offered > 0;
  }

  /** How many of those that wait may be offered now. */
  synchronized int offerable() {
    return isFailing ? 0 : waits();
  }

  private int waits() {
    return waiting.size() + again.size();
  }

  synchronized int size() {
    return held.size();
  }
}
