package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.SteppedBroker;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A whole gateway on one thread whose store is away for longer than its log is large. What is kept
 * then is what the routes say, and the ledger counts the rest.
 */
class RetentionTest {

  private static final Pattern LINE = Pattern.compile("telemetry,machine=(\\w+) .*n=(\\d+)i?.*");

  @TempDir Path folder;

  private final Random random = new Random(9);
  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final SteppedBroker broker = new SteppedBroker();
  private Path yaml;
  private boolean up;
  private int published;

  /** By machine, the numbers of the messages that the store has. */
  private final Map<String, TreeSet<Integer>> stored =
      Map.of("safe", new TreeSet<>(), "fine", new TreeSet<>());

  @BeforeEach
  void configure() throws IOException {
    routes("when-full: drop-oldest");
  }

  private void routes(String fine) throws IOException {
    yaml = folder.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: kept, data-dir: data }
        http: { port: %d }
        sources:
          - { name: plant, type: mqtt, url: "tcp://broker:1883" }
        routes:
          - { topic: "safe/{machine}", format: json }
          - topic: "fine/{machine}"
            format: json
            %s
        buffer: { segment-size: 1MiB, max-size: 2MiB, max-message-size: 16KiB }
        sinks:
          - name: history
            type: influxdb
            version: 1
            url: "http://store:8086"
            database: d
            batch: { max-lines: 50 }
        """
            .formatted(Ports.free(), fine));
  }

  private Gateway build() throws Exception {
    return SteppedParts.build(yaml, SteppedParts.of(time, disk, broker, this::write));
  }

  private Answer write(String sink, List<String> lines) {
    if (!up) {
      return new Answer.Down("the store is down");
    }
    for (String line : lines) {
      Matcher known = LINE.matcher(line);
      assertThat(known.matches()).as(line).isTrue();
      stored.get(known.group(1)).add(Integer.valueOf(known.group(2)));
    }
    return new Answer.Stored();
  }

  private void steps(Gateway gateway, int steps) {
    for (int i = 0; i < steps; i++) {
      gateway.step();
      broker.serve();
      time.advance(Duration.ofMillis(100));
    }
  }

  /** One message of the route that blocks for four of the other. */
  private void publish(Gateway gateway, int messages) {
    for (int i = 0; i < messages; i++) {
      String name = published % 5 == 0 ? "safe" : "fine";
      String payload =
          "{\"ts\":%d,\"n\":%d,\"pad\":\"%s\"}"
              .formatted(time.wallNs() / 1_000_000 + i, published++, noise());
      broker.publish(name + "/" + name, payload, name + "/+");
      if (i % 20 == 0) {
        steps(gateway, 2);
      }
    }
    steps(gateway, 60);
  }

  /** Text that packing makes hardly shorter. */
  private String noise() {
    StringBuilder text = new StringBuilder();
    random.ints(900, '#', 'Z').forEach(each -> text.append((char) each));
    return text.toString();
  }

  private void storeReturns(Gateway gateway) {
    up = true;
    time.advance(Duration.ofMinutes(1));
    steps(gateway, 200);
  }

  private TreeSet<Integer> publishedOf(String machine) {
    TreeSet<Integer> all = new TreeSet<>();
    for (int i = 0; i < published; i++) {
      if ((i % 5 == 0) == machine.equals("safe")) {
        all.add(i);
      }
    }
    return all;
  }

  private static List<Alarm> alarms(Gateway gateway, String id) {
    return gateway.view().status().alarms().stream().filter(each -> each.id().equals(id)).toList();
  }

  private void theLedgerBalances(Gateway gateway) {
    LedgerResponse.Sink sink = gateway.view().ledger().sinks().get(0);
    int lost = publishedOf("fine").size() - stored.get("fine").size();
    assertThat(sink.getUnexplained()).isZero();
    assertThat(sink.offered()).isEqualTo(2L * published);
    assertThat(sink.dropped()).as("two readings a message").isEqualTo(2L * lost);
    assertThat(sink.pending()).isZero();
    assertThat(lost).isPositive();
  }

  @Test
  void aRouteThatBlocksLosesNothingAndOneThatDropsLosesItsOldest() throws Exception {
    try (Gateway gateway = build()) {
      steps(gateway, 60);
      publish(gateway, 4_000);
      assertThat(broker.acknowledged).as("the intake goes on").hasSize(4_000);
      assertThat(alarms(gateway, "readings-dropped"))
          .singleElement()
          .satisfies(
              alarm -> {
                assertThat(alarm.subject()).isEqualTo("readings");
                assertThat(alarm.text()).contains("of fine/{machine}");
              });
      storeReturns(gateway);
      assertThat(stored.get("safe")).isEqualTo(publishedOf("safe"));
      TreeSet<Integer> lost = publishedOf("fine");
      lost.removeAll(stored.get("fine"));
      assertThat(lost.first()).as("behind the batches that wait for the store").isLessThan(500);
      assertThat(lost)
          .as("the oldest")
          .isEqualTo(publishedOf("fine").subSet(lost.first(), lost.last() + 1));
      theLedgerBalances(gateway);
    }
  }

  @Test
  void theIntakeStopsOnlyWhenNothingMoreMayGo() throws Exception {
    routes("when-full: block");
    try (Gateway gateway = build()) {
      steps(gateway, 60);
      publish(gateway, 5_000);
      assertThat(broker.acknowledged.size()).isBetween(1_000, 3_000);
      assertThat(alarms(gateway, "log-full")).hasSize(1);
      assertThat(alarms(gateway, "readings-dropped")).isEmpty();
      storeReturns(gateway);
      steps(gateway, 600);
      assertThat(stored.get("safe")).isEqualTo(publishedOf("safe"));
      assertThat(stored.get("fine")).isEqualTo(publishedOf("fine"));
    }
  }

  @Test
  void aRouteThatThinsKeepsReadingsOfTheWholeTime() throws Exception {
    routes("when-full: thin\n    thin: { every: 4 }");
    try (Gateway gateway = build()) {
      steps(gateway, 60);
      publish(gateway, 3_500);
      storeReturns(gateway);
      assertThat(stored.get("safe")).isEqualTo(publishedOf("safe"));
      assertThat(stored.get("fine").first()).as("the beginning is there").isEqualTo(1);
      theLedgerBalances(gateway);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "write", "force", "rename", "forceDirectory"})
  void aCrashWhileASegmentIsWrittenAgainLosesNothingMore(String verb) throws Exception {
    Gateway first = build();
    steps(first, 60);
    publish(first, 1_000);
    int[] strikes = {0};
    disk.fail(
        (called, path) ->
            called.equals(verb)
                && (verb.equals("forceDirectory") ? isReadings(path) : isOfRewrite(path))
                && strikes[0]++ < 2);
    publish(first, 2_000);
    assertThat(strikes[0]).as("it was struck").isPositive();
    disk.crash();
    broker.link().drop("the gateway is gone");
    disk.heal();
    time.advance(Duration.ofMinutes(1));
    try (Gateway second = build()) {
      steps(second, 60);
      publish(second, 1_500);
      assertThat(broker.acknowledged).hasSize(4_500);
      storeReturns(second);
      assertThat(stored.get("safe")).isEqualTo(publishedOf("safe"));
      theLedgerBalances(second);
    }
  }

  private static boolean isReadings(Path path) {
    return path.endsWith("log/readings");
  }

  /** A new file beside the one that it shall replace. */
  private boolean isOfRewrite(Path path) {
    String name = path.toString();
    return name.contains("log/readings/")
        && name.endsWith(".tmp")
        && disk.files("log/readings/").contains(Path.of(name.replace(".tmp", "")));
  }
}
