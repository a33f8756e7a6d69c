package io.weir.gateway.source.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes that all open requests hold together. Safe for several threads. */
final class Budget {

  private final long max;
  private final AtomicLong held = new AtomicLong();

  Budget(long max) {
    this.max = max;
  }

  /** The part of one request; grows with its body, and is given back as a whole. */
  Share share() {
    return new Share();
  }

  final class Share {
    private final AtomicLong own = new AtomicLong();

    void grow(long bytes) {
      own.addAndGet(bytes);
      if (held.addAndGet(bytes) > max) {
        throw Refusal.busy("too many requests are being handled");
      }
    }

    void giveBack() {
      held.addAndGet(-own.getAndSet(0));
    }
  }
}
