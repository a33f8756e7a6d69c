package io.weir.gateway.efficiency;

import static io.weir.gateway.model.MachineState.BLOCKED;
import static io.weir.gateway.model.MachineState.DOWN;
import static io.weir.gateway.model.MachineState.IDLE;
import static io.weir.gateway.model.MachineState.MICRO_STOP;
import static io.weir.gateway.model.MachineState.PLANNED;
import static io.weir.gateway.model.MachineState.RUNNING;
import static io.weir.gateway.model.MachineState.SETUP;
import static io.weir.gateway.model.MachineState.STARVED;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.efficiency.ShiftCalendar.Plan;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
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

  /** What people say of its orders. */
  private final SaidOrders said;

  /** What it aims at beyond the usual target, or {@code null} where nothing differs. */
  private final @Nullable MachineTargets aims;

  private final Buckets buckets;
  private final Counters counters;
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

  // Of the time that is put into the buckets, its ideal cycle and what is aimed at; no part of the
  // state.
  private long cycleNs;
  private long aimed;
  private long aimedOfLine;

  /** Before the first reading. */
  Timeline(
      SignalRules rules,
      ShiftCalendar calendar,
      Meanings meanings,
      SaidOrders said,
      @Nullable MachineTargets aims) {
    this.aims = aims;
    this.said = said;
    this.rules = rules;
    this.calendar = calendar;
    this.meanings = meanings;
    buckets = new Buckets(calendar);
    counters = new Counters(rules);
    meter = new EnergyMeter(rules);
    spans = new StateSpans();
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
    said = other.said;
    aims = other.aims;
    buckets = other.buckets.copy();
    counters = other.counters.copy();
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

  /** Moves the open buckets to where the calendar has them now. */
  void followCalendar() {
    if (progress.begun()) {
      buckets.follow(Math.max(progress.seen(), progress.booked()));
    }
  }

  /** Whether all of a bucket's time from its start on is known here, and nothing else in it. */
  boolean isWhole(BucketKey key) {
    Bucket bucket = buckets.find(key);
    return bucket != null ? !bucket.isPartial() : key.start() >= progress.booked();
  }

  /** Whether it has taken a reading. */
  boolean isBegun() {
    return progress.begun();
  }

  /** All time before is decided. */
  long booked() {
    return progress.booked();
  }

  /** Whether an instant is none of before its first reading or behind its last one. */
  boolean knows(long instant) {
    return progress.begun() && progress.begin() <= instant && instant <= progress.seen();
  }

  /** The instant of the last reading. */
  long seen() {
    return progress.seen();
  }

  /** Whether the first reading came before an instant. */
  boolean begunBefore(long instant) {
    return progress.begun() && progress.begin() < instant;
  }

  /** The present state as the calendar counts it at an instant. */
  MachineState countedState(long instant) {
    return countsAs(calendar.at(instant).plan(), episode.state());
  }

  /** The code of the state that a state signal reported last, less than 0 for none. */
  int reported(int stateSignal) {
    return meanings.code(stateSignal, last.words()[stateSignal]);
  }

  /** When the present state began. */
  long since() {
    return episode.start();
  }

  /** The reason of the present state, a symbol. */
  int why() {
    return episode.why();
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
   * What is decided since {@link #forgetSpans} was called last, as the rows show it; at its end the
   * state at the instant, also where no time of it has passed.
   */
  List<Shown> shown(Symbols symbols, long asOf) {
    return Beginnings.withTime(told(symbols, asOf));
  }

  /** The same, with the states that were told in the last reading before a silence. */
  List<Shown> told(Symbols symbols, long asOf) {
    List<Shown> told = new ArrayList<>(spans.list().size() + 1);
    for (StateSpan span : spans.list()) {
      told.add(span.shown(symbols));
    }
    if (episode.start() == asOf) {
      told.add(present(asOf).shown(symbols));
    }
    return told;
  }

  /** The span that holds an instant to which {@link #extend} was called. */
  StateSpan present(long asOf) {
    StateSpan newest = spans.last();
    if (episode.start() < asOf && newest != null) {
      return newest;
    }
    CalendarSpan span = calendar.at(asOf);
    return span(asOf, asOf, countsAs(span.plan(), episode.state()), episode.state(), span);
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
    boolean begun = progress.begun();
    if (begun) {
      sayOrders(progress.seen(), time - 1);
      pass(time);
    } else {
      meter.begin(time);
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
    tellOrder(time, present);
    sayOrders(begun ? time - 1 : Long.MIN_VALUE, time);
    if (Signals.has(present, Signals.ORDER)) {
      counters.order(values[Signals.ORDER], time);
    }
    if (Signals.has(present, Signals.TWICE)) {
      counters.flag(madeAt, buckets);
    }
    count(time, madeAt, present, before);
    if (Signals.has(present, Signals.ENERGY)) {
      buckets.read(Buckets.METER, madeAt);
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

  private void tellOrder(long time, long present) {
    Orders orders = buckets.orders();
    orders.awaitId(time);
    if (Signals.has(present, Signals.QUANTITY)) {
      orders.quantity(Double.longBitsToDouble(values[Signals.QUANTITY]), time);
    }
    if (Signals.has(present, Signals.ORDER_ID)) {
      take(said.planned((int) values[Signals.ORDER_ID], time, orders), time, present);
      boolean countFalls = counters.falls(countsOf(present), values);
      orders.tell(
          (int) values[Signals.ORDER_ID], last.product(), time, buckets.counters(), countFalls);
    }
    if (Signals.has(present, Signals.PRODUCT)) {
      orders.product(last.product());
    }
  }

  /** Of an order that begins, what the plan says and the machine does not. */
  private void take(SaidOrders.@Nullable Said planned, long time, long present) {
    if (planned != null && !rules.tellsQuantity) {
      buckets.orders().quantity(planned.quantity(), time);
    }
    boolean isTold = rules.tellsProductOfOrder || Signals.has(present, Signals.PRODUCT);
    if (planned != null && !isTold) {
      make(planned, time);
    }
  }

  /** Takes what people say of orders in (after, to]; of before the first reading, at that one. */
  private void sayOrders(long after, long to) {
    for (SaidOrders.Said each : said.between(after, to)) {
      long at = progress.begun() ? each.at() : to;
      make(each, at);
      buckets.orders().say(each, last.product(), at, buckets.counters(), at == each.at());
    }
  }

  /** Takes what is said of an instant that it has passed. */
  void sayLate(SaidOrders.Said late) {
    make(late, progress.seen() + 1);
    buckets.orders().sayLate(late, last.product(), progress.seen() + 1, buckets.counters());
  }

  /** What is said is made from an instant on. */
  private void make(SaidOrders.Said each, long from) {
    if (each.starts() && each.product() != Symbols.NONE) {
      last = last.making(each.product(), meanings, each.at());
      buckets.products().from(from, each.product());
    }
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
    if (lastMinute >= progress.seen() && isTooLongForMinutes(lastMinute)) {
      // it was kept for the pieces of a reading at its end, and none has come
      buckets.removeMinute(lastMinute);
    }
  }

  // ---- pieces

  private void count(long time, long madeAt, long present, LastValues before) {
    int counts = countsOf(present);
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

  /** The counters that were read, bits in their order. */
  private static int countsOf(long present) {
    return (int) (present >> Signals.TOTAL) & ((1 << Signals.COUNTS) - 1);
  }

  // ---- states

  /** Time passes up to an instant, without a reading between. */
  private void pass(long time) {
    long seen = progress.seen();
    if (isGone()) {
      meter.silent(seen, time, buckets);
      use(seen, time, UNKNOWN);
    } else if (time - seen > rules.longestSilenceNs) {
      meter.silent(seen, time, buckets);
      use(seen, time, UNKNOWN);
      change(seen, UNKNOWN, Symbols.SILENT, Symbols.NONE);
    } else if (!last.hasState() && episode.state() == RUNNING && last.runsUntil() < time) {
      long ran = Math.max(seen, last.runsUntil());
      use(seen, ran, RUNNING);
      use(ran, time, IDLE);
      change(last.runsUntil(), IDLE, Symbols.NONE, Symbols.NONE);
    } else {
      use(seen, time, episode.state());
    }
    if (!episode.decided() && time - episode.start() >= rules.microStopNs) {
      decide();
    }
    if (episode.decided()) {
      book(time, episode.state());
    }
  }

  /** The machine uses energy in a state. */
  private void use(long from, long to, MachineState state) {
    long at = from;
    while (rules.metered && at < to) {
      CalendarSpan span = calendar.at(at);
      long end = Math.min(to, span.end());
      meter.pass(at, end, EnergyMeter.Use.of(span.plan(), countsAs(span.plan(), state)), buckets);
      at = end;
    }
  }

  /** Finds the state at an instant, after all its values were taken. */
  private void evaluate(long time, long present) {
    int deciding = deciding();
    int ownReason = deciding < 0 ? -1 : rules.reasonOf(deciding);
    reasons = reasons.cleared(values, present);
    int report = reasons.report(values, present, ownReason);
    if (isGone()) {
      change(time, UNKNOWN, gone, report);
    } else if (deciding >= 0) {
      int word = last.words()[deciding];
      change(time, MachineState.of(meanings.code(deciding, word)), word, report);
    } else if (last.hasState()) {
      change(time, UNKNOWN, unmapped(), report);
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

  /** The first state signal whose last word is mapped; less than 0 for none. */
  private int deciding() {
    int[] words = last.words();
    for (int signal = 0; signal < words.length; signal++) {
      if (meanings.code(signal, words[signal]) >= 0) {
        return signal;
      }
    }
    return -1;
  }

  /** The reason where state signals were read and none is mapped: the word of the last of them. */
  private int unmapped() {
    int reason = Symbols.NO_STATE;
    for (int word : last.words()) {
      reason = word == Signals.NOT_READ ? reason : Symbols.unmapped(word);
    }
    return reason;
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
        spans.add(stateWithoutTime(at));
      }
      reasons = Episode.isStop(state) ? reasons.stopEnded() : reasons;
    }
    boolean afterKnown = begun && state != UNKNOWN;
    boolean goesOn = begun && episode.goesOnAs(next);
    boolean decided = !afterKnown || !mayBeMicroStop(next);
    int before =
        report == Symbols.NONE && Episode.isStop(next)
            ? reasons.before(at, rules.reasonBeforeNs)
            : Symbols.NONE;
    wait(at, next, report);
    episode =
        new Episode(
            at,
            next,
            next == UNKNOWN ? episode.lastKnown() : next,
            word,
            Episode.isStop(next) && report != Symbols.NONE ? report : before,
            before != Symbols.NONE,
            decided,
            goesOn && episode.lastCounted(),
            (goesOn || next == UNKNOWN) && episode.lastCounted());
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

  private static boolean mayBeMicroStop(MachineState state) {
    return state == DOWN || state == IDLE || state == STARVED || state == BLOCKED;
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

  /** Puts the time up to an instant into the buckets, as time of a state. */
  private void book(long to, MachineState as) {
    long from = progress.booked();
    if (from >= to) {
      return;
    }
    long unknownNs = progress.unknownNs();
    long runNs = progress.runNs();
    // without a signal of the state, a machine that seems idle may be one that counts seldom
    boolean makes = as == RUNNING || (as == IDLE && !last.hasState());
    while (from < to) {
      CalendarSpan span = calendar.at(from);
      long end = Math.min(Math.min(to, span.end()), calendar.hour(from).end());
      boolean minutes = true;
      if (isTooLongForMinutes(from)) {
        long lastMinute = ShiftCalendar.minute(to - 1).start();
        minutes = from >= lastMinute;
        end = minutes ? end : Math.min(end, lastMinute);
      }
      if (minutes) {
        end = Math.min(end, ShiftCalendar.minute(from).end());
      }
      OrderRun run = buckets.orders().at(from);
      end = Math.min(end, buckets.orders().next(from));
      end = Math.min(end, buckets.products().next(from));
      MachineState counted = countsAs(span.plan(), as);
      boolean inShift = span.plan() != Plan.OFF;
      int product = buckets.products().at(from);
      cycleNs = product == last.product() ? last.cycleNs() : cycleOf(product, from);
      aim(inShift ? counted : UNKNOWN, product, span, from, end);
      if (run != null) {
        addTime(run.sums(), end - from, as, counted, inShift);
      }
      for (Bucket bucket : minutes ? buckets.at(from) : buckets.longerAt(from)) {
        addTime(bucket.sums, end - from, as, counted, inShift);
        if (product != Symbols.NONE && bucket.key.kind().hasProducts()) {
          addTime(bucket.products.of(product), end - from, as, counted, inShift);
          bucket.products.made(product, from, end);
        }
      }
      unknownNs += as == UNKNOWN ? end - from : 0; // also in a break: nobody saw its pieces
      runNs += makes ? end - from : 0;
      addSpan(from, end, inShift ? counted : as, as, span);
      from = end;
    }
    progress = progress.bookedTo(from, unknownNs, runNs);
    buckets.products().forgetBefore(from);
  }

  /** The ideal cycle of a product that was made before the present one. */
  private long cycleOf(int product, long instant) {
    return meanings.cycleNs(product, last.cycleNs(), instant);
  }

  /**
   * Says what is aimed at in a span of time beyond the usual target: nothing in what is not known.
   */
  private void aim(MachineState counted, int product, CalendarSpan span, long from, long end) {
    MachineTargets all = aims;
    if (all == null) {
      return;
    }
    boolean known = counted != UNKNOWN && counted != PLANNED;
    long hour = calendar.hour(from).start();
    aimed = known ? all.ofMachine(product, span).between(from - hour, end - hour) : 0;
    aimedOfLine = known ? all.moreOfLine(product, span).between(from - hour, end - hour) : 0;
  }

  /** Whether nothing was heard of it for so long that its minutes are not kept one by one. */
  private boolean isTooLongForMinutes(long instant) {
    boolean unheard = episode.word() == Symbols.SILENT || isGone();
    return (unheard && instant - episode.start() >= MINUTES_OF_SILENCE)
        || instant - progress.seen() >= MINUTES_OF_LIFE;
  }

  private void addTime(
      long[] sums, long length, MachineState state, MachineState counted, boolean inShift) {
    sums[Sums.CALENDAR] += length;
    sums[Sums.CYCLE] = cycleNs;
    sums[Sums.CYCLE_KNOWN] = cycleNs > 0 ? 1 : sums[Sums.CYCLE_KNOWN];
    if (!inShift) {
      return;
    }
    sums[Sums.TARGET] += aimed;
    sums[Sums.LINE_TARGET] += aimedOfLine;
    int time = Sums.timeOf(counted);
    sums[time] += length;
    if (time == Sums.RUN || (time == Sums.MICRO_STOP && rules.microStopsArePerformance)) {
      sums[Sums.APT] += length;
    }
    if (state == DOWN) {
      sums[Sums.REPAIR] += length; // repair goes on in a break
    }
  }

  private static MachineState countsAs(Plan plan, MachineState state) {
    return plan == Plan.PAUSE && state != RUNNING && state != SETUP ? PLANNED : state;
  }

  private void addSpan(long from, long end, MachineState shown, MachineState own, CalendarSpan in) {
    StateSpan newest = spans.last();
    if (newest != null && newest.goesOn(from, shown, episode.start(), in)) {
      newest.end = end;
      return;
    }
    StateSpan added = span(from, end, shown, own, in);
    if (added.first) {
      episode = episode.asCounted();
    }
    spans.add(added);
  }

  /** What the last reading before a silence told: it ends a stop before it, and is in no row. */
  private StateSpan stateWithoutTime(long at) {
    MachineState state = episode.state();
    return new StateSpan(at, at, state, state, episode.why(), at, false, calendar.at(at));
  }

  private StateSpan span(
      long from, long end, MachineState shown, MachineState own, CalendarSpan in) {
    boolean first = !episode.counted() && shown == own && in.plan() != Plan.OFF;
    return new StateSpan(from, end, shown, own, episode.why(), episode.start(), first, in);
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
    spans.exchange(codec, begin, calendar);
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
