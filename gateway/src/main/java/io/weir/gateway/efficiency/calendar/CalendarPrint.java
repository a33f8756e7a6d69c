package io.weir.gateway.efficiency.calendar;

import io.weir.gateway.efficiency.codec.StateCodec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * What a calendar said of the last days, so that the next one knows which days of the past it
 * changes. Only what is dated changes the past: a holiday, overtime, a closure, a shift from or to
 * a date. A shift without dates that is changed holds from then on.
 *
 * <p>Mutable; belongs to its {@code CalendarPrints}.
 */
public final class CalendarPrint {

  /** Days that are kept. */
  public static final int DAYS = 62;

  /**
   * A day.
   *
   * @param date as days since 1970-01-01
   * @param plan stands for what of it is planned for what
   * @param dated stands for what the configuration says of this date
   */
  private record Day(long date, long plan, long dated) {

    static final Day NONE = new Day(0, 0, 0);

    public Day exchange(StateCodec codec) {
      return new Day(codec.number(date), codec.number(plan), codec.number(dated));
    }
  }

  private final List<Day> days = new ArrayList<>();

  /** Notes the days up to that of the instant. */
  public void reach(ShiftCalendar calendar, long instant) {
    long last = calendar.date(instant).toEpochDay();
    long known = days.isEmpty() ? last - DAYS : days.get(days.size() - 1).date;
    if (last <= known) {
      return;
    }
    for (long date = Math.max(known + 1, last - DAYS + 1); date <= last; date++) {
      days.add(day(calendar, date));
    }
    if (days.size() > DAYS) {
      days.subList(0, days.size() - DAYS).clear();
    }
  }

  private static Day day(ShiftCalendar calendar, long date) {
    LocalDate day = LocalDate.ofEpochDay(date);
    return new Day(date, calendar.printOfPlan(day), calendar.printOfDates(day));
  }

  /** The days of which another calendar says something else by date. */
  public List<ShiftCalendar.Interval> changedBy(ShiftCalendar calendar) {
    List<ShiftCalendar.Interval> changed = new ArrayList<>();
    for (Day was : days) {
      Day is = day(calendar, was.date);
      if (is.plan != was.plan && is.dated != was.dated) {
        changed.add(calendar.day(LocalDate.ofEpochDay(was.date)));
      }
    }
    return changed;
  }

  public void exchange(StateCodec codec) {
    codec.all(days, () -> Day.NONE, day -> day.exchange(codec));
  }

  public CalendarPrint exchanged(StateCodec codec) {
    exchange(codec);
    return this;
  }
}
