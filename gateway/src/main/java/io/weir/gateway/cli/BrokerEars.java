package io.weir.gateway.cli;

import io.weir.gateway.discover.Findings;
import io.weir.gateway.discover.FindingsFile;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Listens to several brokers for a while; what was heard can be kept in a file. */
final class BrokerEars {

  private static final long SAVE_NS = 30_000_000_000L;
  private static final long LOOK_MS = 100;
  private static final long CLOSE_MS = 5_000;

  private final Terminal terminal;
  private final Time time;
  private final @Nullable Path state;
  private final List<BrokerEar> ears = new ArrayList<>();

  /** By address; the second of one address, with other rights, by its source too. */
  private final Map<String, Findings> heard = new LinkedHashMap<>();

  private boolean isKept = true;

  /**
   * @param filter of MQTT
   * @param shown the filter as it was given
   * @param state the file, or {@code null}
   */
  BrokerEars(
      Terminal terminal,
      Time time,
      List<MqttConfig> brokers,
      String filter,
      String shown,
      @Nullable Path state)
      throws IOException {
    this.terminal = terminal;
    this.time = time;
    this.state = state;
    long share = Runtime.getRuntime().maxMemory() / 4 / brokers.size();
    for (MqttConfig broker : brokers) {
      String url = broker.url().toString();
      String key = heard.containsKey(url) ? url + " " + broker.name() : url;
      Findings findings = new Findings(share);
      heard.put(key, findings);
      ears.add(new BrokerEar(terminal, time, broker, filter, shown, findings));
    }
    if (state != null) {
      FindingsFile.load(state, heard);
      FindingsFile.save(
          state, heard); // a long run shall not end with a file that cannot be written
    }
  }

  /** One for each broker, in their order. */
  List<BrokerEar> each() {
    return ears;
  }

  /** Whether what was heard is in the file, where one was asked for. */
  boolean isKept() {
    return isKept;
  }

  /**
   * Listens until the time is over, or it is stopped.
   *
   * @throws IOException if there is one broker, and it cannot be reached
   */
  Duration listen(Duration limit, CountDownLatch stop) throws IOException, InterruptedException {
    ears.forEach(BrokerEar::start);
    try {
      while (!isBegun() && !stop.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        // until there is something to listen to
      }
      IOException failure = ears.get(0).failure();
      if (failure != null && ears.size() == 1 && state == null) {
        throw failure; // most likely a mistake in what was asked for
      }
      long begun = time.elapsedNs();
      long left = limit.toNanos();
      long saved = begun;
      while (left > 0 && !stop.await(Math.min(left, 1_000_000_000L), TimeUnit.NANOSECONDS)) {
        left = limit.toNanos() - (time.elapsedNs() - begun);
        tellProgress((limit.toNanos() - left) / 1_000_000_000L);
        if (state != null && time.elapsedNs() - saved > SAVE_NS) {
          save(state);
          saved = time.elapsedNs();
        }
      }
      return Duration.ofNanos(time.elapsedNs() - begun);
    } finally {
      close();
      if (state != null && save(state)) {
        terminal.err().println("what was heard is kept in " + state);
      }
    }
  }

  /** Whether one of them listens, or none can. */
  private boolean isBegun() {
    return ears.stream().anyMatch(BrokerEar::isListening)
        || ears.stream().allMatch(BrokerEar::isTried);
  }

  private void close() throws InterruptedException {
    ears.forEach(BrokerEar::stop);
    long end = time.elapsedNs() + CLOSE_MS * 1_000_000;
    for (BrokerEar ear : ears) {
      if (ear.isTried()) {
        ear.join((end - time.elapsedNs()) / 1_000_000);
      }
    }
  }

  /** A file that cannot be written is no reason to lose what was heard. */
  private boolean save(Path file) {
    try {
      if (!FindingsFile.save(file, heard)) {
        terminal.err().println(file + " is full: of some topics it has no messages");
      }
      isKept = true;
    } catch (IOException e) {
      terminal.err().println("what was heard cannot be kept: " + Program.reason(e));
      isKept = false;
    }
    return isKept;
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
