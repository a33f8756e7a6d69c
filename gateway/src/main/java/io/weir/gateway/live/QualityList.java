package io.weir.gateway.live;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The quality of the data. Counts are since the gateway's start, those of missing messages since
 * the device was first heard.
 *
 * @param machines the worst first: those silent for too long, then those with a gap in the last
 *     hour, then by how wrong their clock is, then by readings that are not good
 * @param more whether machines were left out that are better than all that are here
 * @param quarantine entries by reason, the most first
 */
public record QualityList(List<Machine> machines, boolean more, List<Held> quarantine) {

  /**
   * A machine, or a device of which no machine is known.
   *
   * @param place of the machine; none for a device
   * @param device the topic of a device, or what it calls itself; {@code null} for a machine
   * @param seenMs when a message of it arrived last
   * @param silentAfterSeconds how long it may be silent: by the figures, before its state is
   *     unknown, else as the route or its period says; {@code null} if not known
   * @param silent whether it is an alarm that it is silent
   * @param skewSeconds how far its clock is ahead of the gateway's, by the topic it was heard on
   *     last; below 0 it is behind, or its messages are late; {@code null} if not measured
   * @param uncertain readings of that quality
   * @param bad readings of that quality
   * @param late readings too late for the figures
   * @param implausible counts of the current shift that rose by more than the ideal cycle allows,
   *     or fell as only a clock that went back explains; and one if the counts contradict each
   *     other
   * @param missing messages that its own numbers show as missing
   * @param missingEstimated messages that are missing by its period, estimated
   * @param gapMs when the last of them was found; {@code null} for never
   * @param periodSeconds between its messages, configured or learned; {@code null} if not known
   */
  public record Machine(
      @JsonUnwrapped Place place,
      @Nullable String device,
      long seenMs,
      double silentSeconds,
      @Nullable Double silentAfterSeconds,
      boolean silent,
      @Nullable Double skewSeconds,
      long uncertain,
      long bad,
      long late,
      long implausible,
      long missing,
      long missingEstimated,
      @Nullable Long gapMs,
      @Nullable Double periodSeconds) {}

  /**
   * What the quarantine took for one reason.
   *
   * @param count entries, including the newest from before the start
   */
  public record Held(String reason, long count, long newestMs) {}
}
