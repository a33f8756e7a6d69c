package io.weir.gateway.log;

import java.time.Duration;

/** Clocks that only a test moves. */
public final class ManualTime implements Time {

  private long nowNs = 1_700_000_000_000_000_000L;

  @Override
  public long wallNs() {
    return nowNs;
  }

  @Override
  public long elapsedNs() {
    return nowNs;
  }

  public void advance(Duration by) {
    nowNs += by.toNanos();
  }
}
