package io.weir.gateway.retention;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.LoopThread;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Message;
import io.weir.gateway.normalize.RouteConfig.WhenFull;
import io.weir.gateway.normalize.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Frees space in the logs of readings and figures before they are full. Runs the thread {@code
 * retention}; a gateway without threads calls {@link #step} instead.
 */
public final class Retention implements AutoCloseable {

  private final MeterRegistry meters;
  private final Time time;
  private final LoopThread thread = new LoopThread("retention");
  private final List<SpaceKeeper> keepers = new ArrayList<>();
  private final List<Losses> losses = new ArrayList<>();
  private volatile boolean stopping;

  /** Of the log of readings: the routes in force, and what holds for those that say nothing. */
  private Supplier<Routes> current =
      () -> {
        throw new IllegalStateException("no space is kept in the log of readings");
      };

  private WhenFull ofSilentRoutes = WhenFull.BLOCK;

  public Retention(MeterRegistry meters, Time time) {
    this.meters = meters;
    this.time = time;
  }

  /**
   * Metrics that are more than measurements: a mean of them says nothing.
   *
   * @param latest their latest value stands for a window: counters, states, products
   * @param sums their sum stands for it: pieces since the reading before
   */
  public record Metrics(Set<String> latest, Set<String> sums) {

    /** All are measurements. */
    public static final Metrics NONE = new Metrics(Set.of(), Set.of());
  }

  /**
   * Keeps space free in the log of readings. To be called before the start.
   *
   * @param routes those that are in force
   * @param usual what holds for a route that says nothing
   * @param inside the consumers that every record waits for, by name
   * @param sinks the feeds of the stores
   */
  public void readings(
      SegmentLog log,
      Supplier<Routes> routes,
      WhenFull usual,
      Supplier<Metrics> metrics,
      Set<String> inside,
      List<RangeFeed> sinks) {
    current = routes;
    ofSilentRoutes = usual;
    add(log, new RoutePolicy(log, routes, usual, metrics), inside, sinks);
  }

  /**
   * Whether the log of readings may give up messages like this one, as the routes in force say. For
   * any thread.
   */
  public boolean mayGiveUp(Message message) {
    return new RouteRules(current.get(), ofSilentRoutes)
        .mayGiveUp(message.source(), message.topic());
  }

  /** The same for the log of figures. */
  public void figures(SegmentLog log, Set<String> inside, List<RangeFeed> sinks) {
    add(log, new FiguresPolicy(log), inside, sinks);
  }

  private void add(SegmentLog log, Policy policy, Set<String> inside, List<RangeFeed> sinks) {
    Losses counted = new Losses(log, meters);
    losses.add(counted);
    Packer packer = log.packs() ? new Packer(log, inside, time, this::restFor) : null;
    keepers.add(new SpaceKeeper(log, policy, packer, inside, sinks, counted, time));
  }

  /** What went, of each log; for any thread. */
  public List<Losses> losses() {
    return List.copyOf(losses);
  }

  public void start(Threads threads) {
    thread.start(threads, this::run);
  }

  /**
   * Writes at most one segment of each log again, on the caller's thread. Never waits.
   *
   * @return nanoseconds after which another step can do more
   */
  public long step() {
    thread.checkNotStarted();
    return turn();
  }

  private long turn() {
    return keepers.stream().mapToLong(SpaceKeeper::step).min().orElse(Long.MAX_VALUE);
  }

  /** No log waits for space because another one is being packed. */
  private boolean restFor(long ns) {
    if (!thread.isStarted() || keepers.stream().anyMatch(SpaceKeeper::isPressed)) {
      return false;
    }
    LockSupport.parkNanos(ns);
    return true;
  }

  private void run() {
    while (!stopping) {
      long wait = turn();
      if (wait > 0 && !stopping) {
        LockSupport.parkNanos(wait);
      }
    }
  }

  /** Stops after the segment that is being thinned, and waits for the thread. */
  @Override
  public void close() {
    stopping = true;
    keepers.forEach(SpaceKeeper::stop);
    thread.unpark();
    thread.join();
  }
}
