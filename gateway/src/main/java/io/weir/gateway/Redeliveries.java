package io.weir.gateway;

/**
 * The marks of a source's last deliveries, by which one that the broker sends again is known:
 * packet id and payload hash. Looked at only when the broker flags a delivery as sent before, so
 * keeping a mark is one array store and finding one is a scan.
 *
 * <p>Written by the source's thread, and by {@code log-sync} when a sync failed; guarded by itself.
 */
final class Redeliveries {

  private final long[] marks;
  private int next;

  /** Twice the messages that the broker may have under way: those, and those it replaced. */
  Redeliveries(int receiveMaximum) {
    marks = new long[2 * receiveMaximum];
  }

  synchronized void add(int packetId, long payloadHash) {
    marks[next] = mark(packetId, payloadHash);
    next = (next + 1) % marks.length;
  }

  synchronized boolean contains(int packetId, long payloadHash) {
    return find(mark(packetId, payloadHash)) >= 0;
  }

  /** The delivery was not kept after all. */
  synchronized void remove(int packetId, long payloadHash) {
    int at = find(mark(packetId, payloadHash));
    if (at >= 0) {
      marks[at] = 0;
    }
  }

  private int find(long mark) {
    for (int i = 0; i < marks.length; i++) {
      if (marks[i] == mark) {
        return i;
      }
    }
    return -1;
  }

  /** Never 0, which stands for an empty place. */
  private static long mark(int packetId, long payloadHash) {
    long mark = payloadHash * 0x9E3779B97F4A7C15L + packetId;
    return mark == 0 ? 1 : mark;
  }

  /** FNV-1a, 64 bits: stable over versions, since it stands in the log. */
  static long hash(byte[] payload) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : payload) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
