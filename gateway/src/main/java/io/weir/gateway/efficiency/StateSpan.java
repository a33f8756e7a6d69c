package io.weir.gateway.efficiency;

import io.weir.gateway.model.MachineState;

/**
 * A stretch of one machine's time in one state, within one shift.
 *
 * <p>Mutable while it grows; belongs to its {@link Timeline}.
 */
final class StateSpan {

  final long start;
  long end;
  final MachineState state;

  /** A symbol of the machine. */
  int reason;

  /** Start of the episode of which this is the whole or a part. */
  final long episode;

  /** Whether it is the episode's first part that counts as its state. */
  final boolean first;

  final CalendarSpan span;

  StateSpan(
      long start,
      long end,
      MachineState state,
      int reason,
      long episode,
      boolean first,
      CalendarSpan span) {
    this.start = start;
    this.end = end;
    this.state = state;
    this.reason = reason;
    this.episode = episode;
    this.first = first;
    this.span = span;
  }

  StateSpan copy() {
    return new StateSpan(start, end, state, reason, episode, first, span);
  }

  /** Whether what follows at this segment's end only makes it longer. */
  boolean goesOn(long at, MachineState next, long nextEpisode, CalendarSpan nextSpan) {
    return end == at
        && state == next
        && episode == nextEpisode
        && span.plan() == nextSpan.plan()
        && span.whole().equals(nextSpan.whole());
  }

  /** Whether it is a loss of planned busy time that has a reason. */
  boolean isStop() {
    return span.plan() != Calendar.Plan.OFF
        && state != MachineState.RUNNING
        && state != MachineState.PLANNED;
  }
}
