package io.weir.gateway.decode;

import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.TimePattern;
import io.weir.gateway.model.Value;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The times of rows, brought into a text or number that the route's clock reads: several cells
 * together, a pattern of the route, a time of day without a date.
 */
final class CsvTimes {

  private static final Pattern MILLISECONDS = Pattern.compile("\\d{1,3}");
  private static final Pattern WITH_SECONDS = Pattern.compile(".*\\d:\\d{2}:\\d{2}");
  private static final Pattern TIME_OF_DAY =
      Pattern.compile("(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?");
  private static final int LONGEST_TIME_OF_DAY = 18;

  private final CsvOptions csv;
  private final @Nullable TimePattern format;

  /** Whether the route has a pattern, with which its clock reads the texts as they are. */
  private final boolean isWritten;

  private final @Nullable ZoneId zone;
  private final Duration maxFuture;

  CsvTimes(CsvOptions csv, EventTime rule) {
    this.csv = csv;
    String pattern = csv.timeFormat();
    this.format = pattern == null ? null : new TimePattern(pattern);
    this.isWritten = rule.format() != null;
    this.zone = rule.zone();
    this.maxFuture = rule.maxFuture();
  }

  /** The row has a part of a time, and what is missing cannot be known. */
  static final class Undated extends Exception {
    Undated(String detail) {
      super(detail, null, false, false); // of the payload, not of the program
    }
  }

  /** The columns that are the time together; none where the rows have no time. */
  int[] columns(List<String> columns) {
    if (!csv.time().isEmpty()) {
      return csv.time().stream().mapToInt(columns::indexOf).filter(at -> at >= 0).toArray();
    }
    for (int i = 0; i < columns.size(); i++) {
      if (JsonDocument.TIME_KEYS.contains(columns.get(i))) {
        int date = columns.get(i).equalsIgnoreCase("time") ? date(columns) : -1;
        return date < 0 ? new int[] {i} : new int[] {date, i};
      }
    }
    return new int[0];
  }

  private static int date(List<String> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).equalsIgnoreCase("date")) {
        return i;
      }
    }
    return -1;
  }

  /** The row's time as the route's clock reads it; {@code null} where it has none. */
  @Nullable Value read(int[] time, List<String> columns, List<String> cells, long receiveNs)
      throws Undated {
    if (time.length == 0) {
      return null;
    }
    if (time.length == 1) {
      String cell = cells.get(time[0]);
      return cell.isEmpty() ? null : one(cell, receiveNs);
    }
    StringBuilder joined = new StringBuilder();
    String empty = null;
    int head = 0;
    for (int column : time) {
      String cell = cells.get(column);
      head = joined.length();
      joined.append(joined.isEmpty() ? "" : " ").append(cell);
      empty = empty == null && cell.isEmpty() ? columns.get(column) : empty;
    }
    if (joined.toString().isBlank()) {
      return null;
    }
    if (empty != null) {
      throw new Undated("the cell of '" + Excerpt.of(empty) + "', a part of the time, is empty");
    }
    String last = cells.get(time[time.length - 1]);
    return MILLISECONDS.matcher(last).matches()
        ? behind(joined.substring(0, head), last, joined.toString(), receiveNs)
        : one(joined.toString(), receiveNs);
  }

  /** A time whose last column may be its milliseconds. */
  private Value behind(String head, String last, String joined, long receiveNs) throws Undated {
    String padded = "0".repeat(3 - last.length()) + last;
    if (format == null) {
      boolean seconds = !isWritten && WITH_SECONDS.matcher(head).matches();
      return one(seconds ? head + "." + padded : joined, receiveNs);
    }
    TemporalAccessor whole = parsed(joined);
    if (whole == null) {
      whole = parsed(head + " " + padded);
    }
    TemporalAccessor before = whole == null ? parsed(head) : null;
    if (before instanceof Temporal to && before.get(ChronoField.NANO_OF_SECOND) == 0) {
      whole = to.with(ChronoField.MILLI_OF_SECOND, Integer.parseInt(last));
    }
    return whole == null ? new Value.Text(joined) : dated(whole, joined, receiveNs);
  }

  private Value one(String cell, long receiveNs) throws Undated {
    if (format == null) {
      LocalTime alone = isWritten ? null : timeOfDay(cell);
      return alone == null ? new Value.Text(withPoint(cell)) : dated(alone, cell, receiveNs);
    }
    TemporalAccessor parsed = parsed(cell);
    // where it is none, the clock says what is wrong with it
    return parsed == null ? new Value.Text(cell) : dated(parsed, cell, receiveNs);
  }

  /** What the pattern of csv finds there; {@code null} for nothing that is a time. */
  private @Nullable TemporalAccessor parsed(String text) {
    TimePattern pattern = format;
    if (pattern == null) {
      return null;
    }
    try {
      return pattern.read(text);
    } catch (DateTimeException e) {
      return pattern.timeOfDay(text);
    }
  }

  private static @Nullable LocalTime timeOfDay(String cell) {
    if (cell.length() > LONGEST_TIME_OF_DAY || cell.indexOf(':') < 0) {
      return null;
    }
    Matcher parts = TIME_OF_DAY.matcher(cell);
    if (!parts.matches()) {
      return null;
    }
    String seconds = parts.group(3);
    String fraction = parts.group(4);
    try {
      return LocalTime.of(
          Integer.parseInt(parts.group(1)),
          Integer.parseInt(parts.group(2)),
          seconds == null ? 0 : Integer.parseInt(seconds),
          fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9)));
    } catch (DateTimeException e) {
      return null; // the clock says that it is no time
    }
  }

  private Value dated(TemporalAccessor time, String written, long receiveNs) throws Undated {
    TemporalAccessor whole =
        time instanceof LocalTime alone ? nearest(alone, written, receiveNs) : time;
    return new Value.Text(whole.toString());
  }

  /** That time of the day which lies nearest to the arrival, and not too far ahead of it. */
  private LocalDateTime nearest(LocalTime time, String written, long receiveNs) throws Undated {
    if (zone == null) {
      throw new Undated(
          "'"
              + Excerpt.of(written)
              + "' has no date, and the route has no time.zone to say which day it is");
    }
    Instant arrival = Instant.ofEpochSecond(0, receiveNs);
    Instant latest = arrival.plus(maxFuture);
    LocalDate today = arrival.atZone(zone).toLocalDate();
    LocalDateTime nearest = today.minusDays(1).atTime(time);
    for (LocalDateTime each : List.of(today.atTime(time), today.plusDays(1).atTime(time))) {
      Instant instant = each.atZone(zone).toInstant();
      if (!instant.isAfter(latest)
          && distance(instant, arrival)
                  .compareTo(distance(nearest.atZone(zone).toInstant(), arrival))
              < 0) {
        nearest = each;
      }
    }
    return nearest;
  }

  private static Duration distance(Instant one, Instant other) {
    return Duration.between(one, other).abs();
  }

  /** A number with a decimal comma as the clock reads it. */
  private String withPoint(String cell) {
    if (csv.decimal() == '.' || cell.indexOf(',') < 0) {
      return cell;
    }
    String number = number(cell, csv.decimal());
    return Numbers.isDecimal(number) ? number : cell;
  }

  /** As programs write it where it is a number with that decimal mark; else no number. */
  static String number(String cell, char decimal) {
    String number = Numbers.ascii(cell);
    String ungrouped = Scalar.ungrouped(number, decimal);
    if (ungrouped != null) {
      return ungrouped;
    }
    if (decimal == '.') {
      return number;
    }
    return number.indexOf('.') >= 0 ? "" : number.replace(',', '.');
  }
}
