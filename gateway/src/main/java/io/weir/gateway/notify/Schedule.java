package io.weir.gateway.notify;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;

/**
 * When a rule sends.
 *
 * @param spans of the week; empty for always
 * @param shifts names of shifts in which a machine must be; empty for any time
 */
public record Schedule(ZoneId zone, List<Span> spans, Set<String> shifts) {

  /**
   * A part of the days of a week. One that ends before it begins goes over midnight, and belongs to
   * the day on which it begins.
   */
  public record Span(Set<DayOfWeek> days, LocalTime from, LocalTime to) {

    boolean holds(ZonedDateTime now) {
      LocalTime time = now.toLocalTime();
      boolean begun = !time.isBefore(from);
      boolean ended = !time.isBefore(to);
      DayOfWeek today = now.getDayOfWeek();
      if (from.isBefore(to)) {
        return days.contains(today) && begun && !ended;
      }
      return (days.contains(today) && begun) || (days.contains(today.minus(1)) && !ended);
    }
  }

  /**
   * Whether the rule sends now.
   *
   * @param present shifts of the machine that it is about
   */
  boolean isOpen(Instant now, Set<String> present) {
    ZonedDateTime local = now.atZone(zone);
    return (spans.isEmpty() || spans.stream().anyMatch(span -> span.holds(local)))
        && (shifts.isEmpty() || shifts.stream().anyMatch(present::contains));
  }
}
