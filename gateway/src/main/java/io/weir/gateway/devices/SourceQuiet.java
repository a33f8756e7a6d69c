package io.weir.gateway.devices;

/**
 * How long a source was quiet, all its devices together. It tells a device that sent nothing from a
 * connection that carried nothing. Keeps the longest quiet times of the past, at most {@value
 * #KEPT}.
 */
final class SourceQuiet {

  private static final int KEPT = 32;

  /** When each of them ended; the longest first, and so the oldest first. */
  private final long[] endedNs = new long[KEPT];

  private final long[] quietNs = new long[KEPT];
  private int count;
  private long lastNs = Long.MIN_VALUE;

  /** A message of the source arrived. */
  void heard(long nowNs) {
    long quiet = lastNs == Long.MIN_VALUE ? Long.MAX_VALUE : Math.max(0, nowNs - lastNs);
    lastNs = nowNs;
    while (count > 0 && quietNs[count - 1] <= quiet) {
      count--;
    }
    if (count == KEPT) { // the last two become one: as long as the longer, as late as the later
      count--;
      endedNs[count] = nowNs;
    } else {
      endedNs[count] = nowNs;
      quietNs[count] = quiet;
    }
    count++;
  }

  /** What follows was not heard without a break. */
  void interrupted() {
    lastNs = Long.MIN_VALUE;
  }

  /** The longest quiet time that ended after that moment. */
  long longestSince(long momentNs) {
    for (int i = 0; i < count; i++) {
      if (endedNs[i] > momentNs) {
        return quietNs[i];
      }
    }
    return 0;
  }
}
