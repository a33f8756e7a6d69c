package io.weir.gateway.model;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a device writes times, in the letters of {@link DateTimeFormatter}. Months and days that are
 * words are English, in any case. For any thread.
 */
public final class TimePattern {

  /** Fields of which each is a part of a date. */
  private static final List<ChronoField> DATE =
      List.of(
          ChronoField.DAY_OF_MONTH,
          ChronoField.MONTH_OF_YEAR,
          ChronoField.DAY_OF_YEAR,
          ChronoField.DAY_OF_WEEK,
          ChronoField.YEAR,
          ChronoField.YEAR_OF_ERA,
          ChronoField.INSTANT_SECONDS);

  private final DateTimeFormatter formatter;

  /**
   * @throws IllegalArgumentException if that is no pattern; its message says why
   */
  public TimePattern(String pattern) {
    this.formatter =
        new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern(pattern)
            .toFormatter(Locale.ENGLISH);
  }

  /** What is wrong with a pattern, or {@code null}. */
  public static @Nullable String problem(String pattern) {
    try {
      return new TimePattern(pattern).formatter.toString().isEmpty() ? "is empty" : null;
    } catch (IllegalArgumentException e) {
      return "cannot be read: " + e.getMessage();
    }
  }

  /** The time of day, where the text has nothing of a date; {@code null} else. */
  public @Nullable LocalTime timeOfDay(String text) {
    try {
      TemporalAccessor read = formatter.parse(text);
      return DATE.stream().anyMatch(read::isSupported) ? null : LocalTime.from(read);
    } catch (DateTimeException e) {
      return null; // it is not written so
    }
  }

  /**
   * The time, as an {@link OffsetDateTime} where it says which instant it is, else as a {@link
   * LocalDateTime}.
   *
   * @throws java.time.DateTimeException if it is not written so
   */
  public TemporalAccessor read(String text) {
    // Not parseBest, which makes an exception for each kind of time that it is not.
    TemporalAccessor read = formatter.parse(text);
    if (read.query(TemporalQueries.zone()) == null) {
      return LocalDateTime.from(read);
    }
    return read.query(TemporalQueries.offset()) == null
        ? ZonedDateTime.from(read).toOffsetDateTime()
        : OffsetDateTime.from(read);
  }
}
