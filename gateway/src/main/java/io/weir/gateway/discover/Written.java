package io.weir.gateway.discover;

import io.weir.gateway.model.TimePattern;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How times are written.
 *
 * @param format {@code null} where the clock knows it
 * @param unit of numbers that no magnitude tells, or {@code null}
 * @param zone what must be said of the zone, or {@code null}
 * @param awayS seconds from the arrival
 */
record Written(
    @Nullable String format,
    @Nullable String unit,
    @Nullable String zone,
    double awayS,
    List<String> remarks) {

  private static final List<String> DATES =
      List.of(
          "dd.MM.yyyy",
          "dd.MM.yy",
          "MM/dd/yyyy",
          "dd/MM/yyyy",
          "M/d/yyyy",
          "d/M/yyyy",
          "dd-MM-yyyy",
          "MM-dd-yyyy",
          "dd-MMM-yyyy",
          "dd MMM yyyy",
          "yyyyMMdd",
          "yyyy-MM-dd",
          "yyyy/MM/dd",
          "yyyy.MM.dd",
          "yyyy年MM月dd日",
          "yy-MM-dd",
          "d.M.yyyy");

  private static final List<String> CLOCKS =
      List.of(
          "HH:mm:ss",
          "HH:mm:ss,SSS",
          "HH:mm:ss.SSS",
          "HH:mm",
          "h:mm:ss a",
          "HHmmss",
          "HH.mm.ss",
          "H:mm:ss",
          "h:mm a",
          "HH:mm:ss:SSS",
          "HH:mm:ss.S",
          "HH:mm:ss.SS",
          "HH:mm:ss.SSSSSS",
          "HH时mm分ss秒");

  private static final List<String> OTHER_PATTERNS =
      List.of(
          "EEE MMM d HH:mm:ss yyyy",
          "EEE MMM dd HH:mm:ss yyyy",
          "MMM d yyyy HH:mm:ss",
          "MMM dd, yyyy HH:mm:ss",
          "EEE, d MMM yyyy HH:mm:ss",
          "yyyyMMdd'T'HHmmss",
          "yyMMddHHmmss",
          "ddMMyyyyHHmmss");

  private static final Pattern ISO =
      Pattern.compile(
          "\\d{4}[-/.]\\d{2}[-/.]\\d{2}[T ]\\d{2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)? ?(Z|z|UTC|GMT|[+-]\\d{2}(:?\\d{2})?)?(\\[.*])?");

  private static final Pattern BASIC =
      Pattern.compile("\\d{8}T\\d{6}([.,]\\d{1,9})?(Z|[+-]\\d{2}(:?\\d{2})?)?");

  private static final Pattern WITH_OFFSET =
      Pattern.compile(".*(Z|z|UTC|GMT|[+-]\\d{2}(:?\\d{2})?)(\\[.*])?");

  private static final Pattern OWN =
      Pattern.compile(
          "/Date\\(-?\\d+([+-]\\d{4})?\\)/|[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} .* GMT");

  private static final Pattern NUMBER = Pattern.compile("\\d{4,20}(\\.\\d{1,12})?");

  private static final Duration YEAR = Duration.ofDays(366);

  /** How those values are written if they are times near the arrival; {@code null} else. */
  static @Nullable Written of(Collection<String> values, long arrivalNs) {
    if (values.isEmpty()) {
      return null;
    }
    Instant arrival = Instant.ofEpochSecond(0, arrivalNs);
    if (values.stream().allMatch(each -> NUMBER.matcher(each).matches())) {
      return number(values, arrival);
    }
    if (values.stream().allMatch(each -> OWN.matcher(each).matches())) {
      return new Written(null, null, null, 0, List.of());
    }
    if (values.stream()
        .allMatch(each -> ISO.matcher(each).matches() || BASIC.matcher(each).matches())) {
      if (values.stream()
          .allMatch(
              each -> WITH_OFFSET.matcher(each.substring(Math.min(10, each.length()))).matches())) {
        return new Written(null, null, null, 0, List.of());
      }
      LocalDateTime latest = null;
      for (String each : values) {
        LocalDateTime local = iso(each);
        latest = local != null && (latest == null || local.isAfter(latest)) ? local : latest;
      }
      return latest == null ? null : local(null, latest, arrival, List.of());
    }
    boolean mayBe =
        values.stream()
            .allMatch(
                each -> each.length() >= 8 && each.length() <= 40 && each.matches(".*\\d.*\\d.*"));
    return mayBe ? patterned(values, arrival) : null;
  }

  private static @Nullable LocalDateTime iso(String text) {
    try {
      if (BASIC.matcher(text).matches()) {
        return LocalDateTime.of(
            Integer.parseInt(text.substring(0, 4)),
            Integer.parseInt(text.substring(4, 6)),
            Integer.parseInt(text.substring(6, 8)),
            Integer.parseInt(text.substring(9, 11)),
            Integer.parseInt(text.substring(11, 13)),
            Integer.parseInt(text.substring(13, 15)));
      }
      String date = text.substring(0, 10).replace('/', '-').replace('.', '-');
      String clock =
          text.substring(11)
              .replace(',', '.')
              .replaceFirst(" ?(Z|z|UTC|GMT|[+-]\\d{2}(:?\\d{2})?)(\\[.*])?$", "");
      return LocalDateTime.parse(date + "T" + clock);
    } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
      return null; // no time, which is an answer
    }
  }

  private static @Nullable Written number(Collection<String> values, Instant arrival) {
    BigDecimal largest =
        values.stream().map(BigDecimal::new).max(Comparator.naturalOrder()).orElseThrow();
    double number = largest.doubleValue();
    double now = arrival.toEpochMilli() / 1000.0;
    for (double scale : new double[] {1, 1e3, 1e6, 1e9}) {
      if (Math.abs(number / scale - now) < YEAR.toSeconds()) {
        return new Written(null, null, null, Math.abs(number / scale - now), List.of());
      }
    }
    double filetime = number / 1e7 - 11_644_473_600L;
    double ticks = number / 1e7 - 62_135_596_800L;
    if (Math.abs(filetime - now) < YEAR.toSeconds() || Math.abs(ticks - now) < YEAR.toSeconds()) {
      return new Written(null, null, null, 0, List.of());
    }
    double days = now / 86_400 + 25_569;
    for (String unit : List.of("excel", "excel-micro")) {
      double day = unit.equals("excel") ? number : number / 1e6;
      if (Math.abs(day - days) < 366) {
        LocalDateTime local =
            LocalDateTime.ofEpochSecond((long) ((day - 25_569) * 86_400), 0, ZoneOffset.UTC);
        Written in = local(null, local, arrival, List.of());
        return new Written(null, unit, in.zone(), in.awayS(), in.remarks());
      }
    }
    if (values.stream().allMatch(each -> each.matches("20\\d{12}(\\d{3})?"))) {
      String text = values.iterator().next();
      try {
        return local(
            null,
            LocalDateTime.parse(
                text.substring(0, 8) + "T" + text.substring(8, 14),
                java.time.format.DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss")),
            arrival,
            List.of());
      } catch (DateTimeException e) {
        return null; // digits of something else
      }
    }
    return null;
  }

  private static @Nullable Written patterned(Collection<String> values, Instant arrival) {
    List<Written> fitting = new ArrayList<>();
    for (String pattern : ALL) {
      Written written = patterned(values, pattern, arrival);
      if (written != null && written.awayS() < 10 * YEAR.toSeconds()) {
        fitting.add(written);
      }
    }
    fitting.sort(Comparator.comparingDouble(Written::awayS));
    if (fitting.isEmpty()) {
      return null;
    }
    Written best = fitting.get(0);
    for (Written other : fitting) {
      if (Math.abs(other.awayS() - best.awayS()) > 1
          && other.awayS() < YEAR.toSeconds()
          && best.awayS() > 86_400) {
        List<String> remarks = new ArrayList<>(best.remarks());
        remarks.add(
            "the time may be written as "
                + best.format()
                + " or as "
                + other.format()
                + ": see which is right");
        return new Written(best.format(), null, best.zone(), best.awayS(), remarks);
      }
    }
    return best;
  }

  private static final List<String> ALL = patterns();

  private static final Map<String, TimePattern> READ =
      new java.util.concurrent.ConcurrentHashMap<>();

  private static List<String> patterns() {
    List<String> all = new ArrayList<>(OTHER_PATTERNS);
    for (String date : DATES) {
      for (String clock : CLOCKS) {
        all.add(date + " " + clock);
        all.add(date + "'T'" + clock);
        all.add(date + " " + clock + " XXX");
        all.add(date + " " + clock + "XXX");
        all.add(date + " " + clock + " XX");
      }
    }
    return all;
  }

  private static @Nullable Written patterned(
      Collection<String> values, String pattern, Instant arrival) {
    TimePattern format = READ.computeIfAbsent(pattern, TimePattern::new);
    LocalDateTime latest = null;
    for (String value : values) {
      TemporalAccessor read;
      try {
        read = format.read(value);
      } catch (DateTimeException e) {
        return null; // written otherwise
      }
      if (read instanceof OffsetDateTime moment) {
        double away = Math.abs(Duration.between(arrival, moment).toSeconds());
        return new Written(pattern, null, null, away, List.of());
      }
      LocalDateTime local = (LocalDateTime) read;
      latest = latest == null || local.isAfter(latest) ? local : latest;
    }
    return latest == null ? null : local(pattern, latest, arrival, List.of());
  }

  /** A local time: the zone is what brings it to the arrival. */
  static Written local(
      @Nullable String format, LocalDateTime latest, Instant arrival, List<String> more) {
    List<String> remarks = new ArrayList<>(more);
    long ahead = latest.toEpochSecond(ZoneOffset.UTC) - arrival.getEpochSecond();
    long quarters = Math.round(ahead / 900.0);
    boolean fits = Math.abs(ahead - quarters * 900) <= 180 && quarters >= -48 && quarters <= 56;
    String zone = "UTC";
    if (fits && quarters != 0) {
      zone = ZoneOffset.ofTotalSeconds((int) quarters * 900).getId();
    }
    remarks.add(
        fits
            ? "the times name no zone; "
                + zone
                + " fits the time of arrival, but name the zone itself where clocks change, such as Europe/Berlin"
            : "the times name no zone, and UTC is a guess: set time.zone");
    double away = fits ? 0 : Math.abs(ahead);
    return new Written(format, null, zone, away, remarks);
  }
}
