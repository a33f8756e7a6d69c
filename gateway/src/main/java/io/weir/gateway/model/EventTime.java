package io.weir.gateway.model;

import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Which time a reading has.
 *
 * @param from JSON Pointer of the time, or {@code null}: then it is looked for
 * @param unit unit of a numeric time, or {@code null}: then by magnitude
 * @param format pattern of a time that is a text, or {@code null} for ISO 8601 and the like
 * @param zone zone of times that name none, or {@code null}: then such times are rejected
 * @param repeatedHour which of the two a local time is that the zone has twice
 * @param maxFuture how far ahead of the receive time an event time may lie
 */
public record EventTime(
    @Nullable String from,
    Sample.@Nullable TimeUnit unit,
    @Nullable String format,
    @Nullable ZoneId zone,
    RepeatedHour repeatedHour,
    Duration maxFuture) {

  public enum RepeatedHour {
    EARLIER,
    LATER
  }

  public EventTime(
      @Nullable String from,
      Sample.@Nullable TimeUnit unit,
      @Nullable ZoneId zone,
      Duration maxFuture) {
    this(from, unit, null, zone, RepeatedHour.EARLIER, maxFuture);
  }

  /** The same, with numbers in that unit. */
  public EventTime in(Sample.TimeUnit other) {
    return new EventTime(from, other, format, zone, repeatedHour, maxFuture);
  }
}
