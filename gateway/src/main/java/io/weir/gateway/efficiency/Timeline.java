package io.weir.gateway.efficiency;

import static io.weir.gateway.model.MachineState.DOWN;
import static io.weir.gateway.model.MachineState.IDLE;
import static io.weir.gateway.model.MachineState.MICRO_STOP;
import static io.weir.gateway.model.MachineState.RUNNING;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.calendar.ShiftCalendar.Plan;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.LastValues;
import io.weir.gateway.efficiency.signal.Meanings;
import io.weir.gateway.efficiency.signal.Reasons;
import io.weir.gateway.efficiency.signal.ReorderBuffer;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Signals;
import io.weir.gateway.efficiency.signal.StoredSignals;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.MachineState;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One machine, folded in the order of time: takes its readings instant by instant and fills its
 * buckets. Knows no clock and no lateness.
 *
 * <h2>How time becomes states</h2>
 *
 * A state holds until a later instant reports another one. The time since the last reading is
 * decided only at the next reading: if the silence was too long, all of it is unknown. An {@link
 * Episode} of down, idle, starved or blocked is not booked until it is over or long enough, because
 * it may turn out to be a micro-stop. So all time before {@link Progress#booked} is decided, and
 * between it and the last reading lie at most one silence and one possible micro-stop. An episode
 * next to unknown time may be longer than what was seen of it, so it is never a micro-stop.
 *
 * <p>The calendar then decides what the time of an episode counts as: running and setup count in
 * all shift time; other states count as planned in breaks and holidays; outside shifts none counts.
 *
 * <h2>Its state</h2>
 *
 * Immutable values, which copies share ({@link Progress}, {@link Episode}, {@link LastValues},
 * {@link Reasons}), and parts with a copy method each. Both constructors name all of them, so a
 * copy is complete.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class Timeline {

  /** Minutes of a silence longer than this are not kept one by one; hours, shifts and days are. */
  static final long MINUTES_OF_SILENCE = ShiftCalendar.HOUR;

  /** The same of a machine that is alive, where nothing of its source is heard in between. */
  private static final long MINUTES_OF_LIFE = 24 * ShiftCalendar.HOUR;

  /** Without a state signal, a machine runs for this many ideal cycles after its count rose. */
  private static final int CYCLES_OF_A_RUN = 3;

  /** Total or good, as bits in the order of the counts. */
  private static final int COUNTS_PIECES = 0b011;

  private static final BucketKind[] KINDS = BucketKind.values();

  private final SignalRules rules;
  private final ShiftCalendar calendar;
  private final Meanings meanings;

  private final Buckets buckets;
  private final Counters counters;
  private final OrderSources orders;
  private final EnergyMeter meter;
  private final StateSpans spans;
  private Progress progress;
  private Episode episode;
  private LastValues last;
  private Reasons reasons;

  /** Why its session has ended, a symbol; {@link Symbols#NONE} while it goes on. */
  private int gone;

  /** A bit for each signal whose presence tells the state. */
  private final long tellsState;

  /** The values of one instant, by signal; no part of the state. */
  private final long[] values;

  private final TimeBooking booking;
  private final TimeBooking.Booked whatWasBooked = this::addSpan;

  /**
   * Before the first reading.
   *
   * @param resized told when it or a copy of it has more or fewer buckets or orders, or is made
   */
  Timeline(
      SignalRules rules,
      ShiftCalendar calendar,
      Meanings meanings,
      SaidOrders said,
      @Nullable MachineTargets aims,
      Runnable resized) {
    this.rules = rules;
    this.calendar = calendar;
    this.meanings = meanings;
    buckets = new Buckets(calendar, resized);
    booking = new TimeBooking(rules, calendar, meanings, aims, buckets);
    counters = new Counters(rules);
    orders = new OrderSources(rules, meanings, said, buckets, counters);
    meter = new EnergyMeter(rules);
    spans = new StateSpans(calendar);
    progress = Progress.NONE;
    episode = Episode.NONE;
    last = LastValues.none(rules);
    reasons = Reasons.none(rules);
    tellsState = rules.signalsThatTellTheState();
    values = new long[Signals.SIZE];
  }

  private Timeline(Timeline other) {
    rules = other.rules;
    calendar = other.calendar;
    meanings = other.meanings;
    buckets = other.buckets.copy();
    booking = other.booking.into(buckets);
    counters = other.counters.copy();
    orders = other.orders.into(buckets, counters);
    meter = other.meter.copy();
    spans = other.spans.copy();
    progress = other.progress;
    episode = other.episode;
    last = other.last;
    reasons = other.reasons;
    gone = other.gone;
    tellsState = other.tellsState;
    values = new long[other.values.length];
  }

  Timeline copy() {
    return new Timeline(this);
  }

  Buckets buckets() {
    return buckets;
  }

  /** Moves the open buckets to where the calendar has them, with the counters that are named. */
  void followConfiguration() {
    buckets.hasNow(rules.counters());
    if (progress.begun()) {
      buckets.follow(Math.max(progress.seen(), progress.booked()));
    }
  }

  /**
   * What the signals of the machine mean has changed at an instant. If no metric tells the product
   * any more, and no person has said what is made, it is none from the next reading on.
   */
  void changed(long instant) {
    counters.changed(instant);
    if (progress.begun() && !rules.tells(Signals.PRODUCT) && !buckets.orders().isSaid()) {
      last = last.making(Symbols.NONE, meanings, progress.seen());
    }
  }

  /** Whether that was so, and its counters may have been others until then. */
  boolean mayHaveChanged() {
    return counters.mayHaveChanged();
  }

  /** Whether all of a bucket's time from its start on is known here, and nothing else in it. */
  boolean isWhole(BucketKey key) {
    Bucket bucket = buckets.find(key);
    return bucket != null ? !bucket.isPartial() : key.start() >= progress.booked();
  }

  /** How far its time has been worked through. */
  Progress progress() {
    return progress;
  }

  /** The present state as the calendar counts it at an instant. */
  MachineState countedState(long instant) {
    return calendar.at(instant).plan().counts(episode.state());
  }

  /** The code of the state that a state signal reported last, less than 0 for none. */
  int reported(int stateSignal) {
    return meanings.code(stateSignal, last.words()[stateSignal]);
  }

  /** Counts that cannot be right, of all readings. */
  long implausible() {
    return counters.implausible();
  }

  int product() {
    return last.product();
  }

  long cycleNs() {
    return last.cycleNs();
  }

  /** What is decided, in the order of time, since {@link #forgetSpans} was called last. */
  List<StateSpan> spans() {
    return spans.list();
  }

  /**
   * What is decided since {@link #forgetSpans} was called last, with the states that were told in
   * the last reading before a silence; at its end the state at the instant, also where no time of
   * it has passed.
   */
  List<Shown> told(Symbols symbols, long asOf) {
    return spans.told(symbols, asOf, episode);
  }

  /** The span that holds an instant to which {@link #extend} was called. */
  StateSpan present(long asOf) {
    return spans.present(asOf, episode);
  }

  /** Whether the present state can no longer turn out to be a micro-stop. */
  boolean isDecided() {
    return episode.decided();
  }

  /** No reading can change the spans before: the last one may grow, or its stop get a reason. */
  long horizon() {
    boolean reasonMayCome = rules.reasonSignals > 0 && episode.takesReason();
    return spans.last() == null
        ? progress.booked()
        : spans.horizon(reasonMayCome, progress.seen(), episode);
  }

  /** Forgets the spans that end at or before the instant. */
  void forgetSpans(long before) {
    spans.forgetBefore(before);
  }

  /** Takes the entries of one instant, which is later than all before. */
  void take(ReorderBuffer readings, int from, int to) {
    long time = readings.time(from);
    long present = 0;
    for (int i = from; i < to; i++) {
      byte signal = readings.signal(i);
      values[signal] = readings.value(i);
      present |= 1L << signal;
    }
    int noCounts = counters.noCounts(Signals.countsOf(present), values);
    present &= ~((long) noCounts << Signals.TOTAL);
    boolean begun = progress.begun();
    if (begun) {
      sayOrders(progress.seen(), time - 1);
      pass(time);
    } else {
      meter.begin(time);
      last = orders.say(Long.MIN_VALUE, time - 1, last, time); // older than what is told now
    }
    // what was made or used until now belongs to the bucket before, but not before the first one
    long madeAt = begun ? time - 1 : time;
    LastValues before = last.at(madeAt, meanings); // of the pieces up to now
    last = last.with(values, present, meanings, time).at(time, meanings);
    buckets.products().from(time, last.product());
    boolean wasAlive = begun && !isGone() && rules.holdsThroughSilence();
    boolean wasUnknown = episode.state() == UNKNOWN;
    if (Signals.has(present, Signals.GONE)) {
      gone = (int) values[Signals.GONE];
    }
    last = orders.tell(time, values, present, last);
    sayOrders(time - 1, time);
    if (Signals.has(present, Signals.ORDER)) {
      counters.order(values[Signals.ORDER], time);
    }
    int flags = Integer.bitCount(noCounts) + (Signals.has(present, Signals.TWICE) ? 1 : 0);
    for (int i = 0; i < flags; i++) {
      counters.flag(madeAt, buckets);
    }
    count(time, madeAt, present, before);
    if (Signals.has(present, Signals.ENERGY)) {
      buckets.read(Signals.METER, madeAt);
      meter.read(Double.longBitsToDouble(values[Signals.ENERGY]), time, buckets);
    }
    evaluate(time, present);
    if (wasAlive && (episode.state() == UNKNOWN) != wasUnknown) {
      counters.hold(time, progress.unknownNs(), progress.runNs());
    }
    progress = begun ? progress.seenAt(time) : Progress.from(time);
  }

  /** For provisional figures: from an instant on, nobody hears what the machine does. */
  void lose(long at) {
    if (isGone()) {
      return;
    }
    if (at > progress.seen()) {
      sayOrders(progress.seen(), at);
      pass(at);
      progress = progress.seenAt(at);
    }
    change(at, UNKNOWN, Symbols.SILENT, Symbols.NONE);
    gone = Symbols.SILENT;
  }

  /** Takes what people say of orders in (after, to]. */
  private void sayOrders(long after, long to) {
    last = orders.say(after, to, last, Long.MIN_VALUE);
  }

  /** Takes what is said of an instant that it has passed. */
  void sayLate(SaidOrders.Said late) {
    last = orders.sayLate(late, last, progress.seen() + 1);
  }

  /** Extends to an instant without a reading, for provisional figures. */
  void extend(long asOf) {
    if (asOf > progress.seen()) {
      sayOrders(progress.seen(), asOf);
      pass(asOf);
    }
    book(asOf, episode.state());
    meter.extend(asOf, buckets);
    long lastMinute = ShiftCalendar.minute(asOf - 1).start();
    if (lastMinute >= progress.seen() && lastMinute >= minutesUntil()) {
      // it was kept for the pieces of a reading at its end, and none has come
      buckets.removeMinute(lastMinute);
    }
  }

  // ---- pieces

  private void count(long time, long madeAt, long present, LastValues before) {
    int counts = Signals.countsOf(present);
    if (counts == 0) {
      return;
    }
    counters.follow(counts, values, time, last.cycleNs());
    // a counter that went on counts what was made before this instant, with the values of then
    boolean now = counters.countsFromNow(counts, values);
    Counters.Context context =
        new Counters.Context(
            time,
            madeAt,
            now || before.cycleNs() == 0 ? last.cycleNs() : before.cycleNs(),
            now || before.product() == Symbols.NONE ? last.product() : before.product(),
            progress.unknownNs(),
            progress.runNs(),
            calendar.at(madeAt).plan() != Plan.OFF);
    if (counters.take(counts, values, context, buckets)) {
      last = last.running(time + CYCLES_OF_A_RUN * last.cycleNs());
    }
  }

  // ---- states

  /** Time passes up to an instant, without a reading between. */
  private void pass(long time) {
    long seen = progress.seen();
    if (isGone()) {
      meter.silent(seen, time, buckets);
      meter.pass(seen, time, UNKNOWN, calendar, buckets);
    } else if (time - seen > rules.longestSilenceNs) {
      meter.silent(seen, time, buckets);
      meter.pass(seen, time, UNKNOWN, calendar, buckets);
      change(seen, UNKNOWN, Symbols.SILENT, Symbols.NONE);
    } else if (!last.hasState() && episode.state() == RUNNING && last.runsUntil() < time) {
      long ran = Math.max(seen, last.runsUntil());
      meter.pass(seen, ran, RUNNING, calendar, buckets);
      meter.pass(ran, time, IDLE, calendar, buckets);
      change(last.runsUntil(), IDLE, Symbols.NONE, Symbols.NONE);
    } else {
      meter.pass(seen, time, episode.state(), calendar, buckets);
    }
    if (!episode.decided() && time - episode.start() >= rules.microStopNs) {
      decide();
    }
    if (episode.decided()) {
      book(time, episode.state());
    }
  }

  /** Finds the state at an instant, after all its values were taken. */
  private void evaluate(long time, long present) {
    int deciding = last.deciding(meanings);
    int ownReason = deciding < 0 ? -1 : rules.reasonOf(deciding);
    reasons = reasons.cleared(values, present);
    int report = reasons.report(values, present, ownReason);
    if (isGone()) {
      change(time, UNKNOWN, gone, report);
    } else if (deciding >= 0) {
      int word = last.words()[deciding];
      change(time, MachineState.of(meanings.code(deciding, word)), word, report);
    } else if (last.hasState()) {
      change(time, UNKNOWN, last.unmapped(), report);
    } else if ((buckets.counters() & COUNTS_PIECES) != 0 && last.cycleNs() > 0) {
      change(time, time < last.runsUntil() ? RUNNING : IDLE, Symbols.NONE, report);
    } else {
      change(time, UNKNOWN, Symbols.NO_STATE, report);
    }
    reasons = reasons.told(values, present, (present & tellsState) != 0);
  }

  /** Whether its session has ended, so that nobody knows what it does. */
  private boolean isGone() {
    return gone != Symbols.NONE && rules.alive != null;
  }

  /**
   * Begins an episode, unless the present one goes on.
   *
   * @param report the reason that is reported at that instant, a symbol
   */
  private void change(long at, MachineState next, int word, int report) {
    boolean begun = progress.begun();
    MachineState state = episode.state();
    if (begun && next == state && (next != UNKNOWN || word == episode.word())) {
      if (report != Symbols.NONE && episode.takesReason()) {
        episode = episode.withReason(report);
        spans.giveReason(episode.why(), at, episode);
      }
      wait(at, next, report);
      return;
    }
    if (begun) {
      end(at, next != UNKNOWN);
      if (episode.start() == at && (state == DOWN || state != UNKNOWN && next == UNKNOWN)) {
        spans.addWithoutTime(at, episode);
      }
      reasons = Episode.isStop(state) ? reasons.stopEnded() : reasons;
    }
    boolean afterKnown = begun && state != UNKNOWN;
    boolean goesOn = begun && episode.goesOnAs(next);
    boolean decided = !afterKnown || !Episode.mayBeMicroStop(next);
    int before =
        report == Symbols.NONE && Episode.isStop(next)
            ? reasons.before(at, rules.reasonBeforeNs)
            : Symbols.NONE;
    wait(at, next, report);
    int reason = Episode.isStop(next) && report != Symbols.NONE ? report : before;
    episode = episode.followedBy(at, next, word, reason, before != Symbols.NONE, decided, goesOn);
    if (decided && next == DOWN && !goesOn) {
      countFailure();
    }
  }

  /** A report that comes outside of a stop waits for the next one; in a stop none waits. */
  private void wait(long at, MachineState state, int report) {
    if (Episode.isStop(state)) {
      reasons = reasons.nothingWaits();
    } else if (report != Symbols.NONE) {
      reasons = reasons.waiting(report, at);
    }
  }

  /** Ends the episode at an instant. */
  private void end(long at, boolean nextIsKnown) {
    if (!episode.decided() && nextIsKnown && at - episode.start() < rules.microStopNs) {
      if (calendar.at(episode.start()).plan() == Plan.WORK) {
        buckets.add(episode.start(), Sums.MICRO_STOPS, 1);
      }
      book(at, MICRO_STOP);
      return;
    }
    if (!episode.decided()) {
      decide();
    }
    book(at, episode.state());
  }

  /** The episode is not a micro-stop. */
  private void decide() {
    episode = episode.asDecided();
    if (episode.state() == DOWN) {
      countFailure();
    }
  }

  private void countFailure() {
    if (calendar.at(episode.start()).plan() != Plan.OFF) {
      buckets.add(episode.start(), Sums.FAILURES, 1);
    }
  }

  // ---- time

  /** The time up to an instant is decided: it was of a state. */
  private void book(long to, MachineState as) {
    progress = booking.book(progress, to, as, last, minutesUntil(), whatWasBooked);
  }

  /**
   * Nothing is heard of the machine for so long that its minutes behind are not kept one by one.
   */
  private long minutesUntil() {
    boolean unheard = episode.word() == Symbols.SILENT || isGone();
    long ofLife = progress.seen() + MINUTES_OF_LIFE;
    return unheard ? Math.min(episode.start() + MINUTES_OF_SILENCE, ofLife) : ofLife;
  }

  private void addSpan(long from, long end, MachineState shown, MachineState own, CalendarSpan in) {
    if (spans.add(from, end, shown, own, episode, in)) {
      episode = episode.asCounted();
    }
  }

  // ---- bytes

  /** Marks the words that are in use. */
  void markWords(BitSet used) {
    last.mark(used);
    reasons.mark(used);
    Symbols.mark(used, gone);
    episode.mark(used);
    for (StateSpan span : spans.list()) {
      Symbols.mark(used, span.reason);
    }
  }

  /** Marks the ids of orders that are in use. */
  void markOrders(BitSet used) {
    buckets.orders().markIds(used);
  }

  /** Marks the products that are in use. */
  void markProducts(BitSet used) {
    Symbols.mark(used, last.product());
    buckets.products().mark(used);
    buckets.orders().markProducts(used);
    for (BucketKind kind : KINDS) {
      buckets.of(kind).forEach(bucket -> bucket.products.mark(used));
    }
  }

  /**
   * @param stored which signals the state has
   */
  void exchange(StateCodec codec, StoredSignals stored) {
    progress = progress.exchange(codec);
    long begin = progress.begin();
    episode = episode.exchange(codec, begin);
    last = last.exchange(codec, stored, rules, meanings);
    reasons =
        codec.has(StateFormat.RAW_WORDS)
            ? reasons.exchange(codec, stored, rules)
            : stored.earlierReasons();
    gone = codec.has(StateFormat.SESSIONS) ? codec.symbol(gone) : Symbols.NONE;
    meter.exchange(codec, begin);
    spans.exchange(codec, begin);
    counters.exchange(codec);
    buckets.exchange(codec);
    if (!codec.has(StateFormat.PRODUCT_TIMES)) {
      buckets.products().always(last.product());
    }
    if (codec.has(StateFormat.ORDERS)) {
      buckets.orders().exchange(codec, begin);
    }
  }
}
