package io.weir.sim.plant;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/** Three shifts per day in a zone: early from 06:00, late from 14:00, night from 22:00. */
public record Shifts(ZoneId zone) {

  private record Pattern(String name, LocalTime start) {}

  private static final List<Pattern> DAY =
      List.of(
          new Pattern("early", LocalTime.of(6, 0)),
          new Pattern("late", LocalTime.of(14, 0)),
          new Pattern("night", LocalTime.of(22, 0)));

  /**
   * One shift of one day.
   *
   * @param date the local date of its start
   * @param start epoch ms
   * @param end epoch ms, the first instant of the next shift
   */
  public record Shift(String name, LocalDate date, long start, long end) {}

  /** The shift that contains an instant (epoch ms). */
  public Shift at(long instant) {
    ZonedDateTime local = Instant.ofEpochMilli(instant).atZone(zone);
    // A clock change at night may move a start past the instant, so earlier days are tried too.
    for (LocalDate date = local.toLocalDate(); ; date = date.minusDays(1)) {
      for (int index = DAY.size() - 1; index >= 0; index--) {
        long start = start(date, index);
        if (start <= instant) {
          boolean last = index == DAY.size() - 1;
          long end = last ? start(date.plusDays(1), 0) : start(date, index + 1);
          return new Shift(DAY.get(index).name(), date, start, end);
        }
      }
    }
  }

  private long start(LocalDate date, int index) {
    return date.atTime(DAY.get(index).start()).atZone(zone).toInstant().toEpochMilli();
  }
}
