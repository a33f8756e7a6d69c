package io.weir.gateway.efficiency;

/**
 * A stretch of one local day within one shift (or outside of all) and one plan.
 *
 * @param shift name of the shift, or {@link Calendar#NO_SHIFT}
 * @param whole the whole shift; outside of shifts, the stretch itself
 */
record CalendarSpan(
    long start, long end, String shift, Calendar.Interval whole, Calendar.Plan plan) {

  /** No time at all. */
  static final CalendarSpan NONE =
      new CalendarSpan(0, 0, Calendar.NO_SHIFT, new Calendar.Interval(0, 0), Calendar.Plan.OFF);
}
