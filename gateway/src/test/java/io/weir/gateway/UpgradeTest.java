package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.config.Section;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxFactory;
import io.weir.gateway.source.http.HttpSourceFactory;
import io.weir.gateway.source.mqtt.MqttFactory;
import io.weir.gateway.source.mqtt.SteppedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Data directories that earlier versions wrote still open, with all their counts, and drain. Each
 * is of a gateway that was killed while its store was away.
 */
class UpgradeTest {

  /** The directories that are kept, by the commit of the gateway that wrote them. */
  enum Kept {
    /** Two segments; 50 of 1,670 readings stored, one message in the quarantine. */
    FIRST("772091f", 1_670, 1_641, 30);

    final String commit;
    final long offered;
    final long plantReceived;
    final long postsReceived;

    Kept(String commit, long offered, long plantReceived, long postsReceived) {
      this.commit = commit;
      this.offered = offered;
      this.plantReceived = plantReceived;
      this.postsReceived = postsReceived;
    }
  }

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final SteppedBroker broker = new SteppedBroker();
  private final List<String> lines = new ArrayList<>();

  private Gateway build() throws Exception {
    Path yaml = folder.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: upgrade, data-dir: data }
        sources:
          - { name: plant, type: mqtt, url: "tcp://broker:1883" }
          - { name: posts, type: http }
        routes:
          - topic: plant/{machine}
            format: json
          - topic: weir/http/#
            format: json
        buffer: { segment-size: 1MiB, max-size: 64MiB }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
        efficiency:
          defaults: { state: { metric: state, running: [RUNNING] } }
        """);
    ConfigFile file = new ConfigFile(yaml, Map.of(), List.of());
    GatewayParts parts =
        new GatewayParts(
            time,
            disk,
            (name, loop) -> new Thread(loop, name),
            type -> type.equals("mqtt") ? new MqttFactory(broker) : new HttpSourceFactory(),
            type -> new Store(),
            Runnable::run);
    return Gateway.build(file, file.load(), "test", parts);
  }

  private void unpack(String name) throws IOException {
    try (InputStream zip =
            Objects.requireNonNull(
                UpgradeTest.class.getResourceAsStream("/data-directories/" + name + ".zip"));
        ZipInputStream in = new ZipInputStream(zip)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        disk.put(folder.resolve("data").resolve(entry.getName()).normalize(), in.readAllBytes());
      }
    }
  }

  /** Until nothing is pending, and what was drained is committed. */
  private void drain(Gateway gateway) {
    for (int i = 0; i < 3_000 && pending(gateway) > 0; i++) {
      gateway.step();
      time.advance(Duration.ofMillis(100));
    }
  }

  private static long pending(Gateway gateway) {
    return gateway.view().ledger().sinks().stream().mapToLong(LedgerResponse.Sink::pending).sum();
  }

  @ParameterizedTest
  @EnumSource
  void aDataDirectoryOfAnEarlierVersionOpensAndDrains(Kept kept) throws Exception {
    unpack(kept.commit);
    try (Gateway gateway = build()) {
      LedgerResponse before = gateway.view().ledger();
      Map<String, Long> received = new TreeMap<>();
      before.sources().forEach(source -> received.put(source.name(), source.received()));
      assertThat(received)
          .containsEntry("plant", kept.plantReceived)
          .containsEntry("posts", kept.postsReceived);

      drain(gateway);
      LedgerResponse.Sink readings =
          gateway.view().ledger().sinks().stream()
              .filter(sink -> sink.log().equals("readings"))
              .findFirst()
              .orElseThrow();
      assertThat(readings.offered()).isEqualTo(kept.offered);
      assertThat(readings.stored()).isEqualTo(kept.offered);
      assertThat(readings.corrupt() + readings.dropped() + readings.pending()).isZero();
      assertThat(gateway.view().ledger().sinks()).allMatch(sink -> sink.getUnexplained() == 0);
      assertThat(gateway.view().ledger().sources()).allMatch(each -> each.getUnexplained() == 0);
      assertThat(gateway.view().status().quarantine().newest()).hasSize(1);
    }
    Set<String> speeds = new TreeSet<>();
    Set<String> temperatures = new HashSet<>();
    for (String line : lines) {
      if (line.startsWith("telemetry,machine=b speed=")) {
        speeds.add(line);
      } else if (line.startsWith("telemetry,machine=press-02 temperature=")) {
        temperatures.add(line);
      }
    }
    assertThat(speeds).hasSize(20);
    assertThat(temperatures).hasSize(800);
  }

  @Test
  void aDirectoryIsKeptForEachVersion() throws Exception {
    URL place =
        Objects.requireNonNull(
            UpgradeTest.class.getResource("/data-directories"), "the directories");
    Path kept = Path.of(place.toURI());
    try (Stream<Path> files = Files.list(kept)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".zip", "")))
          .containsExactly(Kept.FIRST.commit);
    }
  }

  /** A store that takes every line. */
  private final class Store implements SinkFactory<InfluxConfig> {

    @Override
    public String name() {
      return "influxdb";
    }

    @Override
    public String summary() {
      return "a store of the test";
    }

    @Override
    public Class<InfluxConfig> configType() {
      return InfluxConfig.class;
    }

    @Override
    public InfluxConfig read(Section section, ReadContext context) {
      return new InfluxFactory().read(section, context);
    }

    @Override
    public Sink open(InfluxConfig config, SinkContext context) {
      return new LineSink() {
        @Override
        public String name() {
          return config.name();
        }

        @Override
        public Dialect dialect() {
          return new Dialect(config.precision(), true, false);
        }

        @Override
        public Answer write(List<String> batch) {
          lines.addAll(batch);
          return new Answer.Stored();
        }

        @Override
        public void close() {
          // nothing is open
        }
      };
    }
  }
}
