package io.weir.gateway.efficiency;

import io.weir.gateway.log.Time;

/** Both clocks, which a test moves; at first six in the morning of the tests' day. */
public class PlantClock implements Time {

  static final long BEGIN = StoredRows.nanos("2026-03-02T06:00:00Z");

  public volatile long now = BEGIN;

  @Override
  public long wallNs() {
    return now;
  }

  @Override
  public long elapsedNs() {
    return now;
  }
}
