package io.weir.gateway.log;

/**
 * Starts threads, as a parameter, so that a test can count them, or give none and step what would
 * run on them.
 */
@FunctionalInterface
public interface Threads {

  /** Starts a thread of this name that runs the loop once and ends with it. */
  Thread start(String name, Runnable loop);

  /** The JVM's threads; each keeps the process alive until its loop returns. */
  Threads SYSTEM =
      (name, loop) -> {
        Thread thread = new Thread(loop, name);
        thread.setDaemon(false);
        thread.start();
        return thread;
      };
}
