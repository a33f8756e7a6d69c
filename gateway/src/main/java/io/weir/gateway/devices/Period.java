package io.weir.gateway.devices;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The interval between messages, learned from the last {@value #KEPT}: their median, if most of
 * them are near it. A device that sends on change has none.
 */
final class Period {

  static final int KEPT = 16;

  static final int BYTES = Integer.BYTES + KEPT * Float.BYTES;

  /** Fewer intervals say nothing. */
  private static final int LEAST = 8;

  /** How far from the median an interval is regular, and the share that must be. */
  static final double NEAR = 0.3;

  private static final double MOST = 0.75;

  private static final double NS_IN_S = 1e9;

  /**
   * Seconds, the newest over the oldest; then the same, the shortest first. One array, since with
   * many devices each is read from memory that has left the caches.
   */
  private final float[] intervals = new float[2 * KEPT];

  private int seen;
  private long learnedNs;

  /** Adds an interval, nanoseconds, above 0. */
  void add(long intervalNs) {
    float interval = (float) (intervalNs / NS_IN_S);
    int place = seen % KEPT;
    boolean isFull = seen >= KEPT;
    seen = seen == Integer.MAX_VALUE ? KEPT : seen + 1;
    if (!isFull || intervals[place] != interval) {
      sort(interval, isFull ? sortedPlace(intervals[place]) : seen - 1);
      intervals[place] = interval;
      learnedNs = learned();
    }
  }

  private int sortedPlace(float interval) {
    return Arrays.binarySearch(intervals, KEPT, 2 * KEPT, interval) - KEPT;
  }

  /** The period, nanoseconds; 0 while there is none. */
  long learnedNs() {
    return learnedNs;
  }

  /** Puts an interval in order, in the room of one that is gone. */
  private void sort(float interval, int room) {
    int at = KEPT + room;
    int last = KEPT + Math.min(seen, KEPT) - 1;
    for (; at > KEPT && intervals[at - 1] > interval; at--) {
      intervals[at] = intervals[at - 1];
    }
    for (; at < last && intervals[at + 1] < interval; at++) {
      intervals[at] = intervals[at + 1];
    }
    intervals[at] = interval;
  }

  private long learned() {
    int count = Math.min(seen, KEPT);
    if (count < LEAST) {
      return 0;
    }
    float median = intervals[KEPT + count / 2];
    int near = 0;
    for (int i = KEPT; i < KEPT + count; i++) {
      near += Math.abs(intervals[i] - median) <= NEAR * median ? 1 : 0;
    }
    return near >= MOST * count ? Math.max(1, (long) (median * NS_IN_S)) : 0;
  }

  void write(ByteBuffer out) {
    out.putInt(seen);
    for (int i = 0; i < KEPT; i++) {
      out.putFloat(intervals[i]);
    }
  }

  static Period read(ByteBuffer in) {
    Period period = new Period();
    period.seen = in.getInt();
    for (int i = 0; i < KEPT; i++) {
      period.intervals[i] = in.getFloat();
    }
    int count = Math.min(period.seen, KEPT);
    System.arraycopy(period.intervals, 0, period.intervals, KEPT, count);
    Arrays.sort(period.intervals, KEPT, KEPT + count);
    period.learnedNs = period.learned();
    return period;
  }
}
