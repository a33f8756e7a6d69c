package io.weir.gateway.sink.weir;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/**
 * How many bytes a second may be sent, by the time of day.
 *
 * @param zone of the times
 * @param spans the first that fits holds; outside of all there is no limit
 */
public record Rates(ZoneId zone, List<Span> spans) {

  /** No limit at any time. */
  static final double NONE = Double.POSITIVE_INFINITY;

  /**
   * A span of each day. One that ends before it begins goes over midnight; one that ends when it
   * begins is the whole day.
   */
  public record Span(LocalTime from, LocalTime to, double bytesPerSecond) {

    boolean holds(LocalTime at) {
      if (from.isBefore(to)) {
        return !at.isBefore(from) && at.isBefore(to);
      }
      return !at.isBefore(from) || at.isBefore(to);
    }
  }

  public Rates {
    spans = List.copyOf(spans);
  }

  double bytesPerSecond(Instant at) {
    LocalTime time = at.atZone(zone).toLocalTime();
    for (Span span : spans) {
      if (span.holds(time)) {
        return span.bytesPerSecond();
      }
    }
    return NONE;
  }
}
