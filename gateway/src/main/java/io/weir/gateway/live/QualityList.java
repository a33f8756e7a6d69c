package io.weir.gateway.live;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The quality of the data. Counts are since the gateway's start.
 *
 * @param machines the worst first: those silent for too long, then by how wrong their clock is,
 *     then by readings that are not good
 * @param more whether machines were left out that are better than all that are here
 * @param quarantine entries by reason, the most first
 */
public record QualityList(List<Machine> machines, boolean more, List<Held> quarantine) {

  /**
   * A machine.
   *
   * @param path site, area, line and machine, without the levels that are missing
   * @param seenMs when a message of it arrived last
   * @param silentAfterSeconds how long it may be silent before its state is unknown; {@code null}
   *     without figures for it
   * @param skewSeconds how far its clock is ahead of the gateway's, by the topic it was heard on
   *     last; below 0 it is behind, or its messages are late; {@code null} if not measured
   * @param uncertain readings of that quality
   * @param bad readings of that quality
   * @param late readings too late for the figures
   * @param implausible counts of the current shift that rose by more than the ideal cycle allows,
   *     or fell as only a clock that went back explains
   */
  public record Machine(
      List<String> path,
      long seenMs,
      double silentSeconds,
      @Nullable Double silentAfterSeconds,
      @Nullable Double skewSeconds,
      long uncertain,
      long bad,
      long late,
      long implausible) {}

  /**
   * What the quarantine took for one reason.
   *
   * @param count entries, including the newest from before the start
   */
  public record Held(String reason, long count, long newestMs) {}
}
