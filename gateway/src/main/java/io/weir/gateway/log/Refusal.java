package io.weir.gateway.log;

import java.util.concurrent.TimeUnit;

/**
 * Whether to log once more that the disk refuses something which is tried again each round: at
 * once, and then each ten minutes while it lasts. For one thread.
 */
final class Refusal {

  private static final long EVERY_NS = TimeUnit.MINUTES.toNanos(10);

  private final Time time;
  private boolean lasts;
  private long saidNs;

  Refusal(Time time) {
    this.time = time;
  }

  /** It is refused now. */
  boolean isToBeSaid() {
    long now = time.elapsedNs();
    if (lasts && now - saidNs < EVERY_NS) {
      return false;
    }
    lasts = true;
    saidNs = now;
    return true;
  }

  /** It is not refused any more. */
  void ended() {
    lasts = false;
  }
}
