package io.weir.gateway.log;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends the threads of a part that do one step again and again. For any thread. */
public final class StopSignal {

  private final CountDownLatch given = new CountDownLatch(1);

  /**
   * Pauses and does the step, again and again on the calling thread, until the signal is given or
   * the thread is interrupted. A pause ends with the signal, a step does not.
   */
  public void repeat(Duration pause, Runnable step) {
    try {
      while (!given.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        step.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public void give() {
    given.countDown();
  }

  public boolean isGiven() {
    return given.getCount() == 0;
  }
}
