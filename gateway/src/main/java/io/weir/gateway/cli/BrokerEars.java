package io.weir.gateway.cli;

import io.weir.gateway.discover.Findings;
import io.weir.gateway.discover.FindingsFile;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.mqtt.MqttConfig;
import io.weir.gateway.source.mqtt.TopicListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Listens to several brokers for a while. One that is away is tried again; what was heard can be
 * kept in a file.
 */
final class BrokerEars {

  private static final long AGAIN_NS = 5_000_000_000L;
  private static final long SAVE_NS = 30_000_000_000L;

  private final Terminal terminal;
  private final Time time;
  private final List<MqttConfig> brokers;
  private final String filter;
  private final @Nullable Path state;

  /** By address; the second of one address, with other rights, by its source too. */
  private final Map<MqttConfig, String> keys = new HashMap<>();

  private final Map<String, Findings> heard = new LinkedHashMap<>();
  private final Map<String, TopicListener> open = new HashMap<>();
  private final Map<String, Long> tried = new HashMap<>();

  BrokerEars(
      Terminal terminal, Time time, List<MqttConfig> brokers, String filter, @Nullable Path state)
      throws IOException {
    this.terminal = terminal;
    this.time = time;
    this.brokers = brokers;
    this.filter = filter;
    this.state = state;
    long share = Runtime.getRuntime().maxMemory() / 4 / brokers.size();
    for (MqttConfig broker : brokers) {
      String url = broker.url().toString();
      String key = heard.containsKey(url) ? url + " " + broker.name() : url;
      keys.put(broker, key);
      heard.put(key, new Findings(share));
    }
    if (state != null) {
      FindingsFile.load(state, heard);
    }
  }

  Findings of(MqttConfig broker) {
    return Objects.requireNonNull(heard.get(key(broker)));
  }

  private String key(MqttConfig broker) {
    return Objects.requireNonNull(keys.get(broker));
  }

  /** Listens until the time is over, or it is stopped. */
  Duration listen(Duration limit, String shown, CountDownLatch stop)
      throws IOException, InterruptedException {
    long begun = time.elapsedNs();
    try {
      for (MqttConfig broker : brokers) {
        first(broker, shown);
      }
      begun = time.elapsedNs();
      long left = limit.toNanos();
      long saved = begun;
      while (left > 0 && !stop.await(Math.min(left, 1_000_000_000L), TimeUnit.NANOSECONDS)) {
        left = limit.toNanos() - (time.elapsedNs() - begun);
        tellProgress((limit.toNanos() - left) / 1_000_000_000L);
        for (MqttConfig broker : brokers) {
          again(broker);
        }
        if (state != null && time.elapsedNs() - saved > SAVE_NS) {
          FindingsFile.save(state, heard);
          saved = time.elapsedNs();
        }
      }
    } finally {
      open.values().forEach(this::close);
      if (state != null) {
        FindingsFile.save(state, heard);
        terminal.err().println("what was heard is kept in " + state);
      }
    }
    return Duration.ofNanos(time.elapsedNs() - begun);
  }

  private void first(MqttConfig broker, String shown) throws IOException {
    try {
      connect(broker);
      terminal.err().println("listening to " + shown + " at " + broker.url());
    } catch (IOException e) {
      if (brokers.size() == 1 && state == null) {
        throw e; // most likely a mistake in what was asked for
      }
      terminal.err().println(broker.url() + " is tried again: " + e.getMessage());
    }
  }

  private void connect(MqttConfig broker) throws IOException {
    tried.put(key(broker), time.elapsedNs());
    Findings findings = of(broker);
    TopicListener listener =
        new TopicListener(
            broker,
            filter,
            (topic, payload, retained) -> findings.heard(topic, payload, retained, time.wallNs()));
    try {
      listener.start();
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    open.put(key(broker), listener);
  }

  /** Connects to a broker that is away, not too often. */
  private void again(MqttConfig broker) {
    String url = key(broker);
    TopicListener listener = open.get(url);
    if (listener != null && !listener.lost().isEmpty()) {
      terminal.err().println(url + " is away and tried again: " + listener.lost());
      open.remove(url);
      close(listener);
      listener = null;
    }
    if (listener == null && time.elapsedNs() - tried.getOrDefault(url, 0L) > AGAIN_NS) {
      try {
        connect(broker);
        terminal.err().println(url + " is there again");
      } catch (IOException e) {
        terminal.err().println(url + " is tried again: " + e.getMessage());
      }
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

  private void tellProgress(long seconds) {
    long messages = heard.values().stream().mapToLong(Findings::messages).sum();
    long topics = heard.values().stream().mapToLong(Findings::topics).sum();
    terminal
        .err()
        .printf(
            "%4d s  %s, %s%n",
            seconds,
            DiscoverReport.count(messages, "message"),
            DiscoverReport.count(topics, "topic"));
  }
}
