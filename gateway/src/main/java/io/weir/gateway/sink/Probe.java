package io.weir.gateway.sink;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a line that tells whether the store is well, for a lane whose own lines fail. It is a
 * line of the log, and never one that would replace a newer value: no line of its series and
 * instant that says something else has been written since, or waits.
 *
 * <p>Best is a line that the store accepted last. Where there is none that may be repeated, a line
 * behind the failing ones is written early, each time another, since it may be bad too. It is
 * written again in its turn. Where there is none either, the accepted line is repeated although the
 * only failing line has its series and instant.
 */
final class Probe {

  private static final int MOST_LOOKED_AT = 32;

  private final AcceptedLines accepted;

  /** The lane, or {@code null} where the batch has one lane for all series. */
  private final @Nullable Integer lane;

  private int turn;

  Probe(AcceptedLines accepted, @Nullable Integer lane) {
    this.accepted = accepted;
    this.lane = lane;
  }

  /**
   * @param waiting lines of the lane that are not done, in order
   * @param failing how many of them, the first, were written and failed
   * @param ahead lines of the log behind all lines that are in flight
   */
  @Nullable Outbound choose(List<Outbound> waiting, int failing, List<Outbound> ahead) {
    Outbound known = accepted(waiting);
    if (known != null) {
      return known;
    }
    int behind = waiting.size() - failing;
    int candidates = behind + ahead.size();
    for (int i = 0; i < Math.min(candidates, MOST_LOOKED_AT); i++) {
      int at = turn++ % candidates;
      Outbound line = at < behind ? waiting.get(failing + at) : ahead.get(at - behind);
      if (isOurs(accepted.lanes().of(line))
          && !isPlaceOf(line, waiting.subList(0, failing))
          && isSaidAlike(line, waiting)
          && isSaidAlike(line, ahead)) {
        return line;
      }
    }
    return failing == 1 ? accepted(waiting.subList(1, waiting.size())) : null;
  }

  private @Nullable Outbound accepted(List<Outbound> waiting) {
    for (int each = 0; each < accepted.lanes().count(); each++) {
      if (isOurs(each)) {
        for (Outbound line : accepted.of(each)) {
          if (!isPlaceOf(line, waiting)) {
            return line;
          }
        }
      }
    }
    return null;
  }

  private boolean isOurs(int number) {
    return lane == null || lane == number;
  }

  /** Whether all lines of its series and instant are the same as it, so that it replaces none. */
  private static boolean isSaidAlike(Outbound line, List<Outbound> among) {
    for (Outbound each : among) {
      if (isSamePoint(each, line) && !each.line().equals(line.line())) {
        return false;
      }
    }
    return true;
  }

  /** Whether any of some lines has the series and the instant of this one. */
  private static boolean isPlaceOf(Outbound line, List<Outbound> some) {
    return some.stream().anyMatch(each -> isSamePoint(each, line));
  }

  static boolean isSamePoint(Outbound one, Outbound other) {
    return one.lane() == other.lane() && one.timeNs() == other.timeNs();
  }
}
