package io.weir.gateway.cli;

import io.weir.gateway.discover.Findings;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.mqtt.MqttConfig;
import io.weir.gateway.source.mqtt.TopicListener;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Listens to one broker on a thread of its own, so that one that does not answer holds up neither
 * the others nor the end. Connects again when the connection is lost; what was heard stays.
 */
final class BrokerEar {

  private static final long AGAIN_NS = 5_000_000_000L;
  private static final long LOOK_MS = 200;

  private final Terminal terminal;
  private final Time time;
  private final MqttConfig broker;
  private final String filter;
  private final String shown;
  private final Findings heard;
  private final CountDownLatch tried = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread;

  private volatile boolean isListening;
  private final AtomicInteger losses = new AtomicInteger();
  private volatile @Nullable IOException failure;

  /**
   * @param filter of MQTT
   * @param shown the filter as it was given
   */
  BrokerEar(
      Terminal terminal,
      Time time,
      MqttConfig broker,
      String filter,
      String shown,
      Findings heard) {
    this.terminal = terminal;
    this.time = time;
    this.broker = broker;
    this.filter = filter;
    this.shown = shown;
    this.heard = heard;
    this.thread = new Thread(this::run, "discover-" + broker.name());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Whether the first attempt to connect is over. */
  boolean isTried() {
    return tried.getCount() == 0;
  }

  boolean isListening() {
    return isListening;
  }

  /** Why the last attempt to connect failed; {@code null} where it did not. */
  @Nullable IOException failure() {
    return failure;
  }

  Findings heard() {
    return heard;
  }

  /** What its report must say of the connection; "" where all was heard. */
  String missing() {
    int lost = losses.get();
    IOException why = failure;
    if (why != null) {
      return lost == 0
          ? "The broker could not be reached: " + why.getMessage()
          : "The connection was lost and not made again: " + why.getMessage();
    }
    if (!isTried()) {
      return "The broker has given no answer yet.";
    }
    return lost == 0
        ? ""
        : "The connection was lost %s, so messages may be missing."
            .formatted(lost == 1 ? "once" : lost + " times");
  }

  /** Lets it end, without waiting for it. */
  void stop() {
    end.countDown();
  }

  /** Waits until it has ended, for a bounded time: a broker may not answer. */
  void join(long ms) throws InterruptedException {
    thread.join(Math.max(1, ms));
  }

  private void run() {
    try {
      boolean isFirst = true;
      while (end.getCount() > 0) {
        long begun = time.elapsedNs();
        TopicListener listener = connected(isFirst);
        isFirst = false;
        tried.countDown();
        if (listener != null) {
          listen(listener);
        }
        long left = AGAIN_NS - (time.elapsedNs() - begun);
        end.await(left, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable TopicListener connected(boolean isFirst) {
    TopicListener listener =
        new TopicListener(
            broker,
            filter,
            (topic, payload, retained) -> heard.heard(topic, payload, retained, time.wallNs()));
    try {
      listener.start();
    } catch (IOException e) {
      listener.close();
      if (end.getCount() > 0) {
        failure = e;
        terminal.err().println(broker.url() + " is tried again: " + e.getMessage());
      }
      return null;
    }
    failure = null;
    terminal
        .err()
        .println(
            isFirst
                ? "listening to " + shown + " at " + broker.url()
                : broker.url() + " is there again");
    return listener;
  }

  private void listen(TopicListener listener) throws InterruptedException {
    isListening = true;
    try {
      while (listener.lost().isEmpty() && !end.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        // until one of them
      }
      if (end.getCount() > 0) {
        losses.incrementAndGet();
        terminal.err().println(broker.url() + " is away and tried again: " + listener.lost());
      }
    } finally {
      isListening = false;
      close(listener);
    }
  }

  private void close(TopicListener listener) {
    if (listener.setAside() > 0) {
      terminal
          .err()
          .printf(
              "%s could not be read and would go to the quarantine; the last, %s%n",
              DiscoverReport.count(listener.setAside(), "message"),
              listener.whySetAside().replaceAll("\\p{Cntrl}", "?"));
    }
    listener.close();
  }
}
