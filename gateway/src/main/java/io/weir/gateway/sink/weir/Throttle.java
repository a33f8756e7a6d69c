package io.weir.gateway.sink.weir;

import io.weir.gateway.log.Time;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Keeps all that is sent within the rate of the hour. For several threads. */
final class Throttle {

  /** So much may be sent at once, with a limit and without. */
  private static final int CHUNK = 1400;

  private static final int FREE_CHUNK = 64 << 10;

  /** What a chunk has around it: TLS, TCP, IP. */
  private static final int AROUND = 75;

  private static final double NS_IN_S = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_NAP_NS = TimeUnit.SECONDS.toNanos(1);

  private final Rates rates;
  private final Time time;
  private final LongConsumer nap;
  private long freeAtNs;
  private boolean used;

  Throttle(Rates rates, Time time) {
    this(rates, time, LockSupport::parkNanos);
  }

  /**
   * @param nap waits about this many nanoseconds
   */
  Throttle(Rates rates, Time time, LongConsumer nap) {
    this.rates = rates;
    this.time = time;
    this.nap = nap;
  }

  /**
   * Waits until some of those bytes may be sent, and says how many.
   *
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   */
  int await(int wanted) throws InterruptedIOException {
    double rate = rates.bytesPerSecond(Time.instant(time.wallNs()));
    int bytes = Math.min(wanted, rate == Rates.NONE ? FREE_CHUNK : CHUNK);
    long until = reserve(bytes, rate);
    long left = until - time.elapsedNs();
    while (left > 0) {
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      nap.accept(Math.min(left, LONGEST_NAP_NS));
      left = until - time.elapsedNs();
    }
    return bytes;
  }

  private synchronized long reserve(int bytes, double rate) {
    long now = time.elapsedNs();
    long begin = used && freeAtNs - now > 0 ? freeAtNs : now;
    used = true;
    freeAtNs = rate == Rates.NONE ? begin : begin + (long) ((bytes + AROUND) / rate * NS_IN_S);
    return begin;
  }
}
