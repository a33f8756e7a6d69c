package io.weir.sim.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * The packets that were accepted and not yet acknowledged, in order, and their packet identifiers:
 * protocol state, without I/O. Identifiers are used in turn, so the position of a packet gives its
 * identifier.
 *
 * <p>Mutable; one thread.
 */
final class SendWindow {

  /** Packet identifiers are 1 to 65535. */
  static final int IDENTIFIERS = 65_535;

  /**
   * A packet to be written now.
   *
   * @param duplicate whether it carries the DUP flag
   */
  record Sending(Packet packet, int id, boolean duplicate) {}

  private final @Nullable Packet[] slots = new @Nullable Packet[IDENTIFIERS];

  /** Positions only grow: [oldest, unsent) is on the connection, [unsent, end) is not sent yet. */
  private long oldest;

  private long unsent;
  private long end;

  /** Packets below this position may have reached the broker before: they are sent as DUP. */
  private long duplicatesBelow;

  private int allowed;
  private int onConnection;

  /** Adds a packet. At most {@link #IDENTIFIERS} fit from the oldest to the newest. */
  void add(Packet packet) {
    if (end - oldest >= IDENTIFIERS) {
      throw new IllegalStateException("more packets than identifiers");
    }
    slots[slot(end)] = packet;
    end++;
  }

  /**
   * Starts a connection: every unacknowledged packet is sent on it, oldest first.
   *
   * @param allowed how many may be unacknowledged on it at once, the broker's Receive Maximum
   * @param sameSession whether the broker remembers the session, and with it the identifiers
   */
  void connected(int allowed, boolean sameSession) {
    this.allowed = allowed;
    duplicatesBelow = sameSession ? Math.max(duplicatesBelow, unsent) : oldest;
    unsent = oldest;
    onConnection = 0;
  }

  /** The next packet to send on the connection; null if there is none or no more are allowed. */
  @Nullable Sending send() {
    while (unsent < end && onConnection < allowed) {
      Packet packet = slots[slot(unsent)];
      long position = unsent++;
      if (packet != null) {
        onConnection++;
        return new Sending(packet, slot(position) + 1, position < duplicatesBelow);
      }
    }
    return null;
  }

  /** Removes the packet that the broker answered; null if that identifier is not in use. */
  @Nullable Packet settle(int id) {
    int slot = id - 1;
    if (slot < 0 || slot >= IDENTIFIERS) {
      return null;
    }
    Packet packet = slots[slot];
    if (packet != null) {
      slots[slot] = null;
      onConnection--;
    }
    return packet;
  }

  /** Frees the positions of the oldest settled packets, and returns how many it freed. */
  int slide() {
    long from = oldest;
    while (oldest < unsent && slots[slot(oldest)] == null) {
      oldest++;
    }
    return (int) (oldest - from);
  }

  private static int slot(long position) {
    return (int) (position % IDENTIFIERS);
  }
}
