package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.calendar.ShiftCalendar.Plan;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decided time of one machine as spans of one state, in the order of time, as far back as late
 * readings can still change them.
 *
 * <p>Mutable; belongs to its {@link Timeline}.
 */
final class StateSpans {

  /** A reason also holds for the earlier parts of its stop that ended less than this before it. */
  private static final long REASON_REACHES_BACK = ShiftCalendar.HOUR;

  private final ShiftCalendar calendar;
  private final List<StateSpan> spans = new ArrayList<>();

  StateSpans(ShiftCalendar calendar) {
    this.calendar = calendar;
  }

  StateSpans copy() {
    StateSpans copy = new StateSpans(calendar);
    for (StateSpan span : spans) {
      copy.spans.add(span.copy());
    }
    return copy;
  }

  List<StateSpan> list() {
    return spans;
  }

  @Nullable StateSpan last() {
    return spans.isEmpty() ? null : spans.get(spans.size() - 1);
  }

  /**
   * Adds time of an episode, within one part of the calendar.
   *
   * @param shown the state that the calendar counts it as
   * @param own the state itself
   * @return whether it is the first part of the episode that counts as its own state
   */
  boolean add(
      long from, long end, MachineState shown, MachineState own, Episode episode, CalendarSpan in) {
    StateSpan newest = last();
    if (newest != null && newest.goesOn(from, shown, episode.start(), in)) {
      newest.end = end;
      return false;
    }
    StateSpan added = span(from, end, shown, own, episode, in);
    spans.add(added);
    return added.first;
  }

  /** What the last reading before a silence told: it ends a stop before it, and is in no row. */
  void addWithoutTime(long at, Episode episode) {
    MachineState state = episode.state();
    CalendarSpan in = calendar.at(at);
    spans.add(new StateSpan(at, at, state, state, episode.why(), at, false, in));
  }

  private static StateSpan span(
      long from, long end, MachineState shown, MachineState own, Episode episode, CalendarSpan in) {
    boolean first = !episode.counted() && shown == own && in.plan() != Plan.OFF;
    return new StateSpan(from, end, shown, own, episode.why(), episode.start(), first, in);
  }

  /** The span that holds an instant up to which all time was added. */
  StateSpan present(long asOf, Episode episode) {
    StateSpan newest = last();
    if (episode.start() < asOf && newest != null) {
      return newest;
    }
    CalendarSpan in = calendar.at(asOf);
    MachineState state = episode.state();
    return span(asOf, asOf, in.plan().counts(state), state, episode, in);
  }

  /** All of them, and an episode that begins at the instant. */
  List<Shown> told(Symbols symbols, long asOf, Episode episode) {
    List<Shown> told = new ArrayList<>(spans.size() + 1);
    for (StateSpan span : spans) {
      told.add(span.shown(symbols));
    }
    if (episode.start() == asOf) {
      told.add(present(asOf, episode).shown(symbols));
    }
    return told;
  }

  /** Gives a reason to the parts of an episode that a reason of the instant reaches. */
  void giveReason(int reason, long instant, Episode episode) {
    for (int i = spans.size() - 1; i >= 0 && isReached(spans.get(i), instant, episode); i--) {
      spans.get(i).reason = reason;
    }
  }

  /**
   * Start of the first span that can still change: by growing, or by a reason given from now on.
   */
  long horizon(boolean reasonMayCome, long now, Episode episode) {
    int first = spans.size() - 1;
    while (reasonMayCome && first > 0 && isReached(spans.get(first - 1), now, episode)) {
      first--;
    }
    return spans.get(first).start;
  }

  private static boolean isReached(StateSpan span, long instant, Episode episode) {
    return span.episode == episode.start() && span.end > instant - REASON_REACHES_BACK;
  }

  void forgetBefore(long instant) {
    spans.removeIf(span -> span.end <= instant);
  }

  /** Instants are stored as the distance from {@code begin}. */
  void exchange(StateCodec codec, long begin) {
    codec.all(spans, StateSpan::blank, span -> span.exchange(codec, begin, calendar));
  }
}
