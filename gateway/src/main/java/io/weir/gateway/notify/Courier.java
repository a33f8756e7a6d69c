package io.weir.gateway.notify;

import io.weir.gateway.log.Time;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings to one outlet what waits for it, and tries again while it does not take it. Its work is
 * stepped, by the thread {@code notify-<outlet>} or by a test; the rest is for any thread.
 */
final class Courier {

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
  private static final long FIRST_WAIT_NS = Duration.ofSeconds(5).toNanos();
  private static final long LONGEST_WAIT_NS = Duration.ofMinutes(5).toNanos();

  /** Where the messages come from, and what becomes of them. */
  interface Post {

    /** What is to be sent now and is kept, or {@code null}. */
    @Nullable Batch due(OutletConfig outlet);

    void delivered(OutletConfig outlet, Batch batch);

    void failed(OutletConfig outlet);
  }

  private final OutletConfig config;
  private final Outlet outlet;
  private final Composer composer;
  private final Post post;
  private final Time time;

  private long waitNs = FIRST_WAIT_NS;
  private long nextTryNs;
  private volatile Failing failing = Failing.NOT;

  /**
   * How long nothing was taken.
   *
   * @param reason why, "" while all is well
   */
  private record Failing(String reason, long sinceNs) {

    static final Failing NOT = new Failing("", 0);
  }

  Courier(OutletConfig config, Outlet outlet, Composer composer, Post post, Time time) {
    this.config = config;
    this.outlet = outlet;
    this.composer = composer;
    this.post = post;
    this.time = time;
    this.nextTryNs = time.elapsedNs();
  }

  OutletConfig config() {
    return config;
  }

  /** Sends one message if one is due. */
  void step() {
    if (time.elapsedNs() - nextTryNs < 0) {
      return;
    }
    Batch batch = post.due(config);
    if (batch == null) {
      return;
    }
    try {
      outlet.send(composer.compose(config.name(), batch, Time.instant(time.wallNs())));
    } catch (IOException e) {
      failed(e.getMessage() == null ? e.toString() : e.getMessage());
      return;
    } catch (RuntimeException e) {
      LOG.error("Outlet {} fails: defect of its kind", config.name(), e);
      failed(e.toString());
      return;
    }
    succeeded();
    post.delivered(config, batch);
  }

  private void failed(String reason) {
    String line = Composer.oneLine(reason, Notice.MOST_TITLE);
    Failing before = failing;
    if (before.reason.isEmpty()) {
      LOG.warn("Outlet {} does not take notifications: {}. They wait for it", config.name(), line);
      failing = new Failing(line, time.elapsedNs());
    } else {
      failing = new Failing(line, before.sinceNs);
    }
    nextTryNs = time.elapsedNs() + waitNs;
    waitNs = Math.min(2 * waitNs, LONGEST_WAIT_NS);
    post.failed(config);
  }

  private void succeeded() {
    if (!failing.reason.isEmpty()) {
      LOG.info("Outlet {} takes notifications again", config.name());
    }
    failing = Failing.NOT;
    waitNs = FIRST_WAIT_NS;
  }

  /** Why it has taken nothing for that long, or "". */
  String fault(long afterNs) {
    Failing now = failing;
    boolean isLong = !now.reason.isEmpty() && time.elapsedNs() - now.sinceNs >= afterNs;
    return isLong ? now.reason : "";
  }

  void close() {
    outlet.close();
  }
}
