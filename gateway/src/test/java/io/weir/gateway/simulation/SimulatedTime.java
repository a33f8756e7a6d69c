package io.weir.gateway.simulation;

import io.weir.gateway.log.Time;

/** The gateway's clocks. The wall clock jumps; devices have a clock of their own that does not. */
final class SimulatedTime implements Time {

  private static final long START_NS = 1_700_000_000_000_000_000L;

  private final OneThread thread;
  private long elapsedNs = START_NS;
  private long offsetNs;

  SimulatedTime(OneThread thread) {
    this.thread = thread;
  }

  @Override
  public long wallNs() {
    thread.check();
    return elapsedNs + offsetNs;
  }

  @Override
  public long elapsedNs() {
    thread.check();
    return elapsedNs;
  }

  /** The true time, which devices know. */
  long trueNs() {
    return elapsedNs;
  }

  void advance(long ns) {
    elapsedNs += ns;
  }

  /** How far the wall clock is from the true time. */
  void offset(long ns) {
    offsetNs = ns;
  }
}
