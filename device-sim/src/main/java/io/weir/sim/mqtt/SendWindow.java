package io.weir.sim.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * The packets accepted and not yet acknowledged, in order, and their packet identifiers: the state
 * of the protocol without its connection. Identifiers go round in order, so the position of a
 * packet gives its identifier. Used by one thread.
 */
final class SendWindow {

  /** Packet identifiers are 1 to 65535. */
  static final int IDENTIFIERS = 65_535;

  /** A packet to be written now. */
  record Sending(Packet packet, int id, boolean again) {}

  private final @Nullable Packet[] slots = new @Nullable Packet[IDENTIFIERS];

  /**
   * Positions, ever growing: [oldest, unsent) is on the connection, [unsent, end) still to be sent.
   */
  private long oldest;

  private long unsent;
  private long end;

  /** Below this position the broker may know a packet already: it goes out as DUP. */
  private long knownBelow;

  private int allowed;
  private int onConnection;

  /**
   * Takes a packet. There may be at most {@link #IDENTIFIERS} between the oldest and the newest.
   */
  void add(Packet packet) {
    if (end - oldest >= IDENTIFIERS) {
      throw new IllegalStateException("more packets than identifiers");
    }
    slots[slot(end)] = packet;
    end++;
  }

  /**
   * A connection is there: everything unacknowledged is to be sent on it, oldest first.
   *
   * @param allowed how many may be unacknowledged on it at once, the broker's Receive Maximum
   * @param sameSession whether the broker remembers the session, and so the identifiers
   */
  void connected(int allowed, boolean sameSession) {
    this.allowed = allowed;
    knownBelow = sameSession ? Math.max(knownBelow, unsent) : oldest;
    unsent = oldest;
    onConnection = 0;
  }

  /** The next packet to be sent on the connection, if there is one and it may be sent. */
  @Nullable Sending send() {
    while (unsent < end && onConnection < allowed) {
      Packet packet = slots[slot(unsent)];
      long position = unsent++;
      if (packet != null) {
        onConnection++;
        return new Sending(packet, slot(position) + 1, position < knownBelow);
      }
    }
    return null;
  }

  /** The packet of an identifier is settled; none if the broker names one that is not out. */
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

  /** Moves past what is settled at the old end, and says how far. */
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
