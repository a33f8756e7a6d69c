package io.weir.gateway.simulation;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The configuration of every simulation, read once. */
final class SimulatedConfig {

  private static final String YAML =
      """
      gateway: { id: simulated, data-dir: data }
      sources:
        - { name: plant, type: mqtt, url: "tcp://broker:1883", receive-maximum: 200 }
        - { name: posts, type: http }
      routes:
        - topic: plant/{machine}/data
          format: json
        - topic: plant/{machine}/defect
          format: jsonata
          jsonata: '{ "d": d }'
      sinks:
        - name: history
          type: influxdb
          version: 1
          url: "http://history:8086"
          database: d
          batch: { max-lines: 1000 }
        - name: archive
          type: influxdb
          version: 1
          url: "http://archive:8086"
          database: d
          precision: ms
          batch: { max-lines: 50 }
      efficiency:
        zone: UTC
        defaults:
          state: { metric: state, running: [RUNNING], down: [DOWN], idle: [IDLE] }
      """;

  static final ConfigFile FILE;
  private static final Config SMALL;
  private static final Config LARGE;

  static {
    try {
      Path folder = Files.createTempDirectory("simulation");
      Path yaml = folder.resolve("weir.yaml");
      Files.writeString(yaml, YAML);
      FILE = new ConfigFile(yaml, Map.of(), List.of());
      Config read = FILE.load();
      SMALL = with(read, 96 << 10, 512 << 10, 4 << 10);
      LARGE = with(read, 1 << 20, 16 << 20, 64 << 10);
      Files.delete(yaml);
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  private SimulatedConfig() {}

  static Config of(boolean bulky) {
    return bulky ? LARGE : SMALL;
  }

  /** With a buffer smaller than a file can ask for, so that a few messages fill segments. */
  private static Config with(Config read, int segmentBytes, int mostBytes, int messageBytes) {
    Config.Buffer buffer =
        new Config.Buffer(
            segmentBytes, mostBytes, read.buffer().whenFull(), Duration.ZERO, messageBytes, true);
    return new Config(
        read.gateway(),
        read.sources(),
        read.limits(),
        read.routes(),
        buffer,
        read.quarantine(),
        read.figures(),
        read.corrections(),
        read.sinks(),
        read.efficiency(),
        read.notifications(),
        read.http(),
        read.logging(),
        read.otlp(),
        read.fleet());
  }
}
