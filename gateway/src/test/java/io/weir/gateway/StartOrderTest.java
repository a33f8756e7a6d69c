package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Threads;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.source.Source;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway receives first and then works through its logs: with a full one it would else be late.
 */
@Tag("server")
class StartOrderTest {

  private static final List<String> CONSUMERS =
      List.of("drain-store-readings", "quarantine", "efficiency", "live", "devices", "retention");

  @TempDir Path home;

  /** The names of the threads in the order in which they were started. */
  private final List<String> names = new ArrayList<>();

  /** Those before which every source received. */
  private final List<String> whileReceiving = new ArrayList<>();

  private List<Source> sources = List.of();

  private Gateway start(String broker) throws Exception {
    Path yaml = home.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: ordered, data-dir: data }
        http: { port: %d }
        sources: [ { name: plant, type: mqtt, url: "%s" } ]
        routes: [ { topic: "plant/{machine}", format: json } ]
        sinks:
          - { name: store, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d }
        efficiency: { zone: UTC, defaults: { state: { metric: state, running: [RUNNING] } } }
        """
            .formatted(Ports.free(), broker));
    ConfigFile file = new ConfigFile(yaml, Map.of(), List.of());
    GatewayParts machine = Main.machine();
    GatewayParts parts =
        new GatewayParts(
            machine.time(),
            machine.files(),
            this::started,
            machine.sources(),
            machine.sinks(),
            machine.expressions());
    Gateway gateway = Gateway.build(file, file.load(), "test", parts);
    sources = gateway.sources();
    gateway.start();
    return gateway;
  }

  private synchronized Thread started(String name, Runnable loop) {
    names.add(name);
    if (sources.stream().allMatch(source -> source.status().ready())) {
      whileReceiving.add(name);
    }
    return Threads.SYSTEM.start(name, loop);
  }

  private synchronized List<String> names() {
    return List.copyOf(names);
  }

  @Test
  void whatReadsTheLogsBeginsWhenTheSourcesReceive() throws Exception {
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"))) {
      start(broker.url()).close(); // the first connection of a process takes longer
      names.clear();
      whileReceiving.clear();
      try (Gateway gateway = start(broker.url())) {
        assertThat(gateway.fault()).isEmpty();
        assertThat(names()).containsSubsequence("log-sync-readings", "mqtt-plant");
        assertThat(whileReceiving).containsAll(CONSUMERS).doesNotContain("mqtt-plant");
      }
    }
  }

  @Test
  void whatReadsTheLogsDoesNotWaitForABrokerThatIsAway() throws Exception {
    try (Gateway gateway = start("tcp://127.0.0.1:1")) {
      assertThat(gateway.fault()).isEmpty();
      assertThat(names()).containsAll(CONSUMERS);
      assertThat(names().indexOf("mqtt-plant")).isLessThan(names().indexOf("live"));
      assertThat(whileReceiving).isEmpty();
    }
  }
}
