package io.weir.gateway.source.listener;

import io.netty.channel.EventLoop;
import io.weir.gateway.source.Inbox;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands the wills of lost connections to the inbox, as messages of their clients. All that are kept
 * have room within a bound, from their CONNECT until they are on stable storage or not needed.
 */
final class Wills {

  private static final long RETRY_MS = 50;

  /**
   * One of this many bytes has room beyond the bound: their number is that of connections and
   * sessions. Those that are sent have a bound of their own, since each may leave a connection that
   * comes again: while the log takes none, the next one is not accepted.
   */
  private static final long SMALL = 1024;

  private final String source;
  private final EventLoop loop;
  private final AnswerQueue queue;
  private final long most;
  private final AtomicLong kept = new AtomicLong();

  /** Bytes of small ones that are sent, and not on stable storage. */
  private final AtomicLong smallSent = new AtomicLong();

  /** Wills that are sent, and not on stable storage. */
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @param loop on which they are offered
   * @param most bytes of all that are kept
   */
  Wills(String source, Inbox inbox, EventLoop loop, SharedWindow window, long most) {
    this.most = most;
    this.source = source;
    this.loop = loop;
    this.queue = new AnswerQueue(inbox, loop, window, this::proceed);
  }

  /** Whether there is room for one more, which then has to be sent or forgotten. Any thread. */
  boolean keeps(Will will) {
    long bytes = will.bytes();
    if (kept.addAndGet(bytes) <= most || bytes <= SMALL && smallSent.get() < most) {
      return true;
    }
    kept.addAndGet(-bytes);
    return false;
  }

  /** It will not be sent. Any thread. */
  void forget(Will will) {
    kept.addAndGet(-will.bytes());
  }

  /** Sends a will now. Any thread. */
  void send(Will will) {
    underWay.incrementAndGet();
    smallSent.addAndGet(small(will));
    try {
      loop.execute(() -> add(will));
    } catch (RejectedExecutionException e) {
      return; // the listener has closed
    }
  }

  private static long small(Will will) {
    return will.bytes() <= SMALL ? will.bytes() : 0;
  }

  /** How many are sent, and not on stable storage. Any thread. */
  int underWay() {
    return underWay.get();
  }

  private void add(Will will) {
    queue.add(
        new Exchange(
            source,
            will.topic(),
            will.payload(),
            will.qos(),
            0,
            will.contentType(),
            null,
            sent -> {
              underWay.decrementAndGet();
              smallSent.addAndGet(-small(will));
              forget(will);
            }));
    retryIfBlocked();
  }

  private void proceed() {
    queue.proceed();
    retryIfBlocked();
  }

  private void retryIfBlocked() {
    if (queue.isBlocked()) {
      loop.schedule(queue::wake, RETRY_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Sends a will after its delay. */
  DelayedWill after(Will will, long delaySeconds) {
    return new DelayedWill(() -> send(will), () -> forget(will), delaySeconds, loop);
  }
}
