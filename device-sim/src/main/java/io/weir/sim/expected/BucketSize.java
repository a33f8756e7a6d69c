package io.weir.sim.expected;

import io.weir.sim.plant.Shifts;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;

/** The length of the periods for which figures are summed. */
public enum BucketSize {
  MINUTE,
  HOUR,
  SHIFT,
  DAY;

  /**
   * One period.
   *
   * @param shift the name of the shift; {@code all} for hours and days
   * @param start epoch ms
   * @param end epoch ms, the first instant of the next period
   */
  record Period(String shift, long start, long end) {}

  /** The name as it is stored. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The period that contains an instant. */
  Period at(long instant, ZoneId zone) {
    Shifts.Shift shift = new Shifts(zone).at(instant);
    ZonedDateTime local = Instant.ofEpochMilli(instant).atZone(zone);
    return switch (this) {
      case MINUTE -> {
        long start = Math.floorDiv(instant, 60_000L) * 60_000;
        yield new Period(shift.name(), start, start + 60_000);
      }
      case HOUR -> hour(local);
      case SHIFT -> new Period(shift.name(), shift.start(), shift.end());
      case DAY -> {
        ZonedDateTime start = local.toLocalDate().atStartOfDay(zone);
        ZonedDateTime end = local.toLocalDate().plusDays(1).atStartOfDay(zone);
        yield new Period("all", millis(start), millis(end));
      }
    };
  }

  /** The hour of local time. A clock change starts a new one. */
  private Period hour(ZonedDateTime local) {
    ZonedDateTime full = local.truncatedTo(ChronoUnit.HOURS);
    long start = millis(full);
    long end = start + 3_600_000;
    ZoneOffsetTransition before =
        local.getZone().getRules().previousTransition(local.toInstant().plusNanos(1));
    ZoneOffsetTransition after = local.getZone().getRules().nextTransition(local.toInstant());
    if (before != null) {
      start = Math.max(start, before.getInstant().toEpochMilli());
    }
    if (after != null) {
      end = Math.min(end, after.getInstant().toEpochMilli());
    }
    return new Period("all", start, end);
  }

  private static long millis(ZonedDateTime time) {
    return time.toInstant().toEpochMilli();
  }
}
