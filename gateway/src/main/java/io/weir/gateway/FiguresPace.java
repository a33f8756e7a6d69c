package io.weir.gateway;

import io.weir.gateway.log.LogStatus;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Decides when the figures wait for the stores: while their log is filling, the slowest store goes
 * on taking figures from it, and the log of readings has room for what the figures leave there. So
 * nothing of figures is thinned out only because many were made at once; and a store that is away,
 * or the readings' own bound, never holds the figures back. Owned by the thread {@code efficiency}.
 */
final class FiguresPace {

  /** From this share of the bound of the log of figures on; below it nothing is thinned out. */
  private static final double FILLING = 0.60;

  /** Up to this share of the bound of the log of readings. */
  private static final double ROOM = 0.50;

  /** A store that has taken nothing for so long, and for some commits, goes on no more. */
  private static final long LEAST_GOES_ON_NS = TimeUnit.SECONDS.toNanos(10);

  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final SegmentLog figures;
  private final SegmentLog readings;
  private final List<RangeFeed> stores;
  private final long goesOnNs;
  private final Time time;

  private long slowest;
  private long movedNs;
  private long lookedNs;
  private boolean waits;

  /**
   * @param stores the feeds of the stores over the log of figures
   * @param commitEvery how often a store's position moves
   */
  FiguresPace(
      SegmentLog figures,
      SegmentLog readings,
      List<RangeFeed> stores,
      Duration commitEvery,
      Time time) {
    this.figures = figures;
    this.readings = readings;
    this.stores = List.copyOf(stores);
    this.goesOnNs = Math.max(LEAST_GOES_ON_NS, 2 * commitEvery.toNanos());
    this.time = time;
    slowest = slowest();
    lookedNs = time.elapsedNs() - LOOK_NS;
    movedNs = time.elapsedNs() - goesOnNs;
  }

  /** Whether no more figures should be made for now. */
  boolean waits() {
    long now = time.elapsedNs();
    if (now - lookedNs >= LOOK_NS) {
      lookedNs = now;
      waits = look(now);
    }
    return waits;
  }

  private boolean look(long now) {
    long position = slowest();
    if (position != slowest) {
      slowest = position;
      movedNs = now;
    }
    return now - movedNs < goesOnNs
        && share(figures.status()) >= FILLING
        && share(readings.status()) < ROOM;
  }

  private long slowest() {
    return stores.stream().mapToLong(RangeFeed::committed).min().orElse(0);
  }

  private static double share(LogStatus log) {
    return (double) log.bytes() / log.maxBytes();
  }
}
