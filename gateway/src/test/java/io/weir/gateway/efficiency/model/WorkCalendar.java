package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** The shifts of a plant as instants, and its hours and days. */
final class WorkCalendar {

  static final long SECOND = 1_000_000_000L;
  static final long MINUTE = 60 * SECOND;

  /** A shift of one date. */
  record Span(String shift, long start, long end, boolean holiday, List<long[]> breaks) {}

  private final Plant plant;
  private final List<Span> spans = new ArrayList<>();
  private final TreeSet<Long> dayStarts = new TreeSet<>();

  WorkCalendar(Plant plant, long from, long to) {
    this.plant = plant;
    LocalDate last = local(to).toLocalDate().plusDays(1);
    for (LocalDate date = local(from).toLocalDate().minusDays(2);
        !date.isAfter(last);
        date = date.plusDays(1)) {
      add(date);
    }
    spans.sort(Comparator.comparingLong(Span::start));
  }

  /** The shifts that start in the day of production of a date. */
  private void add(LocalDate date) {
    boolean holiday = plant.holidays().contains(date);
    dayStarts.add(instant(date.atTime(plant.productionDay())));
    if (plant.shifts().isEmpty()) {
      long start = instant(date.atTime(plant.productionDay()));
      long end = instant(date.plusDays(1).atTime(plant.productionDay()));
      spans.add(new Span("all", start, end, holiday, List.of()));
    }
    for (Plant.Shift shift : plant.shifts()) {
      if (shift.days().contains(date.getDayOfWeek())) {
        LocalDateTime from = after(date.atTime(plant.productionDay()), shift.start());
        long start = instant(from);
        long end = instant(after(from.plusNanos(1), shift.end()));
        if (start < end) { // one may lie where the clocks are put forward
          spans.add(new Span(shift.name(), start, end, holiday, breaks(shift, from, start, end)));
        }
      }
    }
  }

  /** One after another, each as long as it is configured. */
  private List<long[]> breaks(Plant.Shift shift, LocalDateTime from, long start, long end) {
    List<long[]> breaks = new ArrayList<>();
    long at = start;
    for (Plant.Break pause : shift.breaks()) {
      long begin = instant(after(from, pause.start()));
      long over = Math.min(begin + pause.minutes() * MINUTE, end);
      if (Math.max(begin, at) < over) {
        at = Math.max(begin, at);
        breaks.add(new long[] {at, over});
        at = over;
      }
    }
    return breaks;
  }

  private static LocalDateTime after(LocalDateTime start, LocalTime clock) {
    LocalDateTime same = start.toLocalDate().atTime(clock);
    return same.isBefore(start) ? same.plusDays(1) : same;
  }

  private ZonedDateTime local(long instant) {
    return Instant.ofEpochSecond(0, instant).atZone(plant.zone());
  }

  /** Where clocks are put forward the first instant that there is, where back the first of two. */
  private long instant(LocalDateTime local) {
    List<ZoneOffset> offsets = plant.zone().getRules().getValidOffsets(local);
    return offsets.isEmpty()
        ? plant.zone().getRules().getTransition(local).toEpochSecond() * SECOND
        : local.toEpochSecond(offsets.get(0)) * SECOND;
  }

  /** All instants at which a shift, a break or a day begins or ends. */
  TreeSet<Long> borders() {
    TreeSet<Long> borders = new TreeSet<>(dayStarts);
    for (Span span : spans) {
      borders.add(span.start());
      borders.add(span.end());
      for (long[] pause : span.breaks()) {
        borders.add(pause[0]);
        borders.add(pause[1]);
      }
    }
    return borders;
  }

  List<Span> shifts() {
    return spans;
  }

  /** Starts of minutes, of hours or of days in [from, to), the last one with its end after it. */
  List<Long> starts(String bucket, long from, long to) {
    List<Long> starts = new ArrayList<>();
    long at = from / MINUTE * MINUTE;
    while (!startsAt(bucket, at)) {
      at -= MINUTE;
    }
    for (; at < to; at += MINUTE) {
      if (startsAt(bucket, at)) {
        starts.add(at);
      }
    }
    return starts;
  }

  private boolean startsAt(String bucket, long minute) {
    ZonedDateTime local = local(minute);
    return switch (bucket) {
      case "hour" ->
          local.getMinute() == 0 || !local.getOffset().equals(local(minute - 1).getOffset());
      case "day" -> dayStarts.contains(minute);
      default -> true;
    };
  }

  /** The times without a shift, cut at the starts of days; the last one may still go on. */
  List<Span> without(long from, long to) {
    List<Span> without = new ArrayList<>();
    List<Long> days = starts("day", from, to);
    long start = Long.MIN_VALUE;
    for (long at = days.get(0); at < to; at += MINUTE) {
      boolean in = inShift(at);
      if (start != Long.MIN_VALUE && (in || days.contains(at))) {
        without.add(new Span("none", start, at, false, List.of()));
        start = Long.MIN_VALUE;
      }
      start = in ? Long.MIN_VALUE : start == Long.MIN_VALUE ? at : start;
    }
    if (start != Long.MIN_VALUE) {
      without.add(new Span("none", start, Long.MAX_VALUE, false, List.of()));
    }
    return without;
  }

  String shiftAt(long instant) {
    for (Span span : spans) {
      if (span.start() <= instant && instant < span.end()) {
        return span.shift();
      }
    }
    return "none";
  }

  /** Breaks, and shifts that start on a holiday, within [from, to). */
  static long off(Span shift, long from, long to) {
    if (shift.holiday()) {
      return States.overlap(shift.start(), shift.end(), from, to);
    }
    long off = 0;
    for (long[] pause : shift.breaks()) {
      off += States.overlap(pause[0], pause[1], from, to);
    }
    return off;
  }

  /** The first begin or end of a break behind an instant, at most an end; a holiday has none. */
  long nextCut(Span shift, long at, long end) {
    long next = end;
    for (long[] pause : shift.holiday() ? List.<long[]>of() : shift.breaks()) {
      for (long cut : pause) {
        next = cut > at ? Math.min(next, cut) : next;
      }
    }
    return next;
  }

  /** Whether a shift, or a break of it, begins or ends at an instant; a holiday has no breaks. */
  boolean isCut(Span shift, long instant) {
    return instant == shift.start() || nextCut(shift, instant - 1, instant + 1) == instant;
  }

  /** Whether an instant lies in a break, or in a shift that starts on a holiday. */
  boolean isPause(long instant) {
    return spans.stream().anyMatch(span -> off(span, instant, instant + 1) > 0);
  }

  /** The first instant behind one at which a shift or a break begins or ends, at most an end. */
  long nextChange(long at, long end) {
    long next = end;
    for (Span span : spans) {
      next = span.start() > at ? Math.min(next, span.start()) : next;
      next = span.end() > at ? Math.min(next, span.end()) : next;
      next = nextCut(span, at, next);
    }
    return next;
  }

  /** Time of shifts without breaks and holidays within [from, to). */
  long working(long from, long to) {
    long working = 0;
    for (Span shift : spans) {
      working += States.overlap(shift.start(), shift.end(), from, to) - off(shift, from, to);
    }
    return working;
  }

  /** The end of the shift that holds an instant, or of the time without one. */
  long endOfShift(long instant) {
    long end = Long.MAX_VALUE;
    for (Span span : spans) {
      if (span.start() <= instant && instant < span.end()) {
        return span.end();
      }
      end = span.start() > instant ? Math.min(end, span.start()) : end;
    }
    return end;
  }

  boolean inShift(long instant) {
    return !shiftAt(instant).equals("none");
  }
}
