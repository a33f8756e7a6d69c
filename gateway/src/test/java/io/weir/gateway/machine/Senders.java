package io.weir.gateway.machine;

import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Devices that send all the time, over MQTT to the broker and over HTTP to the gateway. Each
 * message has a sequence number of its own. One in 37 is broken JSON and belongs in the quarantine,
 * one in 11 has no time of its own.
 */
final class Senders implements AutoCloseable {

  private static final Pattern SEQUENCE = Pattern.compile("\"seq\":(\\d+)");
  private static final int BROKEN_EVERY = 37;
  private static final int TIMELESS_EVERY = 11;
  private static final int MACHINES = 20;
  private static final long FIRST_TS = Instant.now().minus(Duration.ofDays(20)).toEpochMilli();

  /** It makes records long, so that the log begins segments often. */
  private static final String PAD = "x".repeat(5_000);

  private final Publisher publisher;
  private final String gatewayUrl;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final AtomicInteger next = new AtomicInteger();
  private final BitSet posted = new BitSet();
  private final Thread mqtt;
  private final Thread poster;
  private volatile boolean stopping;
  private volatile String failure = "";

  /**
   * @param messagesPerSecond over MQTT; over HTTP it is one after the other, with a short wait
   */
  Senders(String brokerUrl, String gatewayUrl, int messagesPerSecond) {
    this.gatewayUrl = gatewayUrl;
    publisher =
        new Publisher(
            new Publisher.Options(
                URI.create(brokerUrl), 1, 500, Duration.ofMinutes(2), note -> {}));
    mqtt = new Thread(() -> publish(messagesPerSecond), "senders-mqtt");
    poster = new Thread(this::post, "senders-http");
    mqtt.setDaemon(true);
    poster.setDaemon(true);
    mqtt.start();
    poster.start();
  }

  /** The number in a payload, or -1. */
  static int sequence(String payload) {
    Matcher matcher = SEQUENCE.matcher(payload);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  static boolean isBroken(int sequence) {
    return sequence % BROKEN_EVERY == 0;
  }

  /** Whether it has no time of its own. */
  static boolean isTimeless(int sequence) {
    return sequence % TIMELESS_EVERY == 0;
  }

  /** The value beside a sequence number. */
  static double value(int sequence) {
    return sequence * 0.5;
  }

  private static String payload(int sequence) {
    if (isBroken(sequence)) {
      return "{\"seq\":" + sequence + ",\"v\":}";
    }
    String time = isTimeless(sequence) ? "" : "\"ts\":" + (FIRST_TS + sequence) + ",";
    return "{"
        + time
        + "\"seq\":"
        + sequence
        + ",\"v\":"
        + value(sequence)
        + ",\"pad\":\""
        + PAD
        + "\"}";
  }

  private static String topic(int sequence) {
    return "factory/a/b/c/m-" + sequence % MACHINES + "/telemetry";
  }

  private void publish(int messagesPerSecond) {
    try {
      while (!stopping) {
        int sequence = next.getAndIncrement();
        byte[] payload = payload(sequence).getBytes(StandardCharsets.UTF_8);
        publisher.publish(topic(sequence), payload, () -> stopping);
        Thread.sleep(1000 / messagesPerSecond);
      }
    } catch (IOException | InterruptedException e) {
      failure = "the MQTT sender ended: " + e.getMessage();
    }
  }

  private void post() {
    while (!stopping) {
      int sequence = next.getAndIncrement();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(gatewayUrl + "/api/v1/readings"))
              .timeout(Duration.ofSeconds(10))
              .POST(HttpRequest.BodyPublishers.ofString(payload(sequence)))
              .build();
      try {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          synchronized (posted) {
            posted.set(sequence);
          }
        }
        Thread.sleep(40);
      } catch (IOException e) {
        pause(); // killed, frozen or not yet up: the sender does not know what became of it
      } catch (InterruptedException e) {
        failure = "the HTTP sender was interrupted";
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a sender must not be interrupted", e);
    }
  }

  /** The numbers of messages that the gateway answered with 200. */
  BitSet posted() {
    synchronized (posted) {
      return (BitSet) posted.clone();
    }
  }

  /** Messages sent so far. */
  int sent() {
    return next.get();
  }

  /** Why a sender ended by itself, or "". */
  String failure() {
    return failure;
  }

  /** Sends no more; the broker may still hold messages. */
  void stop() {
    stopping = true;
    try {
      mqtt.join();
      poster.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("a test must not be interrupted", e);
    }
  }

  @Override
  public void close() {
    stop();
    publisher.close();
  }
}
