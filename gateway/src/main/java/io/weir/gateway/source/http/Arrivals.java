package io.weir.gateway.source.http;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of which a part is still to come or to be decoded. Where there is none, every sender
 * waits for its reply, so nothing more comes before the next sync. Thread-safe.
 */
final class Arrivals {

  private final AtomicInteger arriving = new AtomicInteger();
  private final Runnable allArrived;

  /**
   * @param allArrived runs each time when the last of them has arrived
   */
  Arrivals(Runnable allArrived) {
    this.allArrived = allArrived;
  }

  Arrival begin() {
    arriving.incrementAndGet();
    return new Arrival();
  }

  /** One request, from its head until it is with the inbox or refused. */
  final class Arrival {

    private final AtomicBoolean arrived = new AtomicBoolean();

    /** It has arrived; further calls do nothing. */
    void end() {
      if (!arrived.getAndSet(true) && arriving.decrementAndGet() == 0) {
        allArrived.run();
      }
    }
  }
}
