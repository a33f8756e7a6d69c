package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.QuarantinePage;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.http.Reply;
import io.weir.gateway.source.http.RequestHead;
import io.weir.gateway.source.mqtt.SteppedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A whole gateway on one thread that loses its machine again and again, and what the world around
 * it knows: a broker that keeps its session, a client of its HTTP source, and a store that refuses
 * some lines by name. Every message has a number; so it can be said where each one went.
 */
final class CrashedGateway {

  private static final String CONFIG =
      """
      gateway: { id: crashed, data-dir: data }
      sources:
        - { name: plant, type: mqtt, url: "tcp://broker:1883", receive-maximum: 100 }
        - { name: posts, type: http }
      routes:
        - topic: plant/{machine}
          format: json
        - topic: weir/http/#
          format: json
      buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
      sinks:
        - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
      efficiency:
        defaults: { state: { metric: state, running: [RUNNING] } }
      """;

  private static final Pattern NUMBER = Pattern.compile("\\bn=(\\d+)|\"n\": ?(\\d+)");
  private static final int LONGEST = 2_000;

  /** Twice the Receive Maximum. */
  private static final int MARKS = 200;

  /** Steps until the figures of the last record are in their log. */
  private static final int FIGURES_FOLLOW = 20;

  final ManualTime time = new ManualTime();
  final MemoryDisk disk;
  final SteppedBroker broker = new SteppedBroker();
  final Store store = new Store();

  /** The numbers that were posted, and of these the ones that were answered with success. */
  final Set<Integer> posted = new TreeSet<>();

  final Set<Integer> answered = new TreeSet<>();

  private final Path yaml;
  private final Duration step;
  private int next;
  private @Nullable Gateway gateway;

  /**
   * @param step how far the clock goes at each step
   */
  CrashedGateway(Path folder, long seed, Duration step) throws IOException {
    disk = new MemoryDisk(new Random(seed));
    yaml = folder.resolve("weir.yaml");
    Files.writeString(yaml, CONFIG);
    this.step = step;
  }

  /** Starts the gateway on the disk as it is, and connects it. */
  void start() throws Exception {
    gateway = SteppedParts.build(yaml, SteppedParts.of(time, disk, broker, store::write));
    steps(5);
  }

  Gateway gateway() {
    assertThat(gateway).as("runs").isNotNull();
    return gateway;
  }

  void steps(int count) {
    for (int i = 0; i < count; i++) {
      gateway().step();
      broker.serve();
      time.advance(step);
    }
  }

  /** The power fails; the broker and the store stay. */
  void crash() {
    disk.crash();
    gone();
  }

  /** The process dies, and the machine does not. */
  void kill() {
    disk.kill();
    gone();
  }

  private void gone() {
    if (!broker.links.isEmpty()) {
      broker.link().drop("the gateway is gone");
    }
    gateway = null;
  }

  /** Steps until all that came in is settled and so is what follows from it, and stops. */
  void finish() {
    settle();
    steps(next + FIGURES_FOLLOW); // the figures take one record at each step
    settle();
    gateway().close();
  }

  private void settle() {
    for (int i = 0; i < LONGEST && isBusy(); i++) {
      steps(1);
    }
    assertThat(isBusy()).as("something is never settled").isFalse();
  }

  private boolean isBusy() {
    return broker.unacknowledged() > 0
        || broker.hasMessages()
        || gateway().view().ledger().sinks().stream().anyMatch(sink -> sink.pending() > 0);
  }

  // ---- Messages

  /** How many numbers were given. */
  int sent() {
    return next;
  }

  /** A device publishes: a number and the state of its machine, or something that is no JSON. */
  void publish() {
    int number = next++;
    String state = number % 2 == 0 ? "RUNNING" : "DOWN";
    String text = "{\"n\": " + number + ", \"state\": \"" + state + "\"";
    broker.publish(number % 5 == 2 ? text : text + "}", "plant/+");
  }

  /** So many messages, without numbers, that it is sure that the broker's packet ids count up. */
  void countIdsUp() {
    for (int i = 0; i < MARKS; i++) {
      broker.publish("{}", "plant/+");
    }
    settle();
  }

  /** A client posts a number, of which the store refuses some. */
  void post() throws IOException {
    int number = next++;
    posted.add(number);
    HttpSource posts = (HttpSource) gateway().sources().get(1);
    posts.receive(
        new RequestHead("POST", "/write", null, null, -1),
        ("telemetry,machine=b n=" + number).getBytes(StandardCharsets.UTF_8),
        reply -> note(number, reply));
  }

  private void note(int number, Reply reply) {
    if (reply.status() == 204) {
      answered.add(number);
    }
  }

  // ---- Where they are

  static int number(String text) {
    Matcher found = NUMBER.matcher(text);
    assertThat(found.find()).as("a number in %s", text).isTrue();
    return Integer.parseInt(found.group(1) != null ? found.group(1) : found.group(2));
  }

  /** The numbers that are in the store or in the quarantine. */
  Set<Integer> kept() throws IOException {
    Set<Integer> kept = new TreeSet<>();
    store.points.stream().map(CrashedGateway::number).forEach(kept::add);
    Long before = Long.MAX_VALUE;
    while (before != null) {
      QuarantinePage page = gateway().view().quarantine(500, before);
      page.entries().forEach(entry -> kept.add(number(entry.preview())));
      before = page.next();
    }
    return kept;
  }

  /** What the store keeps. */
  static final class Store {

    boolean up = true;

    /** Lines of telemetry with their times, each once. */
    final Set<String> points = new TreeSet<>();

    /** The lines of the states of machines, each once. */
    final Set<String> states = new TreeSet<>();

    private Sink.Answer write(String name, List<String> batch) {
      if (!up) {
        return new Sink.Answer.Down(name + " is down");
      }
      List<Sink.Answer.RefusedLine> refused = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        String line = batch.get(i);
        if (line.startsWith("machine_state")) {
          states.add(line);
        } else if (!line.startsWith("telemetry")) {
          continue; // other figures
        } else if (line.contains("machine=b") && number(line) % 3 == 0) {
          refused.add(new Sink.Answer.RefusedLine(i, "no multiple of three"));
        } else {
          points.add(line);
        }
      }
      return refused.isEmpty()
          ? new Sink.Answer.Stored()
          : new Sink.Answer.Refused(true, refused, "partial write");
    }
  }
}
