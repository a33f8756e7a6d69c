package io.weir.gateway.log;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread on which an owner runs its loop: started at most once, and waited for at the end. An
 * owner whose thread is not started is stepped by a test, on the test's own thread.
 */
public final class LoopThread {

  private final String name;
  private volatile boolean started;
  private volatile @Nullable Thread thread;

  /** Starts nothing yet. */
  public LoopThread(String name) {
    this.name = name;
  }

  /**
   * @param loop returns soon after its owner asks for it
   * @throws IllegalStateException if it was started before
   */
  public synchronized void start(Threads threads, Runnable loop) {
    if (started) {
      throw new IllegalStateException("thread " + name + " is already started");
    }
    boolean running = false;
    started = true; // before the loop begins, so that the loop sees it
    try {
      thread = threads.start(name, loop);
      running = true;
    } finally {
      started = running;
    }
  }

  public boolean isStarted() {
    return started;
  }

  /**
   * @throws IllegalStateException if there is a thread: then nothing else may do its work
   */
  public void checkNotStarted() {
    if (started) {
      throw new IllegalStateException(
          "thread " + name + " is running; only what has no thread is stepped");
    }
  }

  /** Ends a wait in {@link LockSupport#parkNanos} early. */
  public void unpark() {
    LockSupport.unpark(thread);
  }

  /**
   * Waits until the loop has returned; returns at once if it was never started. An interrupt does
   * not end the wait, because the thread may be inside a file and ends soon; the caller's interrupt
   * flag is set again at the end.
   */
  public void join() {
    Thread running = thread;
    boolean interrupted = false;
    while (running != null && running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
