package io.weir.gateway.source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What each source on the HTTP server has: its state, its meters, the thread {@code http-SOURCE} on
 * which bodies are decoded and appended, and how many requests are under way.
 */
public final class Serving implements AutoCloseable {

  private static final long CLOSE_LIMIT_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long CLOSE_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private enum State {
    DOWN,
    CONNECTED,
    STOPPED;

    private final String word = name().toLowerCase(Locale.ROOT);
  }

  private final String source;
  private final Time time;
  private final SourceMeters meters;
  private final Counter acknowledged;
  private final Worker worker = new Worker();
  private final AtomicInteger open = new AtomicInteger();
  private volatile State state = State.DOWN;
  private volatile long lastReceivedNs;
  private volatile boolean anyReceived;
  private boolean started;

  /**
   * @param source its name
   */
  public Serving(String source, MeterRegistry registry, Time time) {
    this.source = source;
    this.time = time;
    meters = new SourceMeters(registry, source);
    acknowledged = meters.acknowledged();
    meters.gauges(this::status, () -> anyReceived ? time.elapsedNs() - lastReceivedNs : -1);
  }

  public void start(Threads threads) {
    worker.start(threads, "http-" + source);
    started = true;
    state = State.CONNECTED;
  }

  /** From the start until it is stopped. */
  public boolean isConnected() {
    return state == State.CONNECTED;
  }

  /** Also before the start. */
  public boolean isStopped() {
    return state == State.STOPPED;
  }

  public void stop() {
    state = State.STOPPED;
  }

  public Source.Status status() {
    boolean ready = isConnected();
    return new Source.Status(ready, state.word, ready ? "" : state.word, open.get(), 0, 0);
  }

  /** Something came in now. */
  public void received() {
    lastReceivedNs = time.elapsedNs();
    anyReceived = true;
  }

  /** A message, or a batch, is durable and will be answered so. */
  public void acknowledged() {
    acknowledged.increment();
  }

  /** A request is under way, until {@link #ended}. */
  public void begun() {
    open.incrementAndGet();
  }

  public void ended() {
    open.decrementAndGet();
  }

  /** The thread. */
  public Executor thread() {
    return worker;
  }

  /**
   * Lets the answers that are due go out, for a bounded time. Where it never started, the caller's
   * thread is the only one, and nothing goes out while it waits.
   */
  @Override
  public void close() {
    stop();
    long deadline = time.elapsedNs() + CLOSE_LIMIT_NS;
    while (started && open.get() > 0 && time.elapsedNs() - deadline < 0) {
      LockSupport.parkNanos(CLOSE_CHECK_NS);
    }
    worker.close();
    meters.close();
  }
}
