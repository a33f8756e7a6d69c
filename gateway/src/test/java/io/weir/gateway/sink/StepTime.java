package io.weir.gateway.sink;

import io.weir.gateway.log.Time;

/** Clocks that move only when a test moves them. */
final class StepTime implements Time {

  private long ns = 1;

  @Override
  public long wallNs() {
    return 1_700_000_000_000_000_000L + ns;
  }

  @Override
  public long elapsedNs() {
    return ns;
  }

  void advance(long more) {
    ns += more;
  }
}
