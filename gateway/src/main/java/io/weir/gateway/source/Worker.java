package io.weir.gateway.source;

import io.weir.gateway.log.Threads;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks in order on one thread, from {@link #start} to {@link #close}. The number of tasks is
 * bounded by the requests that the budget admits.
 */
final class Worker implements Executor, AutoCloseable {

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private volatile boolean closed;

  /** Starts the thread. */
  void start(Threads threads, String name) {
    threads.start(name, this::run);
  }

  private void run() {
    while (!closed) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        closed = true; // whatever interrupts this thread wants its end
      }
    }
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      throw new RejectedExecutionException("closed");
    }
    tasks.add(task);
  }

  @Override
  public void close() {
    tasks.add(() -> closed = true);
  }
}
