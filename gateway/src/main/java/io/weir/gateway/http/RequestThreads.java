package io.weir.gateway.http;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Threads on which a request waits or computes, as an event loop never does. One is made for the
 * first work and ends after a minute without any, so a part that is only built has none. Reactor's
 * {@code newBoundedElastic} has from its beginning a thread of its own that ends idle ones.
 */
public final class RequestThreads {

  private static final Logger LOG = LoggerFactory.getLogger(RequestThreads.class);

  private static final Duration IDLE = Duration.ofMinutes(1);

  private RequestThreads() {}

  /**
   * Makes no thread yet. What fails without anybody who hears of it is logged.
   *
   * @param name of the threads, before their numbers
   * @param threads how many there are at most
   * @param mostWaiting tasks that wait for a thread; more are refused by a {@link
   *     RejectedExecutionException}, which is answered by 503
   */
  public static Scheduler of(String name, int threads, int mostWaiting) {
    return of(name, threads, mostWaiting, IDLE);
  }

  static Scheduler of(String name, int threads, int mostWaiting, Duration idle) {
    return Schedulers.fromExecutorService(new Pool(name, threads, mostWaiting, idle), name);
  }

  /** Everything that it is given, it takes by {@code schedule}. */
  private static final class Pool extends ScheduledThreadPoolExecutor {

    private final String name;
    private final int mostWaiting;

    Pool(String name, int threads, int mostWaiting, Duration idle) {
      super(threads, factory(name));
      this.name = name;
      this.mostWaiting = mostWaiting;
      setKeepAliveTime(idle.toMillis(), TimeUnit.MILLISECONDS);
      allowCoreThreadTimeOut(true);
      setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory factory(String name) {
      AtomicInteger made = new AtomicInteger();
      return task -> {
        Thread thread = new Thread(task, name + "-" + made.incrementAndGet());
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
            (any, failure) -> LOG.error("Internal error on thread {}", any.getName(), failure));
        return thread;
      };
    }

    @Override
    public synchronized <V> ScheduledFuture<V> schedule(
        Callable<V> task, long delay, TimeUnit unit) {
      checkRoom();
      return super.schedule(task, delay, unit);
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      checkRoom();
      return super.schedule(task, delay, unit);
    }

    private void checkRoom() {
      if (getQueue().size() >= mostWaiting) {
        throw new RejectedExecutionException(
            "too much waits for the threads " + name + " already: " + mostWaiting);
      }
    }
  }
}
