package io.weir.gateway.source.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The QoS 1 deliveries that are not yet acknowledged, in order of arrival: the state of the
 * protocol, without its I/O.
 *
 * <p>A delivery is OFFERED to the inbox, becomes DURABLE, and leaves from the head. Where the inbox
 * had no room, or the sync failed, it is WAITING; as long as one waits, later ones wait behind it.
 *
 * <p>What follows from it:
 *
 * <ul>
 *   <li>acknowledgements leave in order of arrival, and only for the connection the delivery came
 *       by: MQTT uses packet ids again, so an id means nothing on another connection;
 *   <li>on a new connection that resumed the session, the broker sends again what was not
 *       acknowledged, so what still waits from before is forgotten; where the session was lost,
 *       nobody else has it any more, so it is kept and offered again;
 *   <li>what the inbox already has stays until it is settled, whatever happens to the connection.
 * </ul>
 *
 * <p>Shared by the library's callback thread, {@code log-sync} and the source's two threads; every
 * method holds the monitor for a few steps in memory, and none calls out.
 */
final class InflightWindow {

  private final int maxCount;
  private final long maxBytes;

  private final ArrayDeque<InflightDelivery> held = new ArrayDeque<>();
  private final TreeMap<Long, InflightDelivery> waiting = new TreeMap<>();
  private long bytes;
  private long nextPlace;

  /** The connection now: only its deliveries can be acknowledged. */
  private int epoch;

  /** The first connection of the broker's present session. */
  private int sessionSince;

  /**
   * @param maxCount deliveries held at most, where the broker does not keep the bound itself
   * @param maxBytes bytes held at most
   */
  InflightWindow(int maxCount, long maxBytes) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
  }

  /** A new connection is about to be made: nothing of the former one can be acknowledged. */
  synchronized void connecting(int newEpoch) {
    epoch = newEpoch;
  }

  /** The connection was made, and the broker knew the session or did not. */
  synchronized void connected(boolean sessionPresent) {
    if (!sessionPresent) {
      sessionSince = epoch;
      return;
    }
    for (InflightDelivery each : List.copyOf(waiting.values())) {
      boolean comesAgain = each.epoch >= sessionSince && each.epoch < epoch;
      if (comesAgain && each.state == InflightDelivery.State.WAITING) {
        waiting.remove(each.place);
        held.remove(each);
        bytes -= each.bytes();
      }
    }
  }

  /**
   * Takes a delivery in at the end.
   *
   * @return true to offer it now, false where others wait and it waits behind them
   */
  synchronized boolean add(InflightDelivery arrived) {
    arrived.place = nextPlace++;
    held.addLast(arrived);
    bytes += arrived.bytes();
    if (waiting.isEmpty()) {
      return true;
    }
    await(arrived);
    return false;
  }

  /** The inbox had no room for it, or could not sync it: its turn comes again. */
  synchronized void notKept(InflightDelivery offered) {
    await(offered);
  }

  /**
   * The first that waits, to be offered again; it keeps its turn until {@link #taken} or {@link
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
   * @return whether it stood at the head, so that an acknowledgement is due
   */
  synchronized boolean durable(InflightDelivery offered) {
    offered.state = InflightDelivery.State.DURABLE;
    return held.peekFirst() == offered;
  }

  /**
   * Lets go of the run of durable deliveries at the head.
   *
   * @return those of them that came by the connection now, to be acknowledged in this order
   */
  synchronized List<InflightDelivery> due() {
    List<InflightDelivery> due = new ArrayList<>();
    while (!held.isEmpty() && held.getFirst().state == InflightDelivery.State.DURABLE) {
      InflightDelivery settled = held.removeFirst();
      bytes -= settled.bytes();
      if (settled.epoch == epoch) {
        due.add(settled);
      }
    }
    return due;
  }

  /** Past the bound: receive no more. */
  synchronized boolean isFull() {
    return held.size() > maxCount || bytes > maxBytes;
  }

  /** Empty enough to receive again: half of the bound, so that it does not flutter. */
  synchronized boolean hasRoom() {
    return held.size() <= maxCount / 2 && bytes <= maxBytes / 2;
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
