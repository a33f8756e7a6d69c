package io.weir.gateway.metrics;

import io.weir.gateway.log.Time;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The rate of a rising total over the last seconds. It reads the total when it is called, so it
 * costs the counting side nothing; called about once a second, it covers about five seconds. Owned
 * by the calling thread.
 */
public final class Rate {

  private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final LongSupplier total;
  private final Time time;

  /** Looks back, oldest first; the oldest is the newest that is at least a window old. */
  private final ArrayDeque<Look> looks = new ArrayDeque<>();

  private record Look(long elapsedNs, long total) {}

  public Rate(LongSupplier total, Time time) {
    this.total = total;
    this.time = time;
    looks.add(new Look(time.elapsedNs(), total.getAsLong()));
  }

  /** Rises a second; 0 until half a second has passed. */
  public double perSecond() {
    Look now = new Look(time.elapsedNs(), total.getAsLong());
    Look oldest = looks.getFirst();
    long span = now.elapsedNs() - oldest.elapsedNs();
    double rate = span < STEP_NS ? 0 : Math.max(0, (now.total() - oldest.total()) * 1e9 / span);
    if (now.elapsedNs() - looks.getLast().elapsedNs() >= STEP_NS) {
      looks.add(now);
      while (looks.size() > 1 && now.elapsedNs() - second().elapsedNs() >= WINDOW_NS) {
        looks.removeFirst();
      }
    }
    return rate;
  }

  private Look second() {
    return looks.stream().skip(1).findFirst().orElseThrow();
  }
}
