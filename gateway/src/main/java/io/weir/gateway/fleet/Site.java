package io.weir.gateway.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One gateway among those that report, as it is known here.
 *
 * @param newest its newest report
 * @param receivedNs when that came, by the clock here
 * @param level how it is
 * @param sinceNs since when it is so, by the clock here
 * @param aheadS how far its clock is ahead of the one here, seconds; negative: behind, or so long
 *     under way at least. Of the newest reports the one that came fastest counts
 * @param changes how it was before, the oldest first
 */
public record Site(
    GatewayReport newest,
    long receivedNs,
    Level level,
    long sinceNs,
    @Nullable Double aheadS,
    List<Change> changes) {

  public Site {
    changes = List.copyOf(changes);
  }

  /** How a gateway is, the worst first. */
  public enum Level {
    /** Nothing came for three reports: how it is, nobody knows. */
    SILENT,
    /** It is not ready, or an alarm of it is critical. */
    CRITICAL,
    /** It has alarms, none of them critical. */
    WARNING,
    WELL
  }

  /**
   * From when on a gateway was how.
   *
   * @param fromNs by the clock here
   * @param reason what was wrong, or ""
   */
  public record Change(long fromNs, Level level, String reason) {}
}
