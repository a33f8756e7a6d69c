package io.weir.gateway.log;

import java.time.Duration;

/** Clocks that only a test moves. */
public final class ManualTime implements Time {

  private long nowNs = 1_700_000_000_000_000_000L;
  private long aheadNs;

  @Override
  public long wallNs() {
    return nowNs + aheadNs;
  }

  @Override
  public long elapsedNs() {
    return nowNs;
  }

  public void advance(Duration by) {
    nowNs += by.toNanos();
  }

  /** Sets the wall clock forward, or back by a negative time. */
  public void jump(Duration by) {
    aheadNs += by.toNanos();
  }
}
