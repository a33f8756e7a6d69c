package io.weir.gateway.efficiency.figure;

import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Series;
import org.jspecify.annotations.Nullable;

/**
 * How long a row of figures is worth its space, should the stores be away for so long that the log
 * of figures is nearly full: the first constants go first. What is left says how the shifts were.
 */
public enum FigureRank {
  /** Figures of a minute, and reports of the gateway. */
  MINUTE,
  /** Figures of an hour, and statistics of a signal. */
  HOUR,
  /** States of machines and their stops. */
  STATE,
  /** Figures of a shift or a day, and of a product in a shift. */
  SHIFT;

  /** The rank of the rows of a series. */
  public static FigureRank of(Series series) {
    return switch (series.measurement()) {
      case FigureNames.EFFICIENCY -> ofBucket(series.tags().get("bucket"));
      case FigureNames.SIGNAL -> HOUR;
      case Derived.REPORT -> MINUTE;
      case FigureNames.STATE, FigureNames.STOPS -> STATE;
      default -> SHIFT;
    };
  }

  private static FigureRank ofBucket(@Nullable String bucket) {
    if (BucketKind.MINUTE.tag().equals(bucket)) {
      return MINUTE;
    }
    return BucketKind.HOUR.tag().equals(bucket) ? HOUR : SHIFT;
  }
}
