package io.weir.gateway.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value as a payload format gives it, before names, units, clocks and types are normalized. A
 * decoder fills what its format knows and leaves the rest {@code null}; then the route decides.
 *
 * @param name the metric's name or path in the payload; "" where the topic must name it
 * @param value the value as sent
 * @param time the payload's time as sent (a number or a text), or {@code null} where it has none
 * @param timeUnit the unit of a numeric time where the format fixes it, else {@code null}: then the
 *     route's unit, else by magnitude
 * @param quality GOOD unless the format says otherwise
 * @param reason the raw quality code where it is not GOOD
 * @param measurement the measurement where the format carries one (line protocol)
 * @param asset the asset where the format carries one
 * @param tags further names that the format carries; sorted, immutable
 * @param unit the engineering unit that the format carries
 * @param part the bytes this sample was read from, where the payload is many lines and this is one
 *     of them; the evidence should the sample be rejected later
 */
@SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
public record Sample(
    String name,
    Value value,
    @Nullable Value time,
    @Nullable TimeUnit timeUnit,
    Quality quality,
    @Nullable String reason,
    @Nullable String measurement,
    @Nullable Asset asset,
    Map<String, String> tags,
    @Nullable String unit,
    byte @Nullable [] part) {

  /** A GOOD value with a name and perhaps a time, which is all that most formats have. */
  public static Sample of(String name, Value value, @Nullable Value time) {
    return new Sample(
        name, value, time, null, Quality.GOOD, null, null, null, Map.of(), null, null);
  }

  /** The same with another name and value. */
  public Sample with(String otherName, Value otherValue) {
    return new Sample(
        otherName,
        otherValue,
        time,
        timeUnit,
        quality,
        reason,
        measurement,
        asset,
        tags,
        unit,
        part);
  }

  /** The same, read from those bytes of the payload. */
  public Sample readFrom(byte @Nullable [] bytes) {
    return new Sample(
        name, value, time, timeUnit, quality, reason, measurement, asset, tags, unit, bytes);
  }

  /** The unit of a numeric time. */
  public enum TimeUnit {
    S(1_000_000_000L, 0),
    MS(1_000_000L, 0),
    US(1_000L, 0),
    NS(1L, 0),
    /** Of Windows: 100 nanoseconds since 1601-01-01. */
    FILETIME(100L, 116_444_736_000_000_000L),
    /** Of .NET: 100 nanoseconds since 0001-01-01. */
    TICKS(100L, 621_355_968_000_000_000L),
    /** Of Excel and Delphi: days since 1899-12-30 on the clock of the wall. */
    EXCEL(86_400_000_000_000L, 25_569),
    /** The same times a million, as panels of WinCC write it. */
    EXCEL_MICRO(86_400_000L, 25_569_000_000L);

    private final long nanos;
    private final long epoch;

    TimeUnit(long nanos, long epoch) {
      this.nanos = nanos;
      this.epoch = epoch;
    }

    /** Nanoseconds in one unit. */
    public long nanos() {
      return nanos;
    }

    /** What 1970-01-01 is in this unit. */
    public long epoch() {
      return epoch;
    }

    /** Whether it counts the time of the wall, which needs a zone. */
    public boolean isLocal() {
      return this == EXCEL || this == EXCEL_MICRO;
    }
  }
}
