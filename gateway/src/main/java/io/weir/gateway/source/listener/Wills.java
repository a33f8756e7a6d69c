package io.weir.gateway.source.listener;

import io.netty.channel.EventLoop;
import io.weir.gateway.source.Inbox;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Hands the wills of lost connections to the inbox, as messages of their clients. */
final class Wills {

  private static final long RETRY_MS = 50;

  private final String source;
  private final EventLoop loop;
  private final AnswerQueue queue;

  /**
   * @param loop on which they are offered
   */
  Wills(String source, Inbox inbox, EventLoop loop, SharedWindow window) {
    this.source = source;
    this.loop = loop;
    this.queue = new AnswerQueue(inbox, loop, window, this::proceed);
  }

  /** Sends a will now. Any thread. */
  void send(Will will) {
    try {
      loop.execute(() -> add(will));
    } catch (RejectedExecutionException e) {
      return; // the listener has closed, so the broken connection was its own doing
    }
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
            sent -> {}));
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
    return new DelayedWill(() -> send(will), delaySeconds, loop);
  }
}
