package io.weir.gateway.efficiency;

import static io.weir.gateway.model.MachineState.DOWN;
import static io.weir.gateway.model.MachineState.IDLE;
import static io.weir.gateway.model.MachineState.PLANNED;
import static io.weir.gateway.model.MachineState.RUNNING;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.calendar.ShiftCalendar.Plan;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.LastValues;
import io.weir.gateway.efficiency.signal.Meanings;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.MachineState;
import org.jspecify.annotations.Nullable;

/**
 * Puts the decided time of a machine into its buckets: it is divided where a minute, hour, shift,
 * order or product ends, and each part counts as the calendar has it.
 *
 * <p>Has no state beside the buckets. Belongs to its {@link Timeline}.
 */
final class TimeBooking {

  /** Is told each part of the time, in order. */
  interface Booked {

    /**
     * @param shown the state that the calendar counts the time as
     * @param own the state itself
     */
    void part(long from, long end, MachineState shown, MachineState own, CalendarSpan in);
  }

  private final SignalRules rules;
  private final ShiftCalendar calendar;
  private final Meanings meanings;

  /** What the machine aims at beyond the usual target, or {@code null} where nothing differs. */
  private final @Nullable MachineTargets aims;

  private final Buckets buckets;

  // Of the part that is put into the buckets: its ideal cycle and what is aimed at.
  private long cycleNs;
  private long aimed;
  private long aimedOfLine;

  TimeBooking(
      SignalRules rules,
      ShiftCalendar calendar,
      Meanings meanings,
      @Nullable MachineTargets aims,
      Buckets buckets) {
    this.rules = rules;
    this.calendar = calendar;
    this.meanings = meanings;
    this.aims = aims;
    this.buckets = buckets;
  }

  /** The same for other buckets of the machine. */
  TimeBooking into(Buckets others) {
    return new TimeBooking(rules, calendar, meanings, aims, others);
  }

  /**
   * Puts the time up to an instant into the buckets.
   *
   * @param as the state that it was of
   * @param last what the signals said last
   * @param minutesUntil from then on only the last minute has a bucket of its own
   * @return how far the time is booked then
   */
  Progress book(
      Progress progress,
      long to,
      MachineState as,
      LastValues last,
      long minutesUntil,
      Booked booked) {
    long from = progress.booked();
    if (from >= to) {
      return progress;
    }
    long unknownNs = progress.unknownNs();
    long runNs = progress.runNs();
    // without a signal of the state, a machine that seems idle may be one that counts seldom
    boolean makes = as == RUNNING || (as == IDLE && !last.hasState());
    while (from < to) {
      CalendarSpan span = calendar.at(from);
      long end = Math.min(Math.min(to, span.end()), calendar.hour(from).end());
      boolean minutes = true;
      if (from >= minutesUntil) {
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
      MachineState counted = span.plan().counts(as);
      boolean inShift = span.plan() != Plan.OFF;
      int product = buckets.products().at(from);
      cycleNs = product == last.product() ? last.cycleNs() : cycleOf(product, last, from);
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
      booked.part(from, end, inShift ? counted : as, as, span);
      from = end;
    }
    buckets.products().forgetBefore(from);
    return progress.bookedTo(from, unknownNs, runNs);
  }

  /** The ideal cycle of a product that was made before the present one. */
  private long cycleOf(int product, LastValues last, long instant) {
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
}
