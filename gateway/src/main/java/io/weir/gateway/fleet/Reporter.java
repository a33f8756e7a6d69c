package io.weir.gateway.fleet;

import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.LoopThread;
import io.weir.gateway.log.StopSignal;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the gateway at intervals, as rows of the log of figures: so every sink that carries
 * figures carries the reports too, and what comes late because of an outage comes in its order. Its
 * work is stepped, by the thread {@code fleet-report} or by a test.
 */
public final class Reporter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
  private static final String SOURCE = "fleet";
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final long everyNs;
  private final FiguresLog log;
  private final LongFunction<GatewayReport> report;
  private final Time time;
  private final StopSignal stop = new StopSignal();
  private final LoopThread thread = new LoopThread("fleet-report");

  // Owned by the thread.
  private long nextNs;
  private long stampNs;
  private boolean failing;

  /**
   * @param log used by no one else
   * @param report how the gateway is, for its wall time in nanoseconds
   */
  public Reporter(Duration every, FiguresLog log, LongFunction<GatewayReport> report, Time time) {
    this.everyNs = every.toNanos();
    this.log = log;
    this.report = report;
    this.time = time;
    this.nextNs = time.elapsedNs();
  }

  public void start(Threads threads) {
    thread.start(threads, () -> stop.repeat(EVERY, this::step));
  }

  /** Reports if that is due. A report that the log does not take is not made up for. */
  public void step() {
    if (time.elapsedNs() - nextNs < 0) {
      return;
    }
    nextNs = time.elapsedNs() + everyNs;
    stampNs = Math.max(stampNs + 1, time.wallNs());
    List<Reading> row = report.apply(stampNs).row();
    try {
      log.append(
          new Message(
              SOURCE, SOURCE, stampNs, 0, 0, row.size(), 0, 0, row, List.of(), new byte[0]));
      log.sync();
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("The gateway cannot report itself; trying again at each interval", e);
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    stop.give();
    thread.join();
  }
}
