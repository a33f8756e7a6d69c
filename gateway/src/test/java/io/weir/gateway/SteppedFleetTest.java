package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.SteppedBroker;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One gateway reports itself to another one, each with a disk of its own, on one thread. */
class SteppedFleetTest {

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final Side edge = new Side("edge");
  private final Side central = new Side("central");

  /** A gateway with its disk, its broker and its store. */
  private final class Side {
    private final String id;
    private final MemoryDisk disk = new MemoryDisk(new Random(1));
    private final SteppedBroker broker = new SteppedBroker();
    private final List<String> lines = new ArrayList<>();

    private Side(String id) {
      this.id = id;
    }

    private void configure(String fleet) throws IOException {
      Files.writeString(
          folder.resolve(id + ".yaml"),
          """
          gateway: { id: %s, data-dir: data-%s }
          http: { port: %d }
          sources: [ { name: plant, type: mqtt, url: "tcp://broker:1883" } ]
          routes: [ { topic: "reports/+", format: influx-line } ]
          sinks:
            - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
          fleet: %s
          """
              .formatted(id, id, Ports.free(), fleet));
    }

    private Gateway build() throws Exception {
      return SteppedParts.build(
          folder.resolve(id + ".yaml"),
          SteppedParts.of(
              time,
              disk,
              broker,
              (name, written) -> {
                lines.addAll(written);
                return new Answer.Stored();
              }));
    }

    private void settle(Gateway gateway) {
      for (int i = 0; i < 60; i++) {
        gateway.step();
        broker.serve();
        time.advance(Duration.ofMillis(100));
      }
    }

    private List<String> reports() {
      return lines.stream().filter(line -> line.startsWith("gateway_report,")).toList();
    }
  }

  @BeforeEach
  void configure() throws IOException {
    edge.configure("{ report: { every: 10s, url: \"https://edge.example\" } }");
    central.configure("{ receive: {} }");
  }

  private static List<String> alarms(Gateway gateway) {
    return gateway.view().status().alarms().stream().map(Alarm::id).toList();
  }

  @Test
  void aGatewayReportsItselfThroughItsSinkWithoutFigures() throws Exception {
    try (Gateway gateway = edge.build()) {
      edge.settle(gateway);
      edge.settle(gateway);
      edge.settle(gateway);
    }
    assertThat(edge.reports()).hasSizeBetween(1, 2);
    assertThat(edge.reports().get(edge.reports().size() - 1))
        .startsWith("gateway_report,gateway=edge ")
        .contains("version=\"test\"")
        .contains("alarms_critical=0i")
        .contains("url=\"https://edge.example\"")
        .contains("every_s=10");
  }

  @Test
  void theOneThatReceivesListsItAndSaysWhenItFallsSilentAlsoAfterARestart() throws Exception {
    Gateway first = central.build();
    central.settle(first);
    try (Gateway gateway = edge.build()) {
      edge.settle(gateway);
      edge.settle(gateway);
    }
    edge.reports().forEach(line -> central.broker.publish("reports/edge", line, "reports/+"));
    central.settle(first);
    assertThat(alarms(first)).doesNotContain("site-silent");
    time.advance(Duration.ofSeconds(31));
    central.settle(first);
    assertThat(alarms(first)).contains("site-silent");
    first.close();

    central.broker.link().drop("the gateway is gone");
    time.advance(Duration.ofMinutes(1));
    try (Gateway second = central.build()) {
      central.settle(second);
      assertThat(alarms(second)).contains("site-silent");
      try (Gateway gateway = edge.build()) {
        edge.lines.clear();
        edge.settle(gateway);
        edge.settle(gateway);
      }
      edge.reports().forEach(line -> central.broker.publish("reports/edge", line, "reports/+"));
      central.settle(second);
      assertThat(alarms(second)).doesNotContain("site-silent");
    }
  }
}
