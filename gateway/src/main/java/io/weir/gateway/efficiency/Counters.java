package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CountKind;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Signals;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
 * <p>Counters per order follow the same rules, but never roll over. Where the id of the order is
 * known, they restart with each new one, wherever they stand, with the first value that differs: a
 * device may tell the last count of the order before once more after the new id. The id may come
 * late, when the counter of the new order runs already. So they do not restart where they have
 * fallen to a new start since the id before was told: it is that start. Nor where the machine
 * cannot have made all pieces of the value since the last one: then the fall was not seen.
 *
 * <p>A jump by more than {@link CountStep#MOST_PIECES}, or with which a bucket would hold more than
 * {@link Sums#MOST}, is a fault of the counter. It adds no pieces, and neither does the fall back
 * from it, unless the value after the fall can have been made since.
 *
 * <p>A value below 0 is no count, unless the counter has a sign: it is below 0 from the first value
 * on, or fell there by more than {@link CountStep#MOST_PIECES}, or may roll over. Where it rises
 * from there to 0 or more, by more than can have been made, it begins again.
 *
 * <h2>Unknown time</h2>
 *
 * <p>The total leads, or good where there is no total. If unknown time lies between two of its
 * values, its pieces are divided by time: as much of them bridges the gap as the unknown time is of
 * the time in which the machine ran or may have run. Of the other counts the same part bridges a
 * gap as of the pieces that the leading one made since they were told last, or as of the time if it
 * told of none. So it does not matter how often a count is told, and scrap that is booked once a
 * shift is that of all its pieces.
 */
final class Counters {

  /** What the total did at the instant of a good or scrap value. */
  private enum Total {
    NOT_READ,
    CONTINUED,
    RESTARTED
  }

  private final SignalRules rules;
  private final Count[] last = new Count[Signals.COUNTS];
  private Output output = Output.NONE;

  /** The order that is made, 0 where none was named; and when it was named. */
  private long order;

  private long orderSince;

  /** When the order before it was named. */
  private long orderBeforeSince = Long.MIN_VALUE;

  /** The order that was named when its counter ran already, 0 for none. */
  private long lateOrder;

  /** Counts that cannot be right. */
  private long implausible;

  private final FormerCounters former;

  /**
   * A value of a counter.
   *
   * @param value NaN where none was read
   * @param time when it was read
   * @param unknownNs the unknown time of the machine until then: any more by the next value is a
   *     gap
   * @param runNs the time in which the machine ran until then
   * @param output what the leading counter had counted
   * @param order the order whose pieces it counts, 0 for none
   * @param restarted when it fell to a new start last
   */
  private record Count(
      double value,
      long time,
      long unknownNs,
      long runNs,
      Output output,
      long order,
      long restarted) {

    static final Count NONE = new Count(Double.NaN, 0, 0, 0, Output.NONE, 0, Long.MIN_VALUE);

    /** What is mostly equal to the present is stored as the distance from it. */
    Count exchange(StateCodec codec, Output present, long presentOrder) {
      if (!codec.flag(!Double.isNaN(value))) {
        return NONE;
      }
      double read = codec.real(value);
      long readAt = codec.number(time);
      long unknown = codec.number(unknownNs);
      if (!codec.has(StateFormat.RUN_OF_COUNTS)) {
        return new Count(read, readAt, unknown, 0, Output.NONE, 0, Long.MIN_VALUE);
      }
      return new Count(
          read,
          readAt,
          unknown,
          codec.number(runNs),
          output.exchange(codec, present),
          presentOrder + codec.number(order - presentOrder),
          codec.flag(restarted != Long.MIN_VALUE)
              ? readAt + codec.number(restarted - readAt)
              : Long.MIN_VALUE);
    }
  }

  /**
   * What the leading counter has counted since the first reading, in millionths of a piece.
   *
   * @param made all pieces
   * @param gap those that bridge unknown time
   * @param off the others that were made outside shifts
   */
  private record Output(long made, long gap, long off) {

    static final Output NONE = new Output(0, 0, 0);

    Output plus(long millionths, Parts parts) {
      return new Output(made + millionths, gap + parts.gap, off + parts.off);
    }

    Output exchange(StateCodec codec, Output base) {
      return new Output(
          base.made + codec.number(made - base.made),
          base.gap + codec.number(gap - base.gap),
          base.off + codec.number(off - base.off));
    }
  }

  /** Pieces that bridge unknown time, and the others that were made outside shifts; millionths. */
  private record Parts(long gap, long off) {}

  Counters(SignalRules rules) {
    this(rules, new FormerCounters(rules));
  }

  private Counters(SignalRules rules, FormerCounters former) {
    this.rules = rules;
    this.former = former;
    Arrays.fill(last, Count.NONE);
  }

  Counters copy() {
    Counters copy = new Counters(rules, former.copy());
    System.arraycopy(last, 0, copy.last, 0, last.length);
    copy.output = output;
    copy.order = order;
    copy.orderSince = orderSince;
    copy.orderBeforeSince = orderBeforeSince;
    copy.lateOrder = lateOrder;
    copy.implausible = implausible;
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
   * @param unknownNs unknown time of the machine so far, in breaks and outside shifts too
   * @param runNs time in which it ran so far
   * @param working whether {@code instant} lies in a shift; pieces made outside have no ideal time,
   *     because that time is not planned
   */
  record Context(
      long time,
      long instant,
      long cycleNs,
      int product,
      long unknownNs,
      long runNs,
      boolean working) {}

  /** The value of a count among those of an instant, which are in the order of the signals. */
  private static double read(long[] values, int count) {
    return Double.longBitsToDouble(values[Signals.TOTAL + count]);
  }

  /** The id of the order that is made, as a number; the counts of the instant are its own. */
  void order(long id, long time) {
    if (id != order) {
      order = id;
      orderBeforeSince = orderSince;
      orderSince = time;
    }
  }

  /** Whether the values of an instant show that the leading counter begins again. */
  boolean falls(int present, long[] values) {
    int lead = Double.isNaN(last[0].value) ? 1 : 0;
    return rules.counts.kind() == CountKind.ORDER
        && (present & (1 << lead)) != 0
        && read(values, lead) < last[lead].value;
  }

  /**
   * Before the values of an instant are taken: if the order was named late, without a fall that was
   * seen, its counter goes on.
   */
  void follow(int present, long[] values, long time, long cycleNs) {
    int lead = Double.isNaN(last[0].value) ? 1 : 0;
    double value = read(values, lead);
    boolean rises = (present & (1 << lead)) != 0 && value > last[lead].value;
    if (rises
        && isAwaited(lead)
        && cycleNs > 0
        && !CountStep.isPlausible(value, cycleNs, time - last[lead].time)) {
      lateOrder = order;
    }
  }

  /**
   * Its machine was alive up to an instant: had a counter changed, it would have said so. Called
   * where unknown time begins or ends, so that pieces are not divided over it.
   */
  void hold(long time, long unknownNs, long runNs) {
    for (int i = 0; i < last.length; i++) {
      Count told = last[i];
      if (!Double.isNaN(told.value)) {
        last[i] = new Count(told.value, time, unknownNs, runNs, output, told.order, told.restarted);
      }
    }
  }

  /** Counts that cannot be right, of all readings. */
  long implausible() {
    return implausible;
  }

  /** The configuration has changed: the values up to an instant may be those of other counters. */
  void changed(long instant) {
    former.changed(instant);
  }

  /** Whether the leading counter may have been another one, and has told nothing since. */
  boolean mayHaveChanged() {
    return former.mayLead(last[Double.isNaN(last[0].value) ? 1 : 0].time);
  }

  private boolean isOfAnother(int count, CountStep step) {
    return former.mayHaveTold(last[count].time) && step.isOfTwoCounters();
  }

  /** Which values of an instant are no counts, though they are numbers: to be left out. */
  int noCounts(int present, long[] values) {
    int bits = 0;
    for (int count = 0; count < Signals.COUNTS; count++) {
      if ((present & (1 << count)) != 0 && isNoCount(count, read(values, count))) {
        bits |= 1 << count;
      }
    }
    return bits;
  }

  private boolean isNoCount(int count, double value) {
    return value < 0
        && switch (rules.counts.kind()) {
          case DELTA -> count == 0; // the others may be corrected
          case ORDER -> true;
          case CUMULATIVE ->
              last[count].value >= 0
                  && last[count].value - value <= CountStep.MOST_PIECES
                  && Double.isNaN(CountStep.rolled(last[count].value, value, rollover()));
        };
  }

  /**
   * Takes the values of one instant.
   *
   * @param present bit i for a value of count i, in the order total, good, scrap, rework
   * @param values by signal
   * @return whether pieces were made
   */
  boolean take(int present, long[] values, Context context, Buckets buckets) {
    boolean totalRead = (present & 1) != 0;
    double total = read(values, 0);
    buckets.read(present, context.instant);
    CountStep ofTotal = step(0, total, context);
    boolean stepsBack = totalRead && stepsBack(ofTotal) && !isOfAnother(0, ofTotal);
    if (stepsBack) {
      flag(context.instant, buckets);
    }
    Total totalDid = Total.NOT_READ;
    if (totalRead) {
      totalDid = ofTotal.isReset() ? Total.RESTARTED : Total.CONTINUED;
    }
    double totalMade = 0;
    boolean made = false;
    for (int count = 0; count < Signals.COUNTS; count++) {
      if ((present & (1 << count)) == 0) {
        continue;
      }
      double value = read(values, count);
      CountStep step = count == 0 ? ofTotal : step(count, value, context);
      if (stepsBack && value < last[count].value) {
        continue;
      }
      boolean begins = begins(count, value, totalRead);
      boolean again = beginsWithTotal(count, totalDid);
      double pieces = begins || again ? value : pieces(count, step, totalDid, totalMade);
      pieces = isOfAnother(count, step) ? 0 : pieces;
      totalMade = count == 0 ? pieces : totalMade;
      boolean restarts =
          rules.counts.kind() == CountKind.ORDER
              && !begins
              && !isAwaited(count)
              && (again || step.isReset());
      if (restarts && leads(count)) {
        buckets.orders().beganAgain(context.time, buckets.counters());
      }
      if (pieces != 0) {
        boolean countsNow = begins || again || countsNow(count, value, pieces);
        OrderRun now = countsNow ? buckets.orders().at(context.time) : null;
        OrderRun run = now != null ? now : buckets.orders().at(context.instant);
        book(count, pieces, step, context, buckets, run);
        made |= pieces > 0 && leads(count);
      }
      last[count] =
          new Count(
              value,
              context.time,
              context.unknownNs,
              context.runNs,
              output,
              begins || !isAwaited(count) ? order : last[count].order,
              restarts ? context.time : last[count].restarted);
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
      case ORDER -> {
        double total = read(values, 0);
        yield (present & 1) != 0 && (total < last[0].value || begins(0, total, true));
      }
      case CUMULATIVE -> false;
    };
  }

  private boolean stepsBack(CountStep ofTotal) {
    return rules.counts.kind() != CountKind.DELTA && !isAwaited(0) && ofTotal.isOfAnEarlierClock();
  }

  private CountStep step(int count, double value, Context context) {
    Count before = last[count];
    long since = context.time - before.time;
    return new CountStep(before.value, value, since, context.cycleNs, rollover());
  }

  private double rollover() {
    return rules.counts.kind() == CountKind.CUMULATIVE ? rules.counts.rollover() : 0;
  }

  /** Whether a count is the one that says how many pieces were made. */
  private boolean leads(int count) {
    return count == 0 || (count == 1 && Double.isNaN(last[0].value));
  }

  /**
   * Whether a value is the first of the order that was named: a total that differs from the last
   * one, and the other counts with it, or when they differ after it.
   *
   * @param withTotal whether the total of the same instant was read
   */
  private boolean begins(int count, double value, boolean withTotal) {
    if (!isAwaited(count)) {
      return false;
    }
    boolean differs = value != last[count].value;
    if (leads(count) || value < last[count].value) {
      return differs;
    }
    boolean begun = last[Double.isNaN(last[0].value) ? 1 : 0].order == order;
    return begun && (withTotal || differs);
  }

  /**
   * Whether a counter is to begin again, because an order was named after its last value. If it
   * fell to a new start since the id before was told, the id is that of this start.
   */
  private boolean isAwaited(int count) {
    Count before = last[count];
    return order != before.order
        && before.order != 0
        && order != lateOrder
        && before.restarted <= orderBeforeSince;
  }

  /** Counts a value that cannot be right. */
  void flag(long instant, Buckets buckets) {
    implausible++;
    buckets.add(instant, Sums.IMPLAUSIBLE, 1);
  }

  /** The same of a value whose pieces are booked: it is of their order and of their product. */
  private void flag(Context context, Buckets buckets, @Nullable OrderRun run) {
    implausible++;
    for (Bucket bucket : buckets.at(context.instant)) {
      bucket.sums[Sums.IMPLAUSIBLE]++;
      if (context.product != 0 && bucket.key.kind().hasProducts()) {
        bucket.products.of(context.product)[Sums.IMPLAUSIBLE]++;
      }
    }
    if (run != null) {
      run.sums()[Sums.IMPLAUSIBLE]++;
    }
  }

  private double pieces(int count, CountStep step, Total total, double totalMade) {
    if (rules.counts.kind() == CountKind.DELTA) {
      return step.value();
    }
    if (Double.isNaN(step.before())) {
      return 0;
    }
    double change = step.change();
    if (change >= 0) {
      boolean beginsAgain = step.before() < 0 && step.value() >= 0 && !step.isPlausible(change);
      return beginsAgain ? 0 : change;
    }
    boolean rollsOver = step.rollsOver();
    double rolled = step.rolled();
    if (count == 1 || count == 2) {
      if (total == Total.CONTINUED) {
        return rolled < -change && (rollsOver || rolled <= totalMade) ? rolled : change;
      }
      if (total == Total.NOT_READ && step.value() > step.before() / 2) {
        return change;
      }
    }
    if (rollsOver) {
      return rolled;
    }
    return step.isReset() ? Math.max(0, step.value()) : change;
  }

  /** Whether a value counts the order that is named with it: no correction of the one before. */
  private boolean countsNow(int count, double value, double pieces) {
    return rules.counts.kind() == CountKind.DELTA
        || (rules.counts.kind() == CountKind.ORDER && value < last[count].value && pieces >= 0);
  }

  /** Whether a count of a named order begins again with the total, also where it does not fall. */
  private boolean beginsWithTotal(int count, Total totalDid) {
    return rules.counts.kind() == CountKind.ORDER
        && order != 0
        && count > 0
        && totalDid == Total.RESTARTED
        && !Double.isNaN(last[count].value);
  }

  private void book(
      int count,
      double pieces,
      CountStep step,
      Context context,
      Buckets buckets,
      @Nullable OrderRun run) {
    boolean faulty =
        Math.abs(pieces) > CountStep.MOST_PIECES || isTooMuch(count, pieces, context, buckets);
    long millionths = faulty ? 0 : Math.round(pieces * Sums.PIECE);
    Parts parts = parts(count, millionths, context);
    if (leads(count)) {
      output = output.plus(millionths, parts);
    }
    // scrap, and good beside a total, may be booked long after the pieces were made
    if (faulty || (leads(count) && context.cycleNs > 0 && !step.isPlausible(pieces))) {
      flag(context, buckets, run);
    }
    if (run != null) {
      add(run.sums(), count, millionths, parts, context);
      if (leads(count) && millionths > 0) {
        buckets.orders().made(run, context.product, context.time);
      }
    }
    for (Bucket bucket : buckets.at(context.instant)) {
      add(bucket.sums, count, millionths, parts, context);
      if (context.product != 0 && bucket.key.kind().hasProducts()) {
        add(bucket.products.of(context.product), count, millionths, parts, context);
      }
    }
  }

  /** Whether a bucket would hold more than can be. */
  private static boolean isTooMuch(int count, double pieces, Context context, Buckets buckets) {
    double idealNs = count < PieceSplit.GROUP ? pieces * context.cycleNs : 0;
    for (Bucket bucket : buckets.at(context.instant)) {
      if (Math.abs(bucket.sums[Sums.TOTAL + count] + pieces * Sums.PIECE) > Sums.MOST
          || (idealNs != 0
              && Math.abs(bucket.sums[Sums.IDEAL_TOTAL + count] + idealNs) > Sums.MOST)) {
        return true;
      }
    }
    return false;
  }

  private Parts parts(int count, long millionths, Context context) {
    Count before = last[count];
    long unknown = context.unknownNs - before.unknownNs;
    long run = context.runNs - before.runNs;
    if (leads(count)) {
      long gap = part(millionths, unknown, unknown + run);
      return new Parts(gap, context.working ? 0 : millionths - gap);
    }
    long made = output.made - before.output.made;
    if (made > 0) {
      long gapMade = output.gap - before.output.gap;
      long gap = part(millionths, gapMade, made);
      // rounded together: where nothing is left, no millionth of a piece is
      return new Parts(gap, part(millionths, gapMade + output.off - before.output.off, made) - gap);
    }
    // of pieces that the total has not told yet, or that were made before
    long gap = run > 0 ? part(millionths, unknown, unknown + run) : 0;
    boolean isPieceOfItsOwn = Double.isNaN(last[0].value);
    return new Parts(gap, isPieceOfItsOwn && !context.working ? millionths - gap : 0);
  }

  private static long part(long millionths, long share, long of) {
    long within = Math.max(0, Math.min(share, of)); // a correction may have left less than was made
    return of > 0 ? Math.round((double) millionths * within / of) : 0;
  }

  private static void add(long[] sums, int count, long millionths, Parts parts, Context context) {
    sums[Sums.TOTAL + count] += millionths;
    if (count > 2) {
      return; // rework has neither a gap nor an ideal time of its own
    }
    sums[Sums.CYCLE_KNOWN] = context.cycleNs > 0 ? 1 : sums[Sums.CYCLE_KNOWN];
    sums[Sums.GAP_TOTAL + count] += parts.gap;
    long timed = millionths - parts.gap - parts.off;
    if (timed != 0) {
      sums[Sums.TIMED_TOTAL + count] += timed;
      sums[Sums.IDEAL_TOTAL + count] += Math.round(timed / Sums.PIECE * context.cycleNs);
      sums[Sums.WITHOUT_CYCLE] += context.cycleNs > 0 ? 0 : 1;
    }
  }

  void exchange(StateCodec codec) {
    if (codec.has(StateFormat.RUN_OF_COUNTS)) {
      output = output.exchange(codec, Output.NONE);
      order = codec.number(order);
      orderSince = codec.number(orderSince);
      implausible = codec.number(implausible);
    }
    if (codec.has(StateFormat.ORDER_EVENTS)) {
      boolean before = codec.flag(orderBeforeSince != Long.MIN_VALUE);
      orderBeforeSince =
          before ? orderSince + codec.number(orderBeforeSince - orderSince) : Long.MIN_VALUE;
      lateOrder = order + codec.number(lateOrder - order);
    }
    for (int i = 0; i < last.length; i++) {
      Count stored = last[i].exchange(codec, output, order);
      last[i] = rules.tells(Signals.TOTAL + i) ? stored : Count.NONE;
    }
  }
}
