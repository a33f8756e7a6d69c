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

import io.weir.gateway.efficiency.Calendar.Plan;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One machine, folded in the order of time: takes its readings instant by instant and fills its
 * buckets. Knows no clock and nothing of lateness.
 *
 * <h2>How time is told</h2>
 *
 * A state holds until the next instant that says otherwise. The time since the last reading ({@code
 * seen}) is decided only at the next one: was the silence too long, all of it is unknown. An
 * <em>episode</em> is a stretch of one state as the machine tells it, whatever the calendar; one of
 * down, idle, starved or blocked is held back until it is long enough or over, for it may turn out
 * a micro-stop. So all before {@code booked} is decided and in the buckets, and at most one silence
 * and one micro-stop lie between it and the last reading. An episode next to unknown time is not
 * known whole, and no micro-stop.
 *
 * <p>The calendar then decides what an episode's time counts as: running and setup count in every
 * shift time; other states count as planned in breaks and holidays; outside of shifts none does.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class Timeline {

  /** Minutes of a silence longer than this are not kept one by one; hours, shifts and days are. */
  static final long MINUTES_OF_SILENCE = Calendar.HOUR;

  /** A reason holds for the parts of its stop that ended less than this before it was told. */
  private static final long REASON_REACHES = Calendar.HOUR;

  /** Without a state signal, a machine runs while its count rose within so many ideal cycles. */
  private static final int CYCLES_OF_A_RUN = 3;

  private static final int NO_SAY = -1;

  /** No machine draws more, in kW, nor between two readings, in kWh: a meter's fault, left out. */
  private static final double MOST_ENERGY = 1e8;

  /** A meter read within this may have stepped back by more than a little: up to half. */
  private static final long METER_STEPS_BACK = Calendar.HOUR;

  /** Total or good, as bits in the order of the counts. */
  private static final int COUNTS_PIECES = 0b011;

  private static final BucketKind[] KINDS = BucketKind.values();

  private final SignalRules rules;
  private final Calendar calendar;
  private final Buckets buckets;
  private final Counters counters;
  private final List<StateSpan> segments = new ArrayList<>();

  private boolean begun;
  private long begin;
  private long seen;
  private long booked;
  private long unknownNs;

  // The episode in course.
  private long episodeStart;
  private MachineState state = UNKNOWN;
  private MachineState lastKnown = UNKNOWN;
  private int word;
  private int stated;

  /** Whether what is stated was told before the episode began: one told in it takes its place. */
  private boolean statedBefore;

  /** False while it may still turn out a micro-stop. */
  private boolean decided;

  /** Whether a part of it has counted as its state. */
  private boolean counted;

  // What the signals said last.
  private final int[] says;
  private final int[] words;
  private boolean hasState;
  private int reason;
  private int product;
  private long cycleNs;
  private long runsUntil = Long.MIN_VALUE;
  private double energy = Double.NaN;

  /** Up to where power was added up; of a meter, when it was read last. */
  private long energyTo;

  // One instant's values, by signal; between calls of no meaning.
  private final long[] values;

  Timeline(SignalRules rules, Calendar calendar) {
    this(rules, calendar, new Buckets(calendar), new Counters(rules));
  }

  private Timeline(SignalRules rules, Calendar calendar, Buckets buckets, Counters counters) {
    this.rules = rules;
    this.calendar = calendar;
    this.buckets = buckets;
    this.counters = counters;
    cycleNs = rules.constantCycleNs;
    says = new int[rules.stateSignals];
    words = new int[rules.stateSignals];
    Arrays.fill(says, NO_SAY);
    values = new long[Signals.STATE + rules.stateSignals];
  }

  Timeline copy() {
    Timeline copy = new Timeline(rules, calendar, buckets.copy(), counters.copy());
    for (StateSpan segment : segments) {
      copy.segments.add(segment.copy());
    }
    copy.begun = begun;
    copy.begin = begin;
    copy.seen = seen;
    copy.booked = booked;
    copy.unknownNs = unknownNs;
    copy.episodeStart = episodeStart;
    copy.state = state;
    copy.lastKnown = lastKnown;
    copy.word = word;
    copy.stated = stated;
    copy.statedBefore = statedBefore;
    copy.decided = decided;
    copy.counted = counted;
    System.arraycopy(says, 0, copy.says, 0, says.length);
    System.arraycopy(words, 0, copy.words, 0, words.length);
    copy.hasState = hasState;
    copy.reason = reason;
    copy.product = product;
    copy.cycleNs = cycleNs;
    copy.runsUntil = runsUntil;
    copy.energy = energy;
    copy.energyTo = energyTo;
    return copy;
  }

  Buckets buckets() {
    return buckets;
  }

  /** All before is decided. */
  long booked() {
    return booked;
  }

  long begin() {
    return begin;
  }

  /** The last reading's instant. */
  long seen() {
    return seen;
  }

  MachineState state() {
    return state;
  }

  /** The state in course, as the calendar has it at the instant. */
  MachineState shown(long instant) {
    return countsAs(calendar.at(instant).plan(), state);
  }

  /** What a signal of the state said last: a state's code, or less than 0. */
  int says(int signal) {
    return says[signal];
  }

  /** When the state in course began. */
  long since() {
    return episodeStart;
  }

  /** Why, as a symbol. */
  int why() {
    return stated != Symbols.NONE ? stated : word;
  }

  int product() {
    return product;
  }

  long cycleNs() {
    return cycleNs;
  }

  /** What was decided, in the order of time, since {@link #forgetSegments} was called last. */
  List<StateSpan> segments() {
    return segments;
  }

  /** The stretch in course, after {@link #extend} to the instant. */
  StateSpan inCourse(long asOf) {
    if (episodeStart < asOf && !segments.isEmpty()) {
      return segments.get(segments.size() - 1);
    }
    CalendarSpan span = calendar.at(asOf);
    MachineState counts = countsAs(span.plan(), state);
    boolean first = !counted && counts == state && span.plan() != Plan.OFF;
    return new StateSpan(asOf, asOf, counts, why(), episodeStart, first, span);
  }

  /** All before is said: the last segment may still grow, and those of its stop get a reason. */
  long horizon() {
    if (segments.isEmpty()) {
      return booked;
    }
    boolean mayBeTold = rules.hasReason && (stated == Symbols.NONE || statedBefore);
    int first = segments.size() - 1;
    while (mayBeTold && first > 0 && isReachedBy(segments.get(first - 1), seen)) {
      first--;
    }
    return segments.get(first).start;
  }

  /** Whether a reason told at the instant is the segment's too. */
  private boolean isReachedBy(StateSpan segment, long told) {
    return segment.episode == episodeStart && segment.end > told - REASON_REACHES;
  }

  /** Forgets the segments that end at or before the instant. */
  void forgetSegments(long before) {
    segments.removeIf(segment -> segment.end <= before);
  }

  /** Takes the entries of one instant, later than all before. */
  void take(ReorderBuffer window, int from, int to) {
    long time = window.time(from);
    int present = 0;
    for (int i = from; i < to; i++) {
      byte signal = window.signal(i);
      values[signal] = window.value(i);
      present |= 1 << signal;
    }
    if (begun) {
      pass(time);
    } else {
      begin = time;
      seen = time;
      booked = time;
      energyTo = time;
    }
    count(time, present);
    energy(time, present);
    for (int i = 0; i < says.length; i++) {
      if (has(present, Signals.STATE + i)) {
        says[i] = (int) (values[Signals.STATE + i] >> 32);
        words[i] = (int) values[Signals.STATE + i];
        hasState = true;
      }
    }
    seen = time;
    evaluate(time, has(present, Signals.REASON));
    begun = true;
  }

  /** Extends to an instant at which nothing was read, for figures that are still provisional. */
  void extend(long asOf) {
    if (asOf > seen) {
      pass(asOf);
    }
    book(asOf, state);
    integrate(asOf, asOf);
  }

  private static boolean has(int present, int signal) {
    return (present & (1 << signal)) != 0;
  }

  // ---- pieces and energy

  private void count(long time, int present) {
    long cycleBefore = cycleNs;
    int productBefore = product;
    if (has(present, Signals.REASON)) {
      reason = (int) values[Signals.REASON];
    }
    if (has(present, Signals.PRODUCT)) {
      product = (int) values[Signals.PRODUCT];
    }
    if (has(present, Signals.CYCLE)) {
      cycleNs = values[Signals.CYCLE];
    }
    int counts = (present >> Signals.TOTAL) & ((1 << Signals.COUNTS) - 1);
    if (counts == 0) {
      return;
    }
    long[] pieces = Arrays.copyOfRange(values, Signals.TOTAL, Signals.TOTAL + Signals.COUNTS);
    // a count that went on tells of the time before this instant, and of what was made then
    boolean now = counters.tellOfNow(counts, pieces);
    long instant = begun ? time - 1 : time;
    Counters.Context context =
        new Counters.Context(
            time,
            instant,
            now || cycleBefore == 0 ? cycleNs : cycleBefore,
            now || productBefore == Symbols.NONE ? product : productBefore,
            unknownNs,
            calendar.at(instant).plan() != Plan.OFF);
    if (counters.take(counts, pieces, context, buckets)) {
      runsUntil = time + CYCLES_OF_A_RUN * cycleNs;
    }
  }

  private void energy(long time, int present) {
    if (!has(present, Signals.ENERGY)) {
      return;
    }
    buckets.read(Buckets.METER, begun ? time - 1 : time);
    double value = Double.longBitsToDouble(values[Signals.ENERGY]);
    if (rules.power) {
      integrate(time, time);
      value = Math.abs(value) <= MOST_ENERGY ? value : Double.NaN;
    } else if (Math.abs(value - energy) <= MOST_ENERGY) {
      // a small fall is a clock that went back, or energy fed back; a larger one is a reset: of a
      // meter read seldom also one that has passed half its former reading since
      double small = Math.abs(energy) / (time - energyTo <= METER_STEPS_BACK ? 2 : 10);
      boolean goesOn = energy - value < small || Math.abs(value) > Math.abs(energy);
      double used = goesOn ? value - energy : value;
      buckets.add(time - 1, Sums.ENERGY, Math.round(used * Sums.KWH));
    }
    energy = value;
    energyTo = time;
  }

  /**
   * Adds the power's energy up to an instant, minute by minute. Called at whole minutes and at new
   * values only, so that rounding does not depend on what else was read between.
   */
  private void integrate(long lived, long to) {
    if (!rules.power) {
      return;
    }
    while (!Double.isNaN(energy) && energyTo < lived) {
      long end = Math.min(Calendar.minute(energyTo).end(), lived);
      double hours = (end - energyTo) / (double) Calendar.HOUR;
      buckets.add(energyTo, Sums.ENERGY, Math.round(energy * hours * Sums.KWH));
      energyTo = end;
    }
    energyTo = to;
  }

  // ---- time

  /** Time goes on to an instant, without a reading between. */
  private void pass(long time) {
    if (time - seen > rules.silentAfterNs) {
      integrate(seen, time);
      energy = rules.power ? Double.NaN : energy;
      change(seen, UNKNOWN, Symbols.SILENT, Symbols.NONE, false);
    } else {
      long minute = Calendar.minute(time).start();
      if (minute > energyTo) {
        integrate(minute, minute);
      }
      if (!hasState && state == RUNNING && runsUntil < time) {
        change(runsUntil, IDLE, Symbols.NONE, Symbols.NONE, false);
      }
    }
    if (!decided && time - episodeStart >= rules.microStopNs) {
      decide();
    }
    if (decided) {
      book(time, state);
    }
  }

  /** What the signals say at an instant, after all of its values were taken. */
  private void evaluate(long time, boolean reasonTold) {
    if (!hasState) {
      if ((buckets.counters() & COUNTS_PIECES) != 0 && cycleNs > 0) {
        change(time, time < runsUntil ? RUNNING : IDLE, Symbols.NONE, reason, reasonTold);
      } else {
        change(time, UNKNOWN, Symbols.NO_STATE, Symbols.NONE, false);
      }
      return;
    }
    int unmapped = Symbols.NO_STATE;
    for (int i = 0; i < says.length; i++) {
      if (says[i] >= 0) {
        change(time, MachineState.of(says[i]), words[i], reason, reasonTold);
        return;
      }
      unmapped = words[i] != Symbols.NONE ? words[i] : unmapped;
    }
    change(time, UNKNOWN, unmapped, Symbols.NONE, false);
  }

  /**
   * What the machine does from an instant on.
   *
   * @param told whether the reason is told at that instant, not kept from before
   */
  private void change(long at, MachineState next, int nextWord, int nextStated, boolean told) {
    if (begun && next == state && (next != UNKNOWN || nextWord == word)) {
      if (told && (stated == Symbols.NONE || statedBefore)) {
        stated = nextStated; // the first reason given in an episode holds for the whole of it
        statedBefore = false;
        for (int i = segments.size() - 1; i >= 0 && isReachedBy(segments.get(i), at); i--) {
          segments.get(i).reason = why();
        }
      }
      return;
    }
    if (begun) {
      end(at, next != UNKNOWN);
    }
    boolean whole = begun && state != UNKNOWN;
    boolean failing = !whole && lastKnown == DOWN;
    episodeStart = at;
    state = next;
    lastKnown = next == UNKNOWN ? lastKnown : next;
    word = nextWord;
    stated = nextStated;
    statedBefore = !told && nextStated != Symbols.NONE;
    counted = false;
    decided = !whole || !mayBeShort(next);
    if (decided && state == DOWN && !failing) {
      fail();
    }
  }

  private static boolean mayBeShort(MachineState state) {
    return state == DOWN || state == IDLE || state == STARVED || state == BLOCKED;
  }

  private void end(long at, boolean known) {
    if (!decided && known && at - episodeStart < rules.microStopNs) {
      if (calendar.at(episodeStart).plan() == Plan.WORK) {
        buckets.add(episodeStart, Sums.MICRO_STOPS, 1);
      }
      book(at, MICRO_STOP);
      return;
    }
    if (!decided) {
      decide();
    }
    book(at, state);
  }

  /** The episode is no micro-stop. */
  private void decide() {
    decided = true;
    if (state == DOWN) {
      fail();
    }
  }

  private void fail() {
    if (calendar.at(episodeStart).plan() != Plan.OFF) {
      buckets.add(episodeStart, Sums.FAILURES, 1);
    }
  }

  /** Puts the time up to an instant into the buckets, as the state. */
  private void book(long to, MachineState as) {
    while (booked < to) {
      CalendarSpan span = calendar.at(booked);
      long end = Math.min(Math.min(to, span.end()), calendar.hour(booked).end());
      boolean minutes = true;
      if (word == Symbols.SILENT && booked - episodeStart >= MINUTES_OF_SILENCE) {
        long lastMinute = Calendar.minute(to - 1).start();
        minutes = booked >= lastMinute;
        end = minutes ? end : Math.min(end, lastMinute);
      }
      if (minutes) {
        end = Math.min(end, Calendar.minute(booked).end());
      }
      MachineState counts = countsAs(span.plan(), as);
      int time = Sums.timeOf(counts);
      long length = end - booked;
      for (BucketKind kind : KINDS) {
        if (kind == BucketKind.MINUTE && !minutes) {
          continue;
        }
        long[] cell = buckets.at(kind, booked).cell;
        cell[Sums.CALENDAR] += length;
        cell[Sums.CYCLE] = cycleNs;
        cell[Sums.PRICED] = cycleNs > 0 ? 1 : cell[Sums.PRICED];
        if (span.plan() != Plan.OFF) {
          cell[time] += length;
          if (time == Sums.RUN || (time == Sums.MICRO_STOP && rules.microStopsArePerformance)) {
            cell[Sums.APT] += length;
          }
          if (as == DOWN) {
            cell[Sums.REPAIR] += length; // repair goes on in a break
          }
        }
      }
      if (span.plan() != Plan.OFF && counts == UNKNOWN) {
        unknownNs += length;
      }
      addSegment(end, span.plan() == Plan.OFF ? as : counts, as, span);
      booked = end;
    }
  }

  private static MachineState countsAs(Plan plan, MachineState state) {
    return plan == Plan.PAUSE && state != RUNNING && state != SETUP ? PLANNED : state;
  }

  private void addSegment(long end, MachineState shown, MachineState own, CalendarSpan span) {
    int last = segments.size() - 1;
    if (last >= 0 && segments.get(last).goesOn(booked, shown, episodeStart, span)) {
      segments.get(last).end = end;
      return;
    }
    boolean first = !counted && shown == own && span.plan() != Plan.OFF;
    counted |= first;
    segments.add(new StateSpan(booked, end, shown, why(), episodeStart, first, span));
  }

  // ---- bytes

  void encode(Bytes.Out out) {
    out.flag(begun);
    out.number(begin);
    out.number(seen - begin);
    out.number(booked - begin);
    out.number(unknownNs);
    out.number(episodeStart - begin);
    out.raw((byte) state.code());
    out.raw((byte) lastKnown.code());
    out.number(word);
    out.number(stated);
    out.flag(statedBefore);
    out.flag(decided);
    out.flag(counted);
    out.number(says.length);
    for (int i = 0; i < says.length; i++) {
      out.number(says[i]);
      out.number(words[i]);
    }
    out.flag(hasState);
    out.number(reason);
    out.number(product);
    out.number(cycleNs);
    out.number(runsUntil);
    out.flag(!Double.isNaN(energy));
    if (!Double.isNaN(energy)) {
      out.real(energy);
    }
    out.number(energyTo - begin);
    out.number(segments.size());
    for (StateSpan segment : segments) {
      out.number(segment.start - begin);
      out.number(segment.end - segment.start);
      out.raw((byte) segment.state.code());
      out.number(segment.reason);
      out.number(segment.episode - begin);
      out.flag(segment.first);
    }
    counters.encode(out);
    buckets.encode(out);
  }

  /**
   * @param sameSignals whether the state's signals are those it was encoded with; else what they
   *     said is forgotten
   */
  static Timeline decode(Bytes.In in, SignalRules rules, Calendar calendar, boolean sameSignals) {
    Timeline timeline = new Timeline(rules, calendar);
    timeline.decode(in, sameSignals);
    return timeline;
  }

  private void decode(Bytes.In in, boolean sameSignals) {
    begun = in.flag();
    begin = in.number();
    seen = begin + in.number();
    booked = begin + in.number();
    unknownNs = in.number();
    episodeStart = begin + in.number();
    state = MachineState.of(in.raw());
    lastKnown = MachineState.of(in.raw());
    word = (int) in.number();
    stated = (int) in.number();
    statedBefore = in.flag();
    decided = in.flag();
    counted = in.flag();
    for (int i = 0, count = (int) in.number(); i < count; i++) {
      int says = (int) in.number();
      int word = (int) in.number();
      if (sameSignals) {
        this.says[i] = says;
        words[i] = word;
      }
    }
    hasState = in.flag() && sameSignals;
    reason = (int) in.number();
    product = (int) in.number();
    long cycle = in.number();
    cycleNs = rules.constantCycleNs > 0 ? rules.constantCycleNs : cycle;
    runsUntil = in.number();
    energy = in.flag() ? in.real() : Double.NaN;
    energyTo = begin + in.number();
    for (long count = in.number(); count > 0; count--) {
      long start = begin + in.number();
      segments.add(
          new StateSpan(
              start,
              start + in.number(),
              MachineState.of(in.raw()),
              (int) in.number(),
              begin + in.number(),
              in.flag(),
              calendar.at(start)));
    }
    counters.decode(in);
    buckets.decode(in);
  }
}
