package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.EfficiencyConfig.CountKind;
import java.util.Arrays;

/**
 * Turns the counter values of one machine into pieces. Pieces made over (t1, t2] belong to the
 * bucket of t2 minus 1 ns.
 *
 * <p>The first value of a cumulative counter is a baseline. A fall is a rollover where one is
 * configured and the ideal cycle allows that many pieces. Else it is a reset, and the new value is
 * the number of pieces made. A total that falls a little, to more than can have been made since,
 * was not reset: a device clock went back, or a message overtook another. Then the total, and the
 * counts that fall with it, add no pieces until they exceed their former values.
 *
 * <p>Good and scrap may also fall by a correction. The total of the same instant decides. If it did
 * not restart, they were not reset: they rolled over where that is the smaller change and the ideal
 * cycle or the total allows the pieces, else they were corrected. If it restarted, so did they. If
 * it was not read, a fall by less than half is a correction.
 *
 * <p>Counters per order follow the same rules, but never roll over.
 *
 * <p>A jump by more than {@link #MOST_PIECES} is a fault of the counter. It adds no pieces, and
 * neither does the fall back from it, unless the value after the fall can have been made since.
 */
final class Counters {

  /** A rise above this many times what the ideal cycle allows is not plausible. */
  private static final long TOLERANCE = 2;

  /** More pieces between two readings are a fault of the counter: flagged, and not counted. */
  private static final double MOST_PIECES = 1e8;

  /** What the total did at the instant of a good or scrap value. */
  private enum Total {
    NOT_READ,
    CONTINUED,
    RESTARTED
  }

  private static final BucketKind[] KINDS = BucketKind.values();

  private final SignalRules rules;
  private final Count[] last = new Count[Signals.COUNTS];

  /**
   * A value of a counter.
   *
   * @param value NaN where none was read
   * @param time when it was read
   * @param unknownNs the unknown time of the machine until then: any more by the next value is a
   *     gap
   */
  private record Count(double value, long time, long unknownNs) {

    static final Count NONE = new Count(Double.NaN, 0, 0);

    Count exchange(StateCodec codec) {
      return codec.flag(!Double.isNaN(value))
          ? new Count(codec.real(value), codec.number(time), codec.number(unknownNs))
          : NONE;
    }
  }

  Counters(SignalRules rules) {
    this.rules = rules;
    Arrays.fill(last, Count.NONE);
  }

  Counters copy() {
    Counters copy = new Counters(rules);
    System.arraycopy(last, 0, copy.last, 0, last.length);
    return copy;
  }

  /**
   * The circumstances under which the values of one instant are counted.
   *
   * @param time the instant
   * @param instant the instant to which the pieces belong: 1 ns before, but not before the first
   *     reading
   * @param cycleNs ideal cycle of the pieces, 0 where it is not known
   * @param product the product of the pieces, a symbol, 0 for none
   * @param unknownNs unknown time of the machine so far
   * @param working whether {@code instant} lies in a shift; pieces made outside have no ideal time,
   *     because that time is not planned
   */
  record Context(
      long time, long instant, long cycleNs, int product, long unknownNs, boolean working) {}

  /**
   * Takes the values of one instant.
   *
   * @param present bit i for a value of count i, in the order total, good, scrap, rework
   * @return whether pieces were made
   */
  boolean take(int present, long[] values, Context context, Buckets buckets) {
    boolean totalRead = (present & 1) != 0;
    double total = Double.longBitsToDouble(values[0]);
    buckets.read(present, context.instant);
    boolean stepsBack = totalRead && stepsBack(total, context);
    if (stepsBack) {
      flag(context, buckets);
    }
    Total totalDid = Total.NOT_READ;
    if (totalRead) {
      totalDid = wasReset(0, total, context) ? Total.RESTARTED : Total.CONTINUED;
    }
    double totalMade = 0;
    boolean made = false;
    for (int count = 0; count < Signals.COUNTS; count++) {
      if ((present & (1 << count)) == 0) {
        continue;
      }
      double value = Double.longBitsToDouble(values[count]);
      if (stepsBack && value < last[count].value) {
        continue;
      }
      double pieces = pieces(count, value, context, totalDid, totalMade);
      totalMade = count == 0 ? pieces : totalMade;
      if (pieces != 0) {
        boolean gap = context.unknownNs != last[count].unknownNs;
        book(count, pieces, gap, context, buckets);
        made |= pieces > 0 && (count == 0 || (count == 1 && Double.isNaN(last[0].value)));
      }
      last[count] = new Count(value, context.time, context.unknownNs);
    }
    return made;
  }

  /**
   * Whether the values of an instant count the product that is named with them, not the one before:
   * deltas do, and counters per order that restart.
   */
  boolean countsFromNow(int present, long[] values) {
    return switch (rules.counts.kind()) {
      case DELTA -> true;
      case ORDER -> (present & 1) != 0 && Double.longBitsToDouble(values[0]) < last[0].value;
      case CUMULATIVE -> false;
    };
  }

  private boolean stepsBack(double total, Context context) {
    return rules.counts.kind() != CountKind.DELTA
        && total < last[0].value
        && total > last[0].value / 2
        && context.cycleNs > 0
        && !plausible(0, total, context);
  }

  private static void flag(Context context, Buckets buckets) {
    for (BucketKind kind : KINDS) {
      buckets.at(kind, context.instant).sums[Sums.IMPLAUSIBLE]++;
    }
  }

  private double pieces(int count, double value, Context context, Total total, double totalMade) {
    if (rules.counts.kind() == CountKind.DELTA) {
      return value;
    }
    double before = last[count].value;
    if (Double.isNaN(before)) {
      return 0;
    }
    double change = value - before;
    if (change >= 0) {
      return change;
    }
    boolean rollsOver = rollsOver(count, value, context);
    double rolled = rolled(count, value);
    if (count == 1 || count == 2) {
      if (total == Total.CONTINUED) {
        return rolled < -change && (rollsOver || rolled <= totalMade) ? rolled : change;
      }
      if (total == Total.NOT_READ && value > before / 2) {
        return change;
      }
    }
    if (rollsOver) {
      return rolled;
    }
    return wasReset(count, value, context) ? value : change;
  }

  /** Whether a counter was reset: it fell, did not roll over, and did not return from a fault. */
  private boolean wasReset(int count, double value, Context context) {
    double fall = last[count].value - value;
    return fall > 0
        && !rollsOver(count, value, context)
        && (fall <= MOST_PIECES || plausible(count, value, context));
  }

  private boolean rollsOver(int count, double value, Context context) {
    double rolled = rolled(count, value);
    return context.cycleNs > 0
        ? plausible(count, rolled, context)
        : rolled <= rules.counts.rollover() / 10;
  }

  /** The pieces made if a counter that fell rolled over; NaN where it cannot have rolled over. */
  private double rolled(int count, double value) {
    double rollover = rules.counts.kind() == CountKind.CUMULATIVE ? rules.counts.rollover() : 0;
    return last[count].value < rollover ? rollover - last[count].value + value : Double.NaN;
  }

  /** Whether the ideal cycle is known and allows the pieces since the last value of the count. */
  private boolean plausible(int count, double pieces, Context context) {
    return context.cycleNs > 0
        && pieces * context.cycleNs
            <= TOLERANCE * ((double) context.time - last[count].time + context.cycleNs);
  }

  private void book(int count, double pieces, boolean gap, Context context, Buckets buckets) {
    boolean faulty = Math.abs(pieces) > MOST_PIECES;
    long millionths = faulty ? 0 : Math.round(pieces * Sums.PIECE);
    long ideal = faulty ? 0 : Math.round(pieces * context.cycleNs);
    boolean implausible =
        faulty
            || (rules.counts.kind() != CountKind.DELTA
                && context.cycleNs > 0
                && !plausible(count, pieces, context));
    for (BucketKind kind : KINDS) {
      Bucket bucket = buckets.at(kind, context.instant);
      add(bucket.sums, count, millionths, ideal, gap, context);
      bucket.sums[Sums.IMPLAUSIBLE] += implausible ? 1 : 0;
      if (kind == BucketKind.SHIFT && context.product != 0) {
        long[] ofProduct = bucket.products.computeIfAbsent(context.product, product -> Sums.none());
        add(ofProduct, count, millionths, ideal, gap, context);
      }
    }
  }

  private static void add(
      long[] sums, int count, long millionths, long ideal, boolean gap, Context context) {
    sums[Sums.TOTAL + count] += millionths;
    if (count > 2) {
      return; // rework has neither a gap nor an ideal time of its own
    }
    sums[Sums.CYCLE_KNOWN] = context.cycleNs > 0 ? 1 : sums[Sums.CYCLE_KNOWN];
    if (gap) {
      sums[Sums.GAP_TOTAL + count] += millionths;
    } else if (context.working) {
      sums[Sums.TIMED_TOTAL + count] += millionths;
      sums[Sums.IDEAL_TOTAL + count] += ideal;
      sums[Sums.WITHOUT_CYCLE] += context.cycleNs > 0 ? 0 : 1;
    }
  }

  void exchange(StateCodec codec) {
    for (int i = 0; i < last.length; i++) {
      last[i] = last[i].exchange(codec);
    }
  }
}
