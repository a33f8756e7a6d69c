package io.weir.gateway.intake;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Marks (packet id and payload hash) of a source's last deliveries, to recognize those that the
 * broker sends again. A mark is in flight from just before the append until the end of the sync.
 * After the sync it is kept among the last twice Receive Maximum: those that the broker may have in
 * flight, and those that they replaced.
 *
 * <p>Searched only when the broker flags a delivery as sent before, so keeping a mark is one array
 * store, and finding one is a scan. Used by the source's thread and by {@code log-sync}; guarded by
 * itself.
 */
final class Redeliveries {

  private final long[] kept;
  private int next;
  private final Set<Long> underWay = new HashSet<>();

  Redeliveries(int receiveMaximum) {
    kept = new long[2 * receiveMaximum];
  }

  synchronized void begin(int packetId, long payloadHash) {
    underWay.add(mark(packetId, payloadHash));
  }

  synchronized void end(int packetId, long payloadHash) {
    underWay.remove(mark(packetId, payloadHash));
  }

  void keep(int packetId, long payloadHash) {
    keep(mark(packetId, payloadHash));
  }

  /** Keeps a mark as {@link #marks()} gives it. */
  synchronized void keep(long mark) {
    kept[next] = mark;
    next = (next + 1) % kept.length;
  }

  synchronized boolean contains(int packetId, long payloadHash) {
    long mark = mark(packetId, payloadHash);
    return underWay.contains(mark) || Arrays.stream(kept).anyMatch(each -> each == mark);
  }

  /** What is kept, oldest first. */
  synchronized long[] marks() {
    long[] inOrder = new long[kept.length];
    int count = 0;
    for (int i = 0; i < kept.length; i++) {
      long mark = kept[(next + i) % kept.length];
      if (mark != 0) {
        inOrder[count++] = mark;
      }
    }
    return Arrays.copyOf(inOrder, count);
  }

  /** Never 0, which stands for an empty place. */
  private static long mark(int packetId, long payloadHash) {
    long mark = payloadHash * 0x9E3779B97F4A7C15L + packetId;
    return mark == 0 ? 1 : mark;
  }
}
