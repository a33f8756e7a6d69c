package io.weir.gateway.api;

import java.util.List;

/**
 * Shifts and days by the present calendar. Instants in milliseconds since the epoch.
 *
 * @param zone of the calendar
 * @param days with the shifts that begin in them
 */
public record ShiftPlan(String zone, List<Day> days) {

  /**
   * A day of production.
   *
   * @param date on which it begins, such as 2026-03-02
   */
  public record Day(String date, long startMs, long endMs, List<Shift> shifts) {}

  public record Shift(String name, long startMs, long endMs) {}
}
