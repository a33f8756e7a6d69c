package io.weir.gateway.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One clean value of one metric at one instant.
 *
 * @param series measurement, asset and tags
 * @param metric the field's name in the store
 * @param value the value, already of the type pinned for measurement and metric
 * @param timeNs event time, nanoseconds since the epoch, UTC
 * @param quality trust in the value
 * @param reason why the quality is not GOOD; {@code null} when it is
 */
public record Reading(
    Series series,
    String metric,
    Value value,
    long timeNs,
    Quality quality,
    @Nullable String reason) {

  /** The same at another instant. */
  public Reading at(long otherNs) {
    return new Reading(series, metric, value, otherNs, quality, reason);
  }

  /** Whether both belong to one line of the line protocol: all but metric and value agree. */
  @SuppressWarnings("ReferenceEquality") // most readings of a message share their series
  public boolean sharesLineWith(Reading other) {
    return timeNs == other.timeNs
        && quality == other.quality
        && (series == other.series || series.equals(other.series))
        && Objects.equals(reason, other.reason);
  }
}
