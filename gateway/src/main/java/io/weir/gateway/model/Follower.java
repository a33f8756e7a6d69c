package io.weir.gateway.model;

import io.weir.gateway.log.Feed;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that carries a feed into what follows it: a step while there is something, a wait
 * while there is not, and after a failure again from where the work is sure, each second.
 */
public final class Follower implements AutoCloseable {

  /** What is done with the feed; all of it on the follower's thread. */
  public interface Work {

    /** Takes up what there is, a part of it at most; whether there was anything. */
    boolean step() throws IOException;

    /** Before the step that follows a failure: goes back to where all was done. */
    default void resume() throws IOException {}

    /** Keeps what was done, before the thread ends. */
    default void finish() throws IOException {}

    /** Is told of each failure, and of the fault of the program that ended the thread. */
    default void failed(Throwable failure) {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final String what;
  private final Feed feed;
  private final Work work;
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * @param name of the thread
   * @param what it makes, in words for the log, such as {@code the quarantine}
   * @param feed closed with this
   */
  public Follower(String name, String what, Feed feed, Work work) {
    this.what = what;
    this.feed = feed;
    this.work = work;
    thread = new Thread(this::run, name);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try (feed) {
      follow();
    } catch (IOException e) {
      LOG.warn(
          "What was done for {} since its last commit is done again at the next start", what, e);
    } catch (RuntimeException | Error e) {
      LOG.error("No more work for {}: a fault of the program; a start tries again", what, e);
      work.failed(e);
    }
  }

  private void follow() throws IOException {
    boolean failing = false;
    while (!stopping) {
      try {
        if (failing) {
          work.resume();
        }
        boolean any = work.step();
        failing = false;
        if (!any) {
          feed.await(IDLE_NS);
        }
      } catch (IOException e) {
        if (!failing) {
          LOG.warn("A failure halts {}; trying again each second", what, e);
        }
        failing = true;
        work.failed(e);
        LockSupport.parkNanos(RETRY_NS);
      } catch (InterruptedException e) {
        LOG.warn("Interrupted: {} stops", what);
        stopping = true;
      }
    }
    if (!failing) {
      work.finish();
    }
  }

  /**
   * Stops after what is done now, and waits for it. An interrupt of the caller waits too: the
   * thread may be inside a file, and it ends soon.
   */
  @Override
  public void close() throws IOException {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.getState() == Thread.State.NEW) {
      feed.close();
    }
  }
}
