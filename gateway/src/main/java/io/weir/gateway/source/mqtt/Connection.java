package io.weir.gateway.source.mqtt;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection: its client, its number, and how it ended. Safe for several threads. */
final class Connection implements Client.Events {

  private final int epoch;
  private final Client client;
  private final AckTracker keeper;
  private final @Nullable HostState state;
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final Semaphore news = new Semaphore(0);
  private volatile boolean full;
  private volatile boolean closed;

  /**
   * @param epoch its number, rising
   * @param state of the Sparkplug host application that it is, or {@code null} where it is none
   */
  Connection(int epoch, Client client, AckTracker keeper, @Nullable HostState state) {
    this.epoch = epoch;
    this.client = client;
    this.keeper = keeper;
    this.state = state;
  }

  int epoch() {
    return epoch;
  }

  Client client() {
    return client;
  }

  @Nullable HostState state() {
    return state;
  }

  @Override
  public void arrived(Publish arrival) {
    if (ended.isDone()) {
      return;
    }
    if (state != null && arrival.topic().equals(state.topic())) {
      state.heard(arrival.payload(), client);
      if (arrival.qos() == 0) {
        return; // by the subscription for it; at QoS 1 it came by a route's, which decides
      }
    }
    keeper.arrived(this, arrival);
  }

  @Override
  public void lost(String reason) {
    end(reason);
  }

  @Override
  public void closed() {
    closed = true;
    end(Reasons.CLOSED);
  }

  /** Whether the broker closed it and gave no reason. */
  boolean closedWithoutReason() {
    return closed;
  }

  /** Ends it for this reason, unless it ended before. What still arrives is left to the broker. */
  void end(String reason) {
    ended.complete(reason);
    wake();
  }

  /** Ends the wait of whoever watches it, for there is something to look at. */
  void wake() {
    news.release();
  }

  /** Ends it because the window is full; nothing is wrong with the broker. */
  void endFull() {
    full = true;
    end("the window is full: the log takes no more; the session is kept");
  }

  /** Whether a full window is what ended it. */
  boolean endedFull() {
    return full;
  }

  /** Waits at most so long for its end or for {@link #wake}; why it ended, if it did. */
  @Nullable String awaitEnd(Duration limit) throws InterruptedException {
    if (!ended.isDone() && news.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      news.drainPermits();
    }
    return ended.getNow(null);
  }
}
