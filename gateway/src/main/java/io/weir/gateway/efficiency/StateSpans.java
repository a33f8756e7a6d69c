package io.weir.gateway.efficiency;

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

  private final List<StateSpan> spans = new ArrayList<>();

  StateSpans copy() {
    StateSpans copy = new StateSpans();
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

  void add(StateSpan span) {
    spans.add(span);
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
  void exchange(StateCodec codec, long begin, ShiftCalendar calendar) {
    codec.all(spans, StateSpan::blank, span -> span.exchange(codec, begin, calendar));
  }
}
