package io.weir.gateway.source.listener;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose client takes nothing of what is written to it. Such a client is not read
 * from, so that its {@link KeepAlive} knows nothing of it, and it would stay for ever. Belongs to
 * the loop of the connection.
 */
final class Deaf {

  /** Longer than a slow line needs for what may wait. */
  static final long MOST_MS = 60_000;

  private final EventExecutor loop;
  private final Runnable tooLong;
  private @Nullable Future<?> timer;

  /**
   * @param tooLong ends the connection
   */
  Deaf(EventExecutor loop, Runnable tooLong) {
    this.loop = loop;
    this.tooLong = tooLong;
  }

  /** Whether the client takes what is written to it now. */
  void takes(boolean now) {
    if (now) {
      stop();
    } else if (timer == null) {
      timer = loop.schedule(tooLong, MOST_MS, TimeUnit.MILLISECONDS);
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
