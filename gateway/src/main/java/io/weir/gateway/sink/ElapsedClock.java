package io.weir.gateway.sink;

import io.weir.gateway.log.Time;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Elapsed time as a clock, so that a jump of the wall time does not hold a breaker open. */
final class ElapsedClock extends Clock {

  private final Time time;

  ElapsedClock(Time time) {
    this.time = time;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(time.elapsedNs());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
