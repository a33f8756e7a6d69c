package io.weir.gateway.efficiency;

/**
 * A stretch of one local day within one shift (or outside of all) and one plan.
 *
 * @param shift name of the shift, or {@link Calendar#NO_SHIFT}
 * @param whole the whole shift; outside of shifts, the stretch itself
 */
record CalendarSpan(
    long start, long end, String shift, Calendar.Interval whole, Calendar.Plan plan) {}
