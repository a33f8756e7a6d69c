package io.weir.gateway.source.listener;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A will that is sent once, after its delay or when it is told to; or not at all. Any thread. */
final class DelayedWill {

  private final AtomicBoolean done = new AtomicBoolean();
  private final Runnable send;
  private final Runnable forget;
  private final ScheduledFuture<?> timer;

  /**
   * @param forget what is done where it is not sent
   */
  DelayedWill(Runnable send, Runnable forget, long delaySeconds, ScheduledExecutorService timers) {
    this.send = send;
    this.forget = forget;
    this.timer = timers.schedule(this::fire, delaySeconds, TimeUnit.SECONDS);
  }

  void fire() {
    if (done.compareAndSet(false, true)) {
      timer.cancel(false);
      send.run();
    }
  }

  void cancel() {
    if (done.compareAndSet(false, true)) {
      timer.cancel(false);
      forget.run();
    }
  }
}
