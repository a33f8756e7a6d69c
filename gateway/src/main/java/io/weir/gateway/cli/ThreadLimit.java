package io.weir.gateway.cli;

import io.weir.gateway.settings.Config;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process may have the threads of a gateway. The limit may be the user's, the
 * container's or the machine's, so it is tried out: that many threads are started and end again.
 */
final class ThreadLimit {

  /** Of the parts that each gateway has. */
  private static final int OWN = 40;

  /** Of one source or one sink: those of its connection and of its logs. */
  private static final int EACH = 6;

  private ThreadLimit() {}

  /** What a configuration needs. */
  static int needed(Config config) {
    return OWN + EACH * (config.sources().size() + config.sinks().size());
  }

  /** Why a configuration cannot run for want of threads, or {@code null} where it can. */
  static @Nullable String problem(Config config) {
    int needed = needed(config);
    int started = started(needed);
    return started == needed
        ? null
        : "this process may start %d threads, and needs %d; raise the limit with ulimit -u, with"
                .formatted(started, needed)
            + " TasksMax in its systemd unit, or the limit of processes of its container";
  }

  private static int started(int count) {
    CountDownLatch tried = new CountDownLatch(1);
    int started = 0;
    try {
      while (started < count) {
        Thread thread = new Thread(() -> await(tried), "tried");
        thread.setDaemon(true);
        thread.start();
        started++;
      }
    } catch (OutOfMemoryError noThread) { // what Java throws where the system gives none
      return started;
    } finally {
      tried.countDown();
    }
    return started;
  }

  private static void await(CountDownLatch tried) {
    try {
      tried.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
