package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.SteppedBroker;
import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An order that a machine names, from its message to the row in the store, on one thread. */
class SteppedOrdersTest {

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final SteppedBroker broker = new SteppedBroker();
  private final List<String> lines = new ArrayList<>();
  private String precision = "ns";

  private Gateway build() throws Exception {
    Path yaml = folder.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: stepped, data-dir: data }
        http: { port: %d }
        sources: [ { name: plant, type: mqtt, url: "tcp://broker:1883" } ]
        routes: [ { topic: "plant/{machine}", format: json } ]
        buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
        sinks:
          - name: history
            type: influxdb
            version: 1
            url: "http://store:8086"
            database: d
            precision: %s
        efficiency:
          zone: UTC
          defaults:
            state: { metric: state, running: [RUNNING] }
            count: { total: total, good: good }
            ideal-cycle: 1s
            order: { id: order, product: product, quantity: quantity }
        """
            .formatted(Ports.free(), precision));
    return SteppedParts.build(yaml, SteppedParts.of(time, disk, broker, this::write));
  }

  private Answer write(String sink, List<String> batch) {
    batch.stream().filter(line -> line.startsWith("efficiency_order")).forEach(lines::add);
    return new Answer.Stored();
  }

  private void pass(Gateway gateway, int seconds) {
    for (int i = 0; i < 2 * seconds; i++) {
      gateway.step();
      broker.serve();
      time.advance(Duration.ofMillis(500));
    }
  }

  @Test
  void theRowOfAnOrderReachesTheStoreAndReplacesTheOneBefore() throws Exception {
    try (Gateway gateway = build()) {
      pass(gateway, 5);
      say(
          gateway,
          "\"order\": \"4711\", \"product\": \"lid\", \"quantity\": 40, \"state\": \"RUNNING\","
              + " \"total\": 0, \"good\": 0");
      say(gateway, "\"total\": 20, \"good\": 20");
      say(gateway, "\"total\": 40, \"good\": 30");
      say(gateway, "\"total\": 50, \"good\": 40, \"order\": \"\"");
      say(gateway, "\"state\": \"RUNNING\"");
      say(gateway, "\"state\": \"RUNNING\"");
      pass(gateway, 60);
    }
    assertThat(lines).hasSizeGreaterThan(1);
    String last = lines.get(lines.size() - 1);
    assertThat(last)
        .startsWith("efficiency_order,machine=a,level=machine ")
        .contains("order=\"4711\"", "product=\"lid\"", "ended=true", "progress=1")
        .contains("planned_quantity=40", "total=50", "good=40", "final=false");
    String stamp = last.substring(last.lastIndexOf(' '));
    assertThat(lines).as("one row, written again").allMatch(line -> line.endsWith(stamp));
  }

  /** Of two orders in one second the first one was a slip: a store of seconds has one row. */
  @ParameterizedTest
  @ValueSource(strings = {"s", "ms", "ns"})
  void ordersOfOneSecondDoNotOverwriteEachOther(String of) throws Exception {
    precision = of;
    try (Gateway gateway = build()) {
      pass(gateway, 5);
      say(gateway, "\"order\": \"1\", \"state\": \"RUNNING\", \"total\": 0, \"good\": 0");
      say(gateway, "\"total\": 20, \"good\": 20");
      time.advance(Duration.ofNanos(1_000_000_000L - Math.floorMod(time.wallNs(), 1_000_000_000L)));
      for (String order : List.of("2", "", "3", "4")) {
        long ms = time.wallNs() / 1_000_000;
        broker.publish("plant/a", "{\"ts\": " + ms + ", \"order\": \"" + order + "\"}", "plant/+");
        gateway.step();
        broker.link().answerAll();
        broker.link().sendAll();
        gateway.step();
        time.advance(Duration.ofMillis(120));
      }
      say(gateway, "\"total\": 50, \"good\": 40");
      say(gateway, "\"total\": 60, \"good\": 50, \"order\": \"5\"");
      say(gateway, "\"total\": 65, \"good\": 55");
      say(gateway, "\"state\": \"RUNNING\"");
      pass(gateway, 60);
    }
    Map<String, String> rows = new TreeMap<>();
    lines.forEach(line -> rows.put(line.substring(line.lastIndexOf(' ')), line));
    assertThat(rows.values().stream().map(SteppedOrdersTest::orderOf))
        .containsExactly("1 20", "4 40", "5 5");
    assertThat(lines.stream().map(line -> line.substring(0, line.indexOf(' '))).distinct())
        .as("one series")
        .hasSize(1);
  }

  private static String orderOf(String line) {
    return line.replaceAll(".*[ ,]order=\"([^\"]*)\".*[ ,]total=([0-9]+).*", "$1 $2");
  }

  private void say(Gateway gateway, String members) {
    broker.publish("plant/a", "{" + members + "}", "plant/+");
    pass(gateway, 30);
  }
}
