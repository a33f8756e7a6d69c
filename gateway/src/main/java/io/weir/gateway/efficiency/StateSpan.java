package io.weir.gateway.efficiency;

import io.weir.gateway.model.MachineState;

/**
 * A part of one machine's time in one state, within one shift.
 *
 * <p>Mutable while it grows; belongs to its {@link Timeline}.
 */
final class StateSpan {

  final long start;
  long end;
  final MachineState state;

  /** The reason of the state, a symbol of the machine. */
  int reason;

  /** Start of the episode to which this belongs. */
  final long episode;

  /** Whether it is the first part of the episode that counts as the episode's own state. */
  final boolean first;

  final CalendarSpan calendar;

  StateSpan(
      long start,
      long end,
      MachineState state,
      int reason,
      long episode,
      boolean first,
      CalendarSpan calendar) {
    this.start = start;
    this.end = end;
    this.state = state;
    this.reason = reason;
    this.episode = episode;
    this.first = first;
    this.calendar = calendar;
  }

  /** What a span is read into. */
  static StateSpan blank() {
    return new StateSpan(0, 0, MachineState.UNKNOWN, 0, 0, false, CalendarSpan.NONE);
  }

  /** Instants are stored as the distance from {@code begin}. */
  StateSpan exchange(StateCodec codec, long begin, ShiftCalendar calendar) {
    long from = begin + codec.number(start - begin);
    return new StateSpan(
        from,
        from + codec.number(end - start),
        codec.state(state),
        codec.symbol(reason),
        begin + codec.number(episode - begin),
        codec.flag(first),
        calendar.at(from));
  }

  StateSpan copy() {
    return new StateSpan(start, end, state, reason, episode, first, calendar);
  }

  /** Whether the next part of the episode only makes this span longer. */
  boolean goesOn(long at, MachineState next, long nextEpisode, CalendarSpan nextSpan) {
    return end == at
        && state == next
        && episode == nextEpisode
        && calendar.plan() == nextSpan.plan()
        && calendar.whole().equals(nextSpan.whole());
  }

  /** Whether it is a stop: planned busy time in which the machine does not run. */
  boolean isStop() {
    return calendar.plan() != ShiftCalendar.Plan.OFF
        && state != MachineState.RUNNING
        && state != MachineState.PLANNED;
  }
}
