package io.weir.gateway.efficiency.calendar;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.List;

/** When the shifts and days of the present calendars begin and end. For any thread. */
public final class PlannedShifts {

  private final Calendars calendars;

  public PlannedShifts(EfficiencyConfig efficiency) {
    calendars = new Calendars(efficiency);
  }

  /** A stretch of the calendar, nanoseconds since the epoch. */
  public record Planned(String name, long start, long end) {}

  /**
   * The shifts that begin between two instants; time outside shifts is none.
   *
   * @param asset a line or a machine, or one without a line for the calendar of the plant
   */
  public synchronized List<Planned> shifts(Asset asset, long from, long to) {
    ShiftCalendar calendar = calendars.of(asset);
    List<Planned> shifts = new ArrayList<>();
    for (CalendarSpan span = calendar.at(from); span.start() < to; span = calendar.at(span.end())) {
      ShiftCalendar.Interval whole = span.whole();
      Planned shift = new Planned(span.shift(), whole.start(), whole.end());
      boolean isNew = shifts.isEmpty() || !shifts.get(shifts.size() - 1).equals(shift);
      if (isNew && whole.start() >= from && !span.shift().equals(ShiftCalendar.NO_SHIFT)) {
        shifts.add(shift);
      }
    }
    return shifts;
  }

  /** The day of production that holds an instant. */
  public synchronized Planned day(Asset asset, long instant) {
    ShiftCalendar.Interval day = calendars.of(asset).day(instant);
    return new Planned(EfficiencyConfig.Shift.ALL, day.start(), day.end());
  }

  /** The date of the day of production that holds an instant, such as 2026-03-02. */
  public synchronized String date(Asset asset, long instant) {
    return calendars.of(asset).date(instant).toString();
  }

  /**
   * When a row's bucket ends: as the calendar has it now.
   *
   * @param bucket hour, shift or day
   */
  public synchronized long endOf(Asset asset, String bucket, String shift, long start) {
    ShiftCalendar calendar = calendars.of(asset);
    return switch (bucket) {
      case "hour" -> calendar.hour(start).end();
      case "day" -> calendar.day(start).end();
      default -> endOf(calendar.at(start), shift, start);
    };
  }

  /** A shift that the calendar does not have any more ends with the part that holds its start. */
  private static long endOf(CalendarSpan span, String shift, long start) {
    boolean isIt = span.shift().equals(shift) && span.whole().start() == start;
    return isIt ? span.whole().end() : span.end();
  }
}
