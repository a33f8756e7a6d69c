package io.weir.gateway.efficiency.calendar;

/**
 * A part of one local day that lies in one shift, or outside all shifts, and has one plan.
 *
 * @param shift name of the shift, or {@link ShiftCalendar#NO_SHIFT}
 * @param whole the whole shift; outside all shifts, the part itself
 */
public record CalendarSpan(
    long start, long end, String shift, ShiftCalendar.Interval whole, ShiftCalendar.Plan plan) {

  /** No time at all. */
  public static final CalendarSpan NONE =
      new CalendarSpan(
          0, 0, ShiftCalendar.NO_SHIFT, new ShiftCalendar.Interval(0, 0), ShiftCalendar.Plan.OFF);
}
