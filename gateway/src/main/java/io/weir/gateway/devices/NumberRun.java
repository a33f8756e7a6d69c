package io.weir.gateway.devices;

import java.nio.ByteBuffer;

/**
 * One run of numbers: the highest one, and which of the {@value #WINDOW} up to it have come. A
 * number that is skipped counts as missing once it is out of the window, or {@link #settle} is
 * called; until then it may come late.
 */
final class NumberRun {

  static final int WINDOW = 64;

  static final int BYTES = 3 * Long.BYTES;

  private static final long ALL = -1L;

  private long last;

  /** Bit i: {@code last - i} has come. What was before the first number counts as come. */
  private long come;

  /** When the newest number was skipped that has not come; 0 if there is none. */
  private long skippedNs;

  private NumberRun(long last, long come, long skippedNs) {
    this.last = last;
    this.come = come;
    this.skippedNs = skippedNs;
  }

  /** Begins with that number. */
  static NumberRun from(long number) {
    return new NumberRun(number, ALL, 0);
  }

  long last() {
    return last;
  }

  /** Whether a number so far behind the last one may belong to this run. */
  static boolean isInWindow(long behind) {
    return behind >= 0 && behind < WINDOW;
  }

  /** Takes a number that is that far behind the last one; it may have come before. */
  void late(long behind) {
    come |= 1L << behind;
    skippedNs = come == ALL ? 0 : skippedNs;
  }

  /**
   * Goes on to a number that is ahead.
   *
   * @param ahead how far, 1 or more
   * @param received how many of those between have come without a number
   * @return how many are missing for certain now
   */
  long advance(long number, long ahead, long received, long nowNs) {
    long skipped = ahead - 1;
    long missing = Math.max(0, skipped - received);
    long gone;
    if (ahead >= WINDOW) {
      gone = WINDOW - Long.bitCount(come) + Math.max(0, missing - (WINDOW - 1));
      come = 1;
      long held = Math.min(missing, WINDOW - 1);
      come |= held == WINDOW - 1 ? 0 : ALL << (held + 1);
    } else {
      int by = (int) ahead;
      long out = come >>> (WINDOW - by);
      gone = by - Long.bitCount(out);
      long filled = skipped == 0 ? 0 : (1L << (skipped - missing)) - 1;
      come = come << by | 1 | filled << (1 + missing);
    }
    last = number;
    if (missing > 0) {
      skippedNs = nowNs;
    } else if (come == ALL) {
      skippedNs = 0;
    }
    return gone;
  }

  /** Whether a number was skipped that may come late. */
  boolean isAwaited() {
    return come != ALL;
  }

  /** Takes as lost what has not come, if it was skipped before that time. */
  long settle(long beforeNs) {
    if (come == ALL || skippedNs > beforeNs) {
      return 0;
    }
    long missing = WINDOW - Long.bitCount(come);
    come = ALL;
    skippedNs = 0;
    return missing;
  }

  void write(ByteBuffer out) {
    out.putLong(last).putLong(come).putLong(skippedNs);
  }

  static NumberRun read(ByteBuffer in) {
    return new NumberRun(in.getLong(), in.getLong(), in.getLong());
  }
}
