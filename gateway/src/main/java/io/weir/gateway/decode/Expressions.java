package io.weir.gateway.decode;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Where expressions of routes run. */
public final class Expressions {

  private static final long STACK_BYTES = 4L << 20;

  /** Threads named {@code jsonata}, as many as there are expressions at once. */
  public static final Executor THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(null, task, "jsonata", STACK_BYTES);
            thread.setDaemon(true);
            return thread;
          });

  private Expressions() {}
}
