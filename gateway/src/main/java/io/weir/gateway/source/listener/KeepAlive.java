package io.weir.gateway.source.listener;

import io.netty.util.concurrent.EventExecutor;
import io.weir.gateway.log.Time;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection that is silent for one and a half of its keep-alive times (MQTT 5, 3.1.2.10). A
 * long packet on a slow line may take longer than that, so a part of one is a sign of life too.
 * Belongs to the loop of the connection. One timer is enough: it looks how long ago the last packet
 * came.
 */
final class KeepAlive {

  private final Time time;
  private final EventExecutor loop;
  private final BooleanSupplier reading;
  private final Runnable silent;
  private long limitNs;
  private long lastPacketNs;
  private @Nullable Future<?> timer;

  /**
   * @param reading whether the connection is read from now: what a client has sent since it is not
   *     is unknown
   * @param silent ends the connection
   */
  KeepAlive(Time time, EventExecutor loop, BooleanSupplier reading, Runnable silent) {
    this.time = time;
    this.loop = loop;
    this.reading = reading;
    this.silent = silent;
    this.lastPacketNs = time.elapsedNs();
  }

  /** A packet has come, or a part of one. */
  void heard(long nowNs) {
    lastPacketNs = nowNs;
  }

  /** Watches from now on; 0 seconds for never. */
  void watch(int seconds) {
    if (seconds > 0) {
      limitNs = TimeUnit.SECONDS.toNanos(seconds) * 3 / 2;
      timer = loop.schedule(this::look, limitNs, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    long now = time.elapsedNs();
    if (!reading.getAsBoolean()) {
      lastPacketNs = now;
    }
    long left = limitNs - (now - lastPacketNs);
    if (left > 0) {
      timer = loop.schedule(this::look, left, TimeUnit.NANOSECONDS);
    } else {
      silent.run();
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
