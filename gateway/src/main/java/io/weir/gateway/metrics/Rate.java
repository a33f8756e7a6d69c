package io.weir.gateway.metrics;

import io.weir.gateway.log.Time;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The rate of a rising total over the last seconds: over five, or over five of its usual gaps where
 * it rises less often, or over two pauses where it rises in bursts, so that it does not fall to 0
 * between two rises. It reads the total when it is called, so it costs the counting side nothing;
 * it is called about once a second. Owned by the calling thread.
 */
public final class Rate {

  private static final long LEAST_WINDOW_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long MOST_WINDOW_NS = TimeUnit.MINUTES.toNanos(2);
  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int GAPS = 5;
  private static final int PAUSES = 2;

  /** Long enough to have seen a pause twice, which then is usual. */
  private static final long KEPT_NS = MOST_WINDOW_NS + TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier total;
  private final Time time;

  /** Looks back, oldest first; the oldest is the newest that is as old as they are kept. */
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
    Look base = base(now.elapsedNs() - windowNs());
    long span = now.elapsedNs() - base.elapsedNs();
    double rate = span < STEP_NS ? 0 : Math.max(0, (now.total() - base.total()) * 1e9 / span);
    if (now.elapsedNs() - looks.getLast().elapsedNs() >= STEP_NS) {
      looks.add(now);
      while (looks.size() > 1 && now.elapsedNs() - second().elapsedNs() >= KEPT_NS) {
        looks.removeFirst();
      }
    }
    return rate;
  }

  /** The newest look at or before an instant, else the oldest. */
  private Look base(long elapsedNs) {
    Look base = looks.getFirst();
    for (Look look : looks) {
      if (look.elapsedNs() - elapsedNs > 0) {
        break;
      }
      base = look;
    }
    return base;
  }

  /**
   * By the median and by the second longest gap: one long pause does not slow down what follows.
   */
  private long windowNs() {
    List<Long> gaps = new ArrayList<>();
    Look before = looks.getFirst();
    Look lastRise = null;
    for (Look look : looks) {
      if (look.total() > before.total()) {
        if (lastRise != null) {
          gaps.add(look.elapsedNs() - lastRise.elapsedNs());
        }
        lastRise = look;
      }
      before = look;
    }
    if (gaps.isEmpty()) {
      return LEAST_WINDOW_NS;
    }
    Collections.sort(gaps);
    long usual = gaps.get(gaps.size() / 2) * GAPS;
    long pauses = gaps.size() < PAUSES ? 0 : gaps.get(gaps.size() - PAUSES) * PAUSES;
    return Math.min(MOST_WINDOW_NS, Math.max(LEAST_WINDOW_NS, Math.max(usual, pauses)));
  }

  private Look second() {
    return looks.stream().skip(1).findFirst().orElseThrow();
  }
}
