/**
 * Shifts, breaks, hours and days of production as instants: {@link
 * io.weir.gateway.efficiency.calendar.ShiftCalendar} of one line, {@link
 * io.weir.gateway.efficiency.calendar.Calendars} of all. Knows nothing of machines' readings.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency.calendar;
