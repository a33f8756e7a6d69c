package io.weir.gateway.normalize;

import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.TimePattern;
import io.weir.gateway.model.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the time that a payload carries. {@code docs/reference/normalizing.md} gives users the
 * same.
 *
 * <ul>
 *   <li>A number is in the format's unit, else the route's, else seconds, milli-, micro- or
 *       nanoseconds by its magnitude: each reaches from 1973 to the year 5138, and they do not
 *       overlap. One that is of the last year or the next as Windows or .NET count time is in that.
 *   <li>A number whose unit nobody has named, and which is more than ten years before the receive
 *       time, is most likely something else, or of a clock not set: the receive time takes its
 *       place, and is doubtful. Day numbers, as Excel has them, look like the seconds of a device
 *       that runs since hours, so their unit must be named.
 *   <li>A text is in the route's pattern where there is one; else it is ISO 8601, {@code T} or a
 *       blank in the middle, digits behind the ninth of a fraction passed over, or in its basic
 *       form without separators; its date may have slashes or dots, as loggers write them year
 *       first. UTC and GMT are Z; a zone's name behind the offset is passed over. With neither
 *       offset nor Z it needs the route's zone; a local time that the zone has twice (the route
 *       says which it is) or not at all (clocks changing) is doubtful.
 *   <li>A number beyond all instants may be the digits of a local time, {@code 20260301130000}.
 *   <li>Else it may be an instant as HTTP (RFC 1123) or .NET ({@code /Date(ms)/}) write it.
 *   <li>A number that is no likely time in the unit it should have, and one of the last year in the
 *       unit of its magnitude, is in that: seconds mistaken for milliseconds. It is doubtful.
 *   <li>A time further ahead of the receive time than the route allows, or before 1973 unless it
 *       stands in a line for a store, is that of a clock not set: the receive time takes its place,
 *       and is doubtful.
 * </ul>
 */
final class EventClock {

  static final String AHEAD = "clock ahead";
  static final String NOT_SET = "clock not set";
  static final String UNLIKELY = "unlikely time";
  static final String AMBIGUOUS = "ambiguous local time";
  private static final String MISREAD = "time in ";

  /** 100,000,000 seconds: 1973-03-03. */
  private static final long EARLIEST_NS = 100_000_000_000_000_000L;

  /** How far back a time in a mistaken unit may lie; older ones may be a device's uptime. */
  private static final long RECENT_NS = 366L * 86_400 * 1_000_000_000;

  /** Numbers of unknown unit that are older are no times. */
  private static final long LIKELY_NS = 10 * RECENT_NS;

  private static final long MS = 1_000_000;

  /** Stands for an instant that 64 bits of nanoseconds do not reach. */
  private static final long BEYOND = Long.MIN_VALUE;

  private static final String OUT_OF_RANGE = ": it is beyond the years 1677 to 2262";

  /** Units of which a number of these years is no likely time in any other. */
  private static final List<TimeUnit> COUNTED_BY_PROGRAMS =
      List.of(TimeUnit.FILETIME, TimeUnit.TICKS);

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d{1,25}+(\\.\\d{0,25}+)?+([eE]\\+?\\d{1,2}+)?+");

  /** Characters of a time at most that is not written as ISO 8601 has it. */
  private static final int LONGEST = 64;

  /** Characters of a date. */
  private static final int DATE = 10;

  /** Without separators; the rest is a fraction and an offset. */
  private static final Pattern BASIC =
      Pattern.compile("^(\\d{4})(\\d{2})(\\d{2})T(\\d{2})(\\d{2})(\\d{2})(\\D.*+)?+$");

  /** The same all together, with milliseconds where there are more than 14. */
  private static final Pattern DIGITS =
      Pattern.compile("^(\\d{4})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{3})?$");

  /** An offset with the name of its zone behind it, as Java writes it. */
  private static final Pattern WITH_ZONE =
      Pattern.compile("^([^\\[]*(?:Z|[+-]\\d{2}:\\d{2}))\\[[^\\]]*]$");

  /** Characters of the day with which a time of RFC 1123 begins. */
  private static final int DAY_OF_WEEK = 3;

  /** A fraction with more digits than nanoseconds have. */
  private static final Pattern FINER = Pattern.compile("([.,]\\d{9})\\d+");

  /** The second that is put in between two days of UTC. */
  private static final Pattern LEAP = Pattern.compile("^(.*\\d{2}:\\d{2}):60(\\D.*)$");

  private static final long DAY_S = 86_400;

  private static final Pattern UNIVERSAL = Pattern.compile(" ?(?:UTC|GMT)$");

  private static final Pattern DOT_NET =
      Pattern.compile("/Date\\((-?\\d{1,15})(?:[+-]\\d{4})?\\)/");

  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("'T'HH:mm")
          .optionalStart()
          .appendPattern(":ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .appendPattern("[XXX][XX][X]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private final @Nullable TimeUnit unit;
  private final @Nullable TimePattern format;
  private final @Nullable ZoneId zone;
  private final boolean later;
  private final long maxFutureNs;

  EventClock(EventTime rule) {
    this.unit = rule.unit();
    String pattern = rule.format();
    this.format = pattern == null ? null : new TimePattern(pattern);
    this.zone = rule.zone();
    this.later = rule.repeatedHour() == EventTime.RepeatedHour.LATER;
    this.maxFutureNs = rule.maxFuture().toNanos();
  }

  /**
   * An instant, and what is doubtful about it.
   *
   * @param ns nanoseconds since the epoch
   * @param doubt one of the words above, or {@code null}
   * @param sentNs the instant as the sender has it
   */
  record Stamp(long ns, @Nullable String doubt, long sentNs) {

    Stamp(long ns, @Nullable String doubt) {
      this(ns, doubt, ns);
    }

    /** Whether the sender's clock was wrong and the receive time stands in. */
    boolean skewed() {
      return AHEAD.equals(doubt) || NOT_SET.equals(doubt) || UNLIKELY.equals(doubt);
    }

    /** Whether the time was in another unit than it should be. */
    boolean misread() {
      return doubt != null && doubt.startsWith(MISREAD);
    }

    /** Whether it says how far the sender's clock is from ours. */
    boolean tellsClock() {
      return doubt == null || AHEAD.equals(doubt);
    }
  }

  /**
   * @param time the time as sent
   * @param fixed the unit of a number where the format itself fixes it
   */
  Stamp read(Value time, @Nullable TimeUnit fixed, long receiveNs) throws Unfit {
    Stamp stamp = ofAnyAge(time, fixed, receiveNs);
    return stamp.ns() < EARLIEST_NS ? new Stamp(receiveNs, NOT_SET, stamp.ns()) : stamp;
  }

  /** The same of one that no clock of a device has set: it may be as old as it says. */
  Stamp ofAnyAge(Value time, @Nullable TimeUnit fixed, long receiveNs) throws Unfit {
    Stamp stamp = stamp(time, fixed, receiveNs);
    return isAhead(stamp.ns(), receiveNs) ? new Stamp(receiveNs, AHEAD, stamp.ns()) : stamp;
  }

  private Stamp stamp(Value time, @Nullable TimeUnit fixed, long receiveNs) throws Unfit {
    if (format != null && fixed == null) {
      return written(ValueRules.text(time).strip(), format);
    }
    return time instanceof Value.Text text
        ? text(text.value().strip(), fixed, receiveNs)
        : number(time, fixed, receiveNs);
  }

  private boolean isAhead(long ns, long receiveNs) {
    return ns > receiveNs && ns - receiveNs > maxFutureNs;
  }

  private Stamp number(Value time, @Nullable TimeUnit fixed, long receiveNs) throws Unfit {
    if (time instanceof Value.Whole whole) {
      long number = whole.value();
      return scaled(byMagnitude(number), fixed, each -> ns(number, each), receiveNs, time);
    }
    if (time instanceof Value.Real real && Double.isFinite(real.value())) {
      return scaled(BigDecimal.valueOf(real.value()), fixed, receiveNs, time);
    }
    throw unreadable(ValueRules.text(time), "");
  }

  /** Exactly, for a double holds seconds since 1970 only to a quarter of a microsecond. */
  private Stamp scaled(BigDecimal number, @Nullable TimeUnit fixed, long receiveNs, Value time)
      throws Unfit {
    // saturates beyond the largest long, which counts as nanoseconds as well
    TimeUnit likely = byMagnitude((long) number.doubleValue());
    return scaled(likely, fixed, each -> ns(number, each), receiveNs, time);
  }

  /** A number's instant in a unit, or {@link #BEYOND}. */
  private interface Scale {
    long ns(TimeUnit unit);
  }

  private Stamp scaled(
      TimeUnit likely, @Nullable TimeUnit fixed, Scale number, long receiveNs, Value time)
      throws Unfit {
    TimeUnit stated = fixed != null ? fixed : unit;
    if (stated == null) {
      return guessed(likely, number, receiveNs, time);
    }
    long ns = number.ns(stated);
    if (stated.isLocal() && ns != BEYOND) {
      return onTheWall(ns, ValueRules.text(time));
    }
    if (stated != likely && (ns < EARLIEST_NS || isAhead(ns, receiveNs))) {
      long corrected = number.ns(likely);
      if (corrected > receiveNs - RECENT_NS && !isAhead(corrected, receiveNs)) {
        return new Stamp(corrected, MISREAD + word(likely) + ", not " + word(stated));
      }
    }
    if (ns != BEYOND) {
      return new Stamp(ns, null);
    }
    LocalDateTime digits = digits(ValueRules.text(time));
    if (digits == null) {
      throw unreadable(ValueRules.text(time), OUT_OF_RANGE);
    }
    return local(digits, ValueRules.text(time));
  }

  /** Of a number whose unit nobody has named. */
  private Stamp guessed(TimeUnit byMagnitude, Scale number, long receiveNs, Value time)
      throws Unfit {
    long ns = number.ns(byMagnitude);
    if (isLikely(ns, receiveNs)) {
      return new Stamp(ns, null);
    }
    for (TimeUnit other : COUNTED_BY_PROGRAMS) {
      long otherNs = number.ns(other);
      if (isLikely(otherNs, receiveNs)) {
        return new Stamp(otherNs, null);
      }
    }
    if (ns == BEYOND) {
      LocalDateTime digits = digits(ValueRules.text(time));
      if (digits != null) {
        return local(digits, ValueRules.text(time));
      }
      if (byMagnitude == TimeUnit.NS) { // of no year that anybody counts
        throw unreadable(ValueRules.text(time), OUT_OF_RANGE);
      }
      return new Stamp(receiveNs, UNLIKELY);
    }
    boolean isUnlikely = ns >= EARLIEST_NS && ns < receiveNs - LIKELY_NS;
    return isUnlikely ? new Stamp(receiveNs, UNLIKELY, ns) : new Stamp(ns, null);
  }

  /** Whether it is of the last year or the next; {@link #BEYOND} is not. */
  private static boolean isLikely(long ns, long receiveNs) {
    return ns > receiveNs - RECENT_NS && ns < receiveNs + RECENT_NS;
  }

  /** Day numbers are fractions with an error of their own, far below a millisecond. */
  private Stamp onTheWall(long ns, String number) throws Unfit {
    long ms = Math.floorDiv(ns + MS / 2, MS);
    return local(LocalDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC), number);
  }

  private static String word(TimeUnit unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }

  private static long ns(long number, TimeUnit unit) {
    long since = number - unit.epoch();
    if (((number ^ unit.epoch()) & (number ^ since)) < 0) { // it has overflowed
      return BEYOND;
    }
    long ns = since * unit.nanos();
    return Math.multiplyHigh(since, unit.nanos()) == ns >> 63 ? ns : BEYOND;
  }

  private static long ns(BigDecimal number, TimeUnit unit) {
    try {
      BigDecimal since = number.subtract(BigDecimal.valueOf(unit.epoch()));
      BigDecimal ns = since.multiply(BigDecimal.valueOf(unit.nanos()));
      return ns.setScale(0, RoundingMode.FLOOR).longValueExact();
    } catch (ArithmeticException e) {
      return BEYOND;
    }
  }

  private static TimeUnit byMagnitude(long number) {
    if (number < 100_000_000_000L) {
      return TimeUnit.S;
    }
    if (number < 100_000_000_000_000L) {
      return TimeUnit.MS;
    }
    return number < 100_000_000_000_000_000L ? TimeUnit.US : TimeUnit.NS;
  }

  private Stamp text(String text, @Nullable TimeUnit fixed, long receiveNs) throws Unfit {
    if (NUMBER.matcher(text).matches()) {
      return scaled(new BigDecimal(text), fixed, receiveNs, new Value.Text(text));
    }
    TemporalAccessor parsed;
    try {
      parsed = iso(text);
    } catch (DateTimeException e) {
      parsed = otherwise(text);
    }
    if (parsed instanceof OffsetDateTime moment) {
      return new Stamp(ns(moment, text), null);
    }
    return local((LocalDateTime) parsed, text);
  }

  private Stamp written(String text, TimePattern pattern) throws Unfit {
    TemporalAccessor parsed;
    try {
      parsed = pattern.read(text);
    } catch (DateTimeException e) {
      throw unreadable(text, ": it is not written as time.format says");
    }
    return parsed instanceof OffsetDateTime moment
        ? new Stamp(ns(moment, text), null)
        : local((LocalDateTime) parsed, text);
  }

  /** A number beyond all instants may be the digits of a date and a time; else {@code null}. */
  private static @Nullable LocalDateTime digits(String number) {
    Matcher digits = DIGITS.matcher(number);
    try {
      if (digits.matches()) {
        String iso = digits.replaceFirst("$1-$2-$3T$4:$5:$6");
        String ms = digits.group(7);
        return LocalDateTime.parse(ms == null ? iso : iso + "." + ms, ISO);
      }
    } catch (DateTimeException e) {
      return null; // not digits of a date
    }
    return null;
  }

  private Stamp local(LocalDateTime local, String text) throws Unfit {
    if (zone == null) {
      throw unreadable(text, ": it names no zone, and the route has no time.zone");
    }
    boolean once = zone.getRules().getValidOffsets(local).size() == 1;
    ZonedDateTime zoned = local.atZone(zone);
    ZonedDateTime meant = later ? zoned.withLaterOffsetAtOverlap() : zoned;
    return new Stamp(ns(meant.toOffsetDateTime(), text), once ? null : AMBIGUOUS);
  }

  /** With the hyphens, the T and the point of ISO 8601, and no blank before the offset. */
  private static String strict(String text) {
    if (text.length() <= DATE) {
      return text;
    }
    if (text.charAt(DATE - 2) == 'T') {
      return BASIC.matcher(text).replaceFirst("$1-$2-$3T$4:$5:$6$7").replace(',', '.');
    }
    String date = text.substring(0, DATE).replace('/', '-').replace('.', '-');
    String time = text.substring(DATE + 1).replace(',', '.').replace(" ", "");
    return date + (text.charAt(DATE) == ' ' ? 'T' : text.charAt(DATE)) + time;
  }

  /** A time that is not written as most programs write ISO 8601. */
  private static TemporalAccessor otherwise(String text) throws Unfit {
    if (text.length() > LONGEST) {
      throw unreadable(text, "");
    }
    Matcher ms = DOT_NET.matcher(text);
    if (ms.matches()) {
      return Instant.ofEpochMilli(Long.parseLong(ms.group(1))).atOffset(ZoneOffset.UTC);
    }
    try {
      if (text.indexOf(',') == DAY_OF_WEEK) {
        return OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      }
      String zone = WITH_ZONE.matcher(FINER.matcher(text).replaceFirst("$1")).replaceFirst("$1");
      String known = UNIVERSAL.matcher(zone).replaceFirst("Z");
      Matcher leap = LEAP.matcher(known);
      return leap.matches() ? afterLeap(leap.group(1) + ":59" + leap.group(2)) : iso(known);
    } catch (DateTimeException e) {
      throw unreadable(text, "");
    }
  }

  private static TemporalAccessor iso(String text) {
    return ISO.parseBest(strict(text), OffsetDateTime::from, LocalDateTime::from);
  }

  /**
   * The second behind the last one of a day of UTC, which is what clocks without leap seconds show
   * in one.
   */
  private static OffsetDateTime afterLeap(String last) {
    OffsetDateTime moment = OffsetDateTime.parse(strict(last), ISO);
    if (Math.floorMod(moment.toEpochSecond(), DAY_S) != DAY_S - 1) {
      throw new DateTimeException("a second 60 within a day");
    }
    return moment.plusSeconds(1);
  }

  private static long ns(OffsetDateTime moment, String text) throws Unfit {
    try {
      return Math.addExact(
          Math.multiplyExact(moment.toEpochSecond(), TimeUnit.S.nanos()), moment.getNano());
    } catch (ArithmeticException e) {
      throw unreadable(text, OUT_OF_RANGE);
    }
  }

  private static Unfit unreadable(String time, String why) {
    return new Unfit(Reason.BAD_TIME, "'" + Excerpt.of(time) + "' cannot be read as a time" + why);
  }
}
