package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.signal.Symbols;
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

  /** The state itself, whatever the calendar counts it as. */
  final MachineState own;

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
      MachineState own,
      int reason,
      long episode,
      boolean first,
      CalendarSpan calendar) {
    this.start = start;
    this.end = end;
    this.state = state;
    this.own = own;
    this.reason = reason;
    this.episode = episode;
    this.first = first;
    this.calendar = calendar;
  }

  /** What a span is read into. */
  static StateSpan blank() {
    return new StateSpan(
        0, 0, MachineState.UNKNOWN, MachineState.UNKNOWN, 0, 0, false, CalendarSpan.NONE);
  }

  /** Instants are stored as the distance from {@code begin}. */
  StateSpan exchange(StateCodec codec, long begin, ShiftCalendar calendar) {
    long from = begin + codec.number(start - begin);
    long to = from + codec.number(end - start);
    MachineState counted = codec.state(state);
    return new StateSpan(
        from,
        to,
        counted,
        codec.has(StateFormat.CORRECTIONS) ? codec.state(own) : counted,
        codec.symbol(reason),
        begin + codec.number(episode - begin),
        codec.flag(first),
        calendar.at(from));
  }

  StateSpan copy() {
    return new StateSpan(start, end, state, own, reason, episode, first, calendar);
  }

  /** Whether the next part of the episode only makes this span longer. One without time ends. */
  boolean goesOn(long at, MachineState next, long nextEpisode, CalendarSpan nextSpan) {
    return start < end
        && end == at
        && state == next
        && episode == nextEpisode
        && calendar.plan() == nextSpan.plan()
        && calendar.whole().equals(nextSpan.whole());
  }

  /** The same as the rows show it, without corrections. */
  Shown shown(Symbols symbols) {
    String word = symbols.word(reason);
    return new Shown(start, end, own, state, word, word, "", episode, first, calendar);
  }
}
