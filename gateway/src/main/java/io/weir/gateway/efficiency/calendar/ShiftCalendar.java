package io.weir.gateway.efficiency.calendar;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.Print;
import io.weir.gateway.efficiency.config.ShiftDates;
import io.weir.gateway.model.MachineState;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shifts, breaks, holidays, overtime and closures, and the local hour and day of an instant. A day
 * is one of production, which may begin at 06:00: it has the date on which it begins. Local times
 * become instants in the zone: in the gap of a daylight-saving change the first valid instant, in
 * the overlap the earlier of the two. So a shift from 22:00 to 06:00 has 7 hours on one night of
 * the year and 9 on another.
 *
 * <p>The results never change, but computed days are cached without locks: one thread only.
 */
public final class ShiftCalendar {

  public static final String NO_SHIFT = "none";

  public static final long SECOND = 1_000_000_000L;
  public static final long MINUTE = 60 * SECOND;
  public static final long HOUR = 60 * MINUTE;

  /**
   * The longest shift or production day: the day on which clocks go back has 25 hours; 26 in one
   * zone, Antarctica/Troll.
   */
  public static final long LONGEST_DAY = 26 * HOUR;

  private static final int CACHED_DAYS = 64;

  /** What an instant is planned for. */
  public enum Plan {
    WORK,
    /** A break, a holiday or a closure: planned downtime. */
    PAUSE,
    /** Outside all shifts. */
    OFF;

    /** What the time of a state counts as: in a pause, what is not running or setup is planned. */
    public MachineState counts(MachineState state) {
      boolean goesOn = state == MachineState.RUNNING || state == MachineState.SETUP;
      return this == PAUSE && !goesOn ? MachineState.PLANNED : state;
    }
  }

  /** [start, end), nanoseconds since the epoch. */
  public record Interval(long start, long end) {

    /** In order, those that touch or overlap as one. */
    public static List<Interval> joined(List<Interval> all) {
      List<Interval> joined = new ArrayList<>();
      for (Interval each :
          all.stream().sorted(Comparator.comparingLong(Interval::start)).toList()) {
        int last = joined.size() - 1;
        if (last >= 0 && joined.get(last).end >= each.start) {
          Interval before = joined.get(last);
          joined.set(last, new Interval(before.start, Math.max(before.end, each.end)));
        } else {
          joined.add(each);
        }
      }
      return joined;
    }

    boolean contains(long instant) {
      return start <= instant && instant < end;
    }
  }

  private final ZoneId zone;
  private final LocalTime dayBegins;
  private final ShiftDates dates;

  /** In the order of time. */
  private final List<Interval> closures;

  private final Map<LocalDate, List<CalendarSpan>> days =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<LocalDate, List<CalendarSpan>> eldest) {
          return size() > CACHED_DAYS;
        }
      };

  private Interval day = new Interval(0, 0);
  private Interval hour = new Interval(0, 0);
  private CalendarSpan span = CalendarSpan.NONE;

  /**
   * @param calendar whose shifts do not overlap; the configuration checks this
   */
  public ShiftCalendar(ZoneId zone, EfficiencyConfig.Calendar calendar) {
    this.zone = zone;
    dayBegins = calendar.productionDay();
    dates = new ShiftDates(calendar);
    closures =
        calendar.closures().stream()
            .map(each -> new Interval(toNanos(each.from()), toNanos(each.to())))
            .sorted(Comparator.comparingLong(Interval::start))
            .toList();
  }

  public ZoneId zone() {
    return zone;
  }

  /** The part of the calendar that holds the instant. */
  public CalendarSpan at(long instant) {
    if (instant < span.start() || instant >= span.end()) {
      for (CalendarSpan candidate : days.computeIfAbsent(date(instant), this::spansOf)) {
        if (instant < candidate.end()) {
          span = candidate;
          break;
        }
      }
    }
    return span;
  }

  /** The minute of an instant. Zone offsets are whole minutes, so it is the same in every zone. */
  public static Interval minute(long instant) {
    long start = Math.floorDiv(instant, MINUTE) * MINUTE;
    return new Interval(start, start + MINUTE);
  }

  /** The local hour, cut where the clocks change within it. */
  public Interval hour(long instant) {
    if (!hour.contains(instant)) {
      long offset = zone.getRules().getOffset(instant(instant)).getTotalSeconds() * SECOND;
      long start = Math.floorDiv(instant + offset, HOUR) * HOUR - offset;
      long end = start + HOUR;
      ZoneOffsetTransition change = zone.getRules().nextTransition(instant(start));
      if (change != null && nanos(change.getInstant()) < end) {
        long at = nanos(change.getInstant());
        hour = instant < at ? new Interval(start, at) : new Interval(at, end);
      } else {
        hour = new Interval(start, end);
      }
    }
    return hour;
  }

  /** The day of production: 23, 24 or 25 hours. */
  public Interval day(long instant) {
    if (!day.contains(instant)) {
      day = day(date(instant));
    }
    return day;
  }

  /** The day of production of a date. */
  public Interval day(LocalDate date) {
    return new Interval(startOf(date), startOf(date.plusDays(1)));
  }

  /** Stands for what each instant of a day is planned for. */
  long printOfPlan(LocalDate date) {
    return Print.of(spansOf(date));
  }

  /** Stands for what the configuration says of a day by its date. */
  long printOfDates(LocalDate date) {
    Interval day = day(date);
    return Print.of(
        List.of(
            dates.said(date),
            closures.stream()
                .filter(each -> each.start < day.end && each.end > day.start)
                .toList()));
  }

  /** The date of the day of production of an instant. */
  public LocalDate date(long instant) {
    LocalDate date = LocalDate.ofInstant(instant(instant), zone);
    return instant < startOf(date) ? date.minusDays(1) : date;
  }

  private long startOf(LocalDate date) {
    return dayBegins.equals(LocalTime.MIDNIGHT)
        ? nanos(date.atStartOfDay(zone).toInstant())
        : toNanos(date.atTime(dayBegins));
  }

  private List<CalendarSpan> spansOf(LocalDate date) {
    Interval whole = day(date);
    List<CalendarSpan> shifts = new ArrayList<>();
    for (LocalDate start : List.of(date.minusDays(1), date)) {
      for (ShiftDates.Dated shift : dates.of(start)) {
        addShift(shifts, shift, whole);
      }
    }
    shifts.sort(Comparator.comparingLong(CalendarSpan::start));
    List<CalendarSpan> spans = new ArrayList<>();
    long at = whole.start;
    for (CalendarSpan next : shifts) {
      addOff(spans, at, next.start());
      addClosed(spans, next);
      at = next.end();
    }
    addOff(spans, at, whole.end);
    return spans;
  }

  /** Adds a part of a shift; where it is closed there, it is a pause. */
  private void addClosed(List<CalendarSpan> spans, CalendarSpan part) {
    long at = part.start();
    for (Interval closure : closures) {
      long start = Math.max(closure.start, at);
      long end = Math.min(closure.end, part.end());
      if (start < end) {
        addPart(spans, part, at, start, part.plan());
        addPart(spans, part, start, end, Plan.PAUSE);
        at = end;
      }
    }
    addPart(spans, part, at, part.end(), part.plan());
  }

  private static void addPart(
      List<CalendarSpan> spans, CalendarSpan of, long start, long end, Plan plan) {
    if (start < end) {
      spans.add(new CalendarSpan(start, end, of.shift(), of.whole(), plan));
    }
  }

  private static void addOff(List<CalendarSpan> spans, long start, long end) {
    if (start < end) {
      spans.add(new CalendarSpan(start, end, NO_SHIFT, new Interval(start, end), Plan.OFF));
    }
  }

  private void addShift(List<CalendarSpan> spans, ShiftDates.Dated dated, Interval within) {
    EfficiencyConfig.Shift shift = dated.shift();
    Interval whole = new Interval(toNanos(dated.start()), toNanos(dated.end()));
    long at = whole.start;
    if (!dated.holiday()) {
      List<EfficiencyConfig.Break> breaks = new ArrayList<>(shift.breaks());
      breaks.sort(Comparator.comparing(dated::startOf));
      for (EfficiencyConfig.Break pause : breaks) {
        long begun = toNanos(dated.startOf(pause));
        long start = Math.min(Math.max(begun, at), whole.end);
        long end = Math.min(Math.max(begun + pause.length().toNanos(), start), whole.end);
        addClipped(spans, at, start, shift, whole, Plan.WORK, within);
        addClipped(spans, start, end, shift, whole, Plan.PAUSE, within);
        at = end;
      }
    }
    Plan rest = dated.holiday() ? Plan.PAUSE : Plan.WORK;
    addClipped(spans, at, whole.end, shift, whole, rest, within);
  }

  private static void addClipped(
      List<CalendarSpan> spans,
      long start,
      long end,
      EfficiencyConfig.Shift shift,
      Interval whole,
      Plan plan,
      Interval within) {
    long from = Math.max(start, within.start);
    long to = Math.min(end, within.end);
    if (from < to) {
      spans.add(new CalendarSpan(from, to, shift.name(), whole, plan));
    }
  }

  private long toNanos(LocalDateTime local) {
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    return nanos(
        change != null && change.isGap()
            ? change.getInstant()
            : ZonedDateTime.of(local, zone).toInstant());
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * SECOND + instant.getNano();
  }
}
