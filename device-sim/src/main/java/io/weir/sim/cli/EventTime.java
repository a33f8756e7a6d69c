package io.weir.sim.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.regex.Pattern;

/**
 * Reads the times that files contain: ISO 8601 with or without an offset, with a T or a space, with
 * dashes or slashes, also a date alone; or a number since the epoch in seconds, ms, us or ns, which
 * its size shows.
 *
 * @param zone of times without an offset. When clocks go back, the earlier of two instants is
 *     meant; a time that clocks skip is moved forward.
 */
record EventTime(ZoneId zone) {

  private static final Pattern NUMBER = Pattern.compile("\\d{9,20}(\\.\\d{1,9})?");

  private static final DateTimeFormatter TEXT =
      new DateTimeFormatterBuilder()
          .appendPattern("[uuuu-MM-dd][uuuu/MM/dd]")
          .optionalStart()
          .appendPattern("['T'][' ']HH:mm")
          .optionalStart()
          .appendPattern(":ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .appendPattern("[' '][XXX][XX][X]")
          .optionalEnd()
          .toFormatter()
          .withResolverStyle(ResolverStyle.STRICT);

  /**
   * The instant in epoch ms.
   *
   * @throws DateTimeException if the text is not a time
   */
  long millis(String text) {
    if (NUMBER.matcher(text).matches()) {
      return millis(new BigDecimal(text));
    }
    TemporalAccessor parsed = TEXT.parse(text);
    LocalTime time = parsed.query(TemporalQueries.localTime());
    LocalDateTime local = LocalDate.from(parsed).atTime(time == null ? LocalTime.MIDNIGHT : time);
    ZoneId where = parsed.isSupported(ChronoField.OFFSET_SECONDS) ? ZoneOffset.from(parsed) : zone;
    return local.atZone(where).toInstant().toEpochMilli();
  }

  /** Up to 11 digits are seconds (to the year 5138), up to 14 ms (from 1973), and so on. */
  private static long millis(BigDecimal number) {
    int scale = number.precision() - number.scale();
    int power = scale <= 11 ? 3 : scale <= 14 ? 0 : scale <= 17 ? -3 : -6;
    return number.scaleByPowerOfTen(power).setScale(0, RoundingMode.FLOOR).longValueExact();
  }
}
