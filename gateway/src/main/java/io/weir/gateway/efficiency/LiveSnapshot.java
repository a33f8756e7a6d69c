package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.log.Time;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The factory as it is shown: made anew twice a second, more rarely where that takes long. It is a
 * view of every machine, and all that for nothing while nobody looks. Made by the thread {@code
 * efficiency}, asked for by any.
 */
final class LiveSnapshot {

  /** The stream of the live page sends each second, so that a stop is shown within 1.5 s. */
  private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** So long after somebody has asked, it is taken that somebody looks. */
  private static final long LOOKED_AT_NS = TimeUnit.SECONDS.toNanos(10);

  /** Of the thread's time, making it takes one such part while somebody looks, else the other. */
  private static final int PART_WATCHED = 5;

  private static final int PART_UNWATCHED = 100;

  private final Time time;
  private volatile EfficiencySnapshot newest;
  private volatile long askedAtNs;
  private long madeAtNs;
  private long tookNs;

  LiveSnapshot(Time time, EfficiencySnapshot first) {
    this.time = time;
    this.newest = first;
    this.madeAtNs = time.elapsedNs();
    this.askedAtNs = madeAtNs - LOOKED_AT_NS;
  }

  /** Makes it anew, if it is time. */
  void makeIfDue(Supplier<EfficiencySnapshot> made) {
    long now = time.elapsedNs();
    long parts = now - askedAtNs < LOOKED_AT_NS ? PART_WATCHED : PART_UNWATCHED;
    if (now - madeAtNs >= Math.max(EVERY_NS, parts * tookNs)) {
      make(made);
    }
  }

  /** Makes it anew: something else is shown from now on. */
  void make(Supplier<EfficiencySnapshot> made) {
    long now = time.elapsedNs();
    newest = made.get();
    madeAtNs = now;
    tookNs = time.elapsedNs() - now;
  }

  /** For somebody who looks at it, and may look again. */
  EfficiencySnapshot asked() {
    askedAtNs = time.elapsedNs();
    return newest;
  }

  EfficiencySnapshot newest() {
    return newest;
  }
}
