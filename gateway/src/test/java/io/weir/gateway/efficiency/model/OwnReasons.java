package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a machine stood, as it said itself. */
final class OwnReasons {

  private static final long HOUR = 60 * WorkCalendar.MINUTE;

  private record Report(long time, String text) {}

  private final long reasonBefore;
  private final List<Report> reports = new ArrayList<>();
  private final States states;

  OwnReasons(Plant.Machine machine, List<Told> told, States states) {
    reasonBefore = machine.reasonBefore();
    this.states = states;
    if (!machine.tellsReasons()) {
      return;
    }
    @Nullable String last = null;
    boolean ended = false; // a stop, since the last report
    boolean absent = false;
    States.@Nullable Episode before = null;
    for (Told instant : told) {
      States.@Nullable Episode now = states.standing(instant.time());
      ended |= before != null && before != now;
      before = now;
      Object text = instant.values().get(Told.REASON);
      if (text == null) {
        absent |= ended && instant.values().containsKey(Told.STATE);
      } else if (absent || !text.equals(last)) {
        reports.add(new Report(instant.time(), text.toString()));
        last = text.toString();
        absent = false;
        ended = false;
      }
    }
  }

  /** Whether a report that came after an instant may belong to an episode. */
  boolean comeAfter(long instant, States.Episode episode) {
    return reports.stream().anyMatch(r -> r.time > instant && r.time <= episode.end());
  }

  /**
   * The reported reason of a part of an episode, or nothing.
   *
   * @param known what was reported later does not count
   */
  @Nullable String of(States.Episode episode, long partEnd, long known) {
    @Nullable String before = null;
    @Nullable String within = null;
    for (Report report : reports) {
      if (report.time > known) {
        break;
      }
      if (report.time < episode.start()) {
        boolean near = episode.start() - report.time <= reasonBefore;
        before = near && !states.stands(report.time) ? report.text : null;
      } else if (report.time == episode.start() && report.text.isEmpty()) {
        before = null; // the reading that begins the stop takes it back
      } else if (states.holds(episode, report.time) && within == null) {
        within = report.text.isEmpty() || report.time > partEnd + HOUR ? null : report.text;
      }
    }
    String reason = within == null ? before : within;
    return reason == null || reason.isEmpty() ? null : reason;
  }
}
