package io.weir.gateway.model;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LoopThread;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats the work of one consumer of a feed: a step while there are records, a rest and a wait
 * when there are none, and after a failure another try each second, from where the work was last
 * safe. Runs on a thread of its own once started; a test that starts none calls {@link #step}
 * instead.
 */
public final class Follower implements AutoCloseable {

  /** The consumer's work; all of it runs on the follower's thread. */
  public interface Work {

    /** Processes some of the records that are there now; returns whether there were any. */
    boolean step() throws IOException;

    /**
     * Whether records are left where they are for now, so that there is no use in waiting for one.
     */
    default boolean isHeldBack() {
      return false;
    }

    /** Runs before the step after a failure: goes back to where the work was last safe. */
    default void resume() throws IOException {}

    /** Saves the work at the end, before the feed is closed. */
    default void finish() throws IOException {}

    /** Receives each failure, and the program fault that ended the thread. */
    default void failed(Throwable failure) {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(200);

  /**
   * After the last record, so that what comes meanwhile is read in one go: hundreds of syncs a
   * second would otherwise wake each consumer for a few records. What comes after a time without
   * records is read at once.
   */
  static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final String product;
  private final Feed feed;
  private final Time time;
  private final Work work;
  private final LoopThread thread;
  private volatile boolean stopping;

  // Owned by the thread, or by the caller of step().
  private boolean stepped;
  private boolean failing;
  private long retryAtNs;

  /** Whether there were records since the last rest. */
  private boolean worked;

  /**
   * @param name of the thread
   * @param product what the work makes, for log lines, such as {@code the quarantine}
   * @param feed closed with this
   */
  public Follower(String name, String product, Feed feed, Time time, Work work) {
    this.product = product;
    this.feed = feed;
    this.time = time;
    this.work = work;
    thread = new LoopThread(name);
  }

  /** Starts the thread. */
  public void start(Threads threads) {
    thread.start(threads, this::run);
  }

  /**
   * Does on the caller's thread what the follower's thread would do now, and never waits: one step
   * of the work, or nothing within a second of a failure. A program fault is thrown.
   *
   * @return whether there were records, so that another step may find more
   * @throws IllegalStateException if the follower has a thread
   */
  public boolean step() {
    thread.checkNotStarted();
    if (stopping || (failing && time.elapsedNs() - retryAtNs < 0)) {
      return false;
    }
    stepped = true;
    return attempt();
  }

  /** Up to this many steps, as long as there are records. */
  public void step(int most) {
    boolean any = true;
    for (int i = 0; i < most && any; i++) {
      any = step();
    }
  }

  private void run() {
    try (feed) {
      while (!stopping) {
        pause(attempt());
      }
      finish();
    } catch (IOException e) {
      LOG.warn("Work on {} since its last commit is lost; the next start repeats it", product, e);
    } catch (RuntimeException | Error e) {
      LOG.error("Work on {} ended: program fault; restart to try again", product, e);
      work.failed(e);
    }
  }

  private boolean attempt() {
    try {
      if (failing) {
        work.resume();
      }
      boolean any = work.step();
      failing = false;
      return any;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("Work on {} failed; trying again each second", product, e);
      }
      failing = true;
      retryAtNs = time.elapsedNs() + RETRY_NS;
      work.failed(e);
      return false;
    }
  }

  private void pause(boolean any) {
    if (failing) {
      LockSupport.parkNanos(RETRY_NS);
    } else if (any) {
      worked = true;
    } else if (work.isHeldBack()) {
      LockSupport.parkNanos(IDLE_NS);
    } else if (worked) {
      worked = false;
      LockSupport.parkNanos(REST_NS);
    } else {
      try {
        feed.await(IDLE_NS);
      } catch (InterruptedException e) {
        LOG.warn("Work on {} stops: its thread was interrupted", product);
        stopping = true;
      }
    }
  }

  private void finish() throws IOException {
    if (!failing) {
      work.finish();
    }
  }

  /**
   * Stops after the current step, saves the work, closes the feed, and waits until that is done.
   *
   * @throws IOException only without a thread: if the work cannot be saved or the feed not closed
   */
  @Override
  public void close() throws IOException {
    boolean first = !stopping;
    stopping = true;
    if (thread.isStarted()) {
      thread.unpark();
      thread.join();
    } else if (first) {
      try (feed) {
        if (stepped) {
          finish();
        }
      }
    }
  }
}
