package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.model.MachineState;

/**
 * A part of one machine's time in one state, within one shift, as the rows show it. Immutable.
 *
 * @param end as {@code start} for the present state of which no time has passed
 * @param own the state itself
 * @param state what the calendar counts it as
 * @param reason the reason that holds, "" for none
 * @param machineReason the machine's own word for it
 * @param category of the reason, "" for none
 * @param episode start of the stop, or other stretch of one state, to which it belongs
 * @param first whether it is the first part of that which counts as its own state
 */
record Shown(
    long start,
    long end,
    MachineState own,
    MachineState state,
    String reason,
    String machineReason,
    String category,
    long episode,
    boolean first,
    CalendarSpan calendar) {

  static final Shown NONE =
      new Shown(
          0,
          0,
          MachineState.UNKNOWN,
          MachineState.UNKNOWN,
          "",
          "",
          "",
          0,
          false,
          CalendarSpan.NONE);

  Shown until(long to) {
    return new Shown(
        start, to, own, state, reason, machineReason, category, episode, first, calendar);
  }

  /** A stretch of it, in which the machine had a word of its own. */
  Shown within(long from, long to, String word) {
    return new Shown(from, to, own, state, reason, word, category, episode, first, calendar);
  }

  /** How much of it lies in a bucket; 0 or less where none does. */
  long within(BucketKey key) {
    return Math.min(end, key.end()) - Math.max(start, key.start());
  }

  boolean contains(long instant) {
    return start <= instant && (instant < end || instant == start);
  }

  /** Whether it is a stop: planned busy time in which the machine does not run. */
  boolean isStop() {
    return calendar.plan() != ShiftCalendar.Plan.OFF
        && state != MachineState.RUNNING
        && state != MachineState.PLANNED;
  }

  boolean isSamePlan(Shown other) {
    return calendar.plan() == other.calendar.plan()
        && calendar.whole().equals(other.calendar.whole());
  }

  /** The calendar's part is not stored. Instants are stored as the distance from {@code base}. */
  Shown exchange(StateCodec codec, long base, ShiftCalendar calendar) {
    long from = base + codec.number(start - base);
    return new Shown(
        from,
        from + codec.number(end - start),
        codec.state(own),
        codec.state(state),
        codec.name(reason),
        codec.name(machineReason),
        codec.name(category),
        base + codec.number(episode - base),
        codec.flag(first),
        calendar.at(from));
  }
}
