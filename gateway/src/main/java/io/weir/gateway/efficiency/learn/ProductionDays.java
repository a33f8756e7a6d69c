package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * The days of production, as the calendar of the plant has them, as numbers that follow each other.
 */
final class ProductionDays {

  private final ZoneId zone;
  private final long beginNs;

  ProductionDays(EfficiencyConfig efficiency) {
    zone = efficiency.zone();
    beginNs = efficiency.calendar().productionDay().toNanoOfDay();
  }

  /** The day of an instant: days since 1970-01-01 of its date. */
  long of(long instant) {
    Instant at = Instant.ofEpochSecond(0, instant);
    return LocalDateTime.ofInstant(at, zone).minusNanos(beginNs).toLocalDate().toEpochDay();
  }
}
