package io.weir.gateway.devices;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one counter. What is skipped and does not come late is missing. These are no gaps:
 * a number that comes twice, or late within a window; the counter's return to 0 after its highest
 * number; a device that restarts and counts from the beginning; two runs that come mixed, such as
 * what a device had buffered and what it sends now. When in doubt, nothing is missing.
 */
final class Numbering {

  /** Further ahead than this a counter was set, it did not count. */
  static final long LARGEST_JUMP = 1_000_000;

  /** How long a skipped number may come late, nanoseconds. */
  static final long LATE_NS = 10_000_000_000L;

  private static final int NARROW = 8;

  /** The widths that are learned. */
  private static final int[] WIDTHS = {8, 15, 16, 31, 32};

  static final int MOST_BYTES = 2 + Integer.BYTES + 2 * NumberRun.BYTES;

  private static final int TWO = 1;
  private static final int RESTARTED = 2;

  private NumberRun run;

  /** A second run: the one before a restart, or a possible new one. */
  private @Nullable NumberRun other;

  /** Width of the counter; 0 while it is not known. */
  private int bits;

  /** Whether the counter has restarted, so that only stragglers of a second run are expected. */
  private boolean restarted;

  /** Numbers taken since the second run was met last. */
  private int sinceOther;

  private Numbering(NumberRun run, int bits) {
    this.run = run;
    this.bits = bits;
  }

  /** A counter of which this number is the first that is known. */
  static Numbering from(long number, int bits) {
    return new Numbering(NumberRun.from(number), bits);
  }

  /**
   * Takes a number.
   *
   * @param width of the counter where it is configured or the format says it, else 0
   * @param begins whether the sender says that it counts from here
   * @param received messages since the last number that came but could not be read
   * @param nowNs when it arrived
   * @return how many messages are known to be missing now that were not before
   */
  long take(long number, int width, boolean begins, long received, long nowNs) {
    bits = width > 0 ? width : bits;
    if (bits > 0 && number >>> bits != 0) {
      bits = 0; // it is wider than was learned
    }
    long settled = settle(nowNs - LATE_NS) + forgetOther();
    if (begins) {
      return settled + restart(number);
    }
    learnWidth(number);
    NumberRun second = other;
    if (second != null && isOf(ahead(second, number), ahead(run, number))) {
      other = run;
      run = second;
      sinceOther = 0;
    }
    long ahead = ahead(run, number);
    if (ahead <= 0 && NumberRun.isInWindow(-ahead)) {
      run.late(-ahead);
      return settled;
    }
    if (isNear(ahead) && !isRestart(number, ahead)) {
      return settled + run.advance(number, ahead, received, nowNs);
    }
    if (number <= 1 || ahead > LARGEST_JUMP) {
      return settled + restart(number);
    }
    if (ahead > 0) {
      return settled + run.advance(number, ahead, received, nowNs);
    }
    return settled + beside(NumberRun.from(number), false);
  }

  /** In a narrow counter, an old run would soon be near any number. */
  private long forgetOther() {
    sinceOther = Math.min(sinceOther, NumberRun.WINDOW) + 1;
    boolean mayGo = restarted || (bits > 0 && bits <= NARROW);
    return mayGo && sinceOther > NumberRun.WINDOW ? beside(null, restarted) : 0;
  }

  /** Replaces the second run; what it still waited for is missing. */
  private long beside(@Nullable NumberRun next, boolean afterRestart) {
    long missing = other == null ? 0 : other.settle(Long.MAX_VALUE);
    other = next;
    restarted = afterRestart;
    sinceOther = 0;
    return missing;
  }

  /** Counts from that number on; the run before may still go on. */
  private long restart(long number) {
    long missing = beside(run, true);
    run = NumberRun.from(number);
    return missing;
  }

  /** Whether a number belongs to the second run; after a restart only if not to the first. */
  private boolean isOf(long aheadOfSecond, long aheadOfFirst) {
    return isNear(aheadOfSecond)
        && (restarted ? !isNear(aheadOfFirst) : Math.abs(aheadOfSecond) < Math.abs(aheadOfFirst));
  }

  private static boolean isNear(long ahead) {
    return ahead > 0 ? ahead <= NumberRun.WINDOW : NumberRun.isInWindow(-ahead);
  }

  /**
   * Whether 0 or 1 is a restart and not the next round of a counter of known width: it is, unless
   * the round before was close to its end.
   */
  private boolean isRestart(long number, long ahead) {
    return number <= 1 && bits > 0 && number < run.last() && ahead > closeToTheEnd();
  }

  private long closeToTheEnd() {
    return bits > 0 ? Math.min(NumberRun.WINDOW, 1L << Math.max(0, bits - 4)) : 0;
  }

  /** From the highest number of a width straight to 0: the counter is that wide. */
  private void learnWidth(long number) {
    if (bits == 0 && number == 0) {
      for (int width : WIDTHS) {
        if (run.last() == (1L << width) - 1) {
          bits = width;
        }
      }
    }
  }

  /** How far a number is ahead of a run; 0 or less is behind. */
  private long ahead(NumberRun from, long number) {
    long ahead = number - from.last();
    if (bits == 0) {
      return ahead;
    }
    long round = 1L << bits;
    long forward = Math.floorMod(ahead, round);
    return forward <= round / 2 ? forward : forward - round;
  }

  /** Whether a number was skipped that may come late. */
  boolean isAwaited() {
    return run.isAwaited() || (other != null && other.isAwaited());
  }

  /** Takes as lost what was skipped before that time and has not come. */
  long settle(long beforeNs) {
    return run.settle(beforeNs) + (other == null ? 0 : other.settle(beforeNs));
  }

  void write(ByteBuffer out) {
    out.put((byte) bits).put((byte) ((other == null ? 0 : TWO) | (restarted ? RESTARTED : 0)));
    out.putInt(sinceOther);
    run.write(out);
    if (other != null) {
      other.write(out);
    }
  }

  static Numbering read(ByteBuffer in) {
    int bits = in.get();
    int flags = in.get();
    int sinceOther = in.getInt();
    Numbering numbering = new Numbering(NumberRun.read(in), bits);
    numbering.other = (flags & TWO) != 0 ? NumberRun.read(in) : null;
    numbering.restarted = (flags & RESTARTED) != 0;
    numbering.sinceOther = sinceOther;
    return numbering;
  }
}
