package io.weir.gateway.sink;

import io.weir.gateway.log.Threads;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/** Threads that do nothing but wait in the sink's write, one for each lane of both readings. */
final class WriteThreads implements Executor, AutoCloseable {

  private static final Runnable END = () -> {};

  private final int count;
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  WriteThreads(Threads threads, String name, Lanes lanes) {
    this.count = 2 * lanes.count();
    for (int i = 0; i < count; i++) {
      threads.start(name, this::run);
    }
  }

  private void run() {
    try {
      for (Runnable task = tasks.take(); task != END; task = tasks.take()) {
        task.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Ends each thread after its current write; does not wait for it. */
  @Override
  public void close() {
    for (int i = 0; i < count; i++) {
      tasks.add(END);
    }
  }
}
