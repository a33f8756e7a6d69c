package io.weir.sim.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The wish to end, set once by a signal, looked at by the command. Never an interrupt. */
public final class StopSignal implements BooleanSupplier {

  private final CountDownLatch asked = new CountDownLatch(1);

  public void ask() {
    asked.countDown();
  }

  @Override
  public boolean getAsBoolean() {
    return asked.getCount() == 0;
  }

  /** Sleeps, or returns as soon as the end is asked for; whether it is. */
  boolean within(Duration time) {
    try {
      return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("commands are stopped by asking", e);
    }
  }
}
