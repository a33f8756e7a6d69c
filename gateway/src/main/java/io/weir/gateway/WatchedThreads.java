package io.weir.gateway;

import io.weir.gateway.log.Threads;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Knows which threads of the gateway have ended. Until the gateway stops, the loop of a thread ends
 * only by a program fault, whoever caught it. For any thread.
 */
final class WatchedThreads implements Threads {

  private final Threads threads;
  private final Set<String> ended = new ConcurrentSkipListSet<>();
  private volatile boolean stopping;

  WatchedThreads(Threads threads) {
    this.threads = threads;
  }

  @Override
  public Thread start(String name, Runnable loop) {
    return threads.start(
        name,
        () -> {
          try {
            loop.run();
          } finally {
            if (!stopping) {
              ended.add(name);
            }
          }
        });
  }

  /** From now on threads may end. */
  void stopping() {
    stopping = true;
  }

  /** Names of threads that ended too early. */
  Set<String> ended() {
    return Set.copyOf(ended);
  }
}
