package io.weir.sim.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The request to end a command: set once by a signal, checked by the command. Not an interrupt. */
public final class StopSignal implements BooleanSupplier {

  private final CountDownLatch asked = new CountDownLatch(1);

  public void ask() {
    asked.countDown();
  }

  @Override
  public boolean getAsBoolean() {
    return asked.getCount() == 0;
  }

  /** Sleeps for this time, or until the end is requested; true if it is. */
  boolean within(Duration time) {
    try {
      return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("commands are stopped by their stop signal", e);
    }
  }
}
