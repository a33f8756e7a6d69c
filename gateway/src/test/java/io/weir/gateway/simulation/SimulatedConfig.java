package io.weir.gateway.simulation;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.weir.LinkedSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of the configuration. It is on a real disk, and there only where somebody changes it.
 */
final class SimulatedConfig {

  private static final String NAME = "weir.yaml";

  /** All editions are read in one folder, where the data directory of all is. */
  private static final Map<String, Config> READ = new HashMap<>();

  private static final Path FOLDER = folder();

  private final boolean bulky;
  private final Path folder;
  private final ConfigFile file;
  private Edition edition;

  SimulatedConfig(Scenario scenario) {
    bulky = scenario.isBulky();
    Edition first = Edition.FIRST;
    first = scenario.kinds().contains(FaultKind.NODE_STARTS) ? first.withNodes() : first;
    first = first.with(Sparing.of(scenario)).with(Lessening.of(scenario));
    edition = scenario.hasCentre() ? first.withCentre() : first;
    folder = scenario.kinds().contains(FaultKind.RELOAD) ? folder() : FOLDER;
    file = new ConfigFile(folder.resolve(NAME), Map.of(), List.of());
  }

  /** The file of the other gateway. */
  static final ConfigFile CENTRE =
      new ConfigFile(FOLDER.resolve("centre.yaml"), Map.of(), List.of());

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("simulation");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ConfigFile file() {
    return file;
  }

  /** What the file says. */
  Edition edition() {
    return edition;
  }

  /** Somebody changes the file. */
  void edit(Edition next) {
    edition = next;
    write(next.yaml());
  }

  /** Somebody makes a mistake in the file. */
  void write(String yaml) {
    try {
      Files.writeString(file.path(), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a gateway is started with. */
  Config read() {
    return with(read(edition), bulky, edition.sparing().part());
  }

  private static Config read(Edition edition) {
    return read(FOLDER.resolve(NAME), edition.yaml());
  }

  private static synchronized Config read(Path yaml, String text) {
    Config known = READ.get(text);
    if (known != null) {
      return known;
    }
    try {
      Files.writeString(yaml, text);
      Config read = new ConfigFile(yaml, Map.of(), List.of()).load();
      Files.delete(yaml);
      READ.put(text, read);
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Config with(Config read, boolean bulky, int part) {
    return bulky
        ? with(read, (1 << 20) / part, (16 << 20) / part, 64 << 10)
        : with(read, (96 << 10) / part, (512 << 10) / part, 4 << 10);
  }

  /** With a buffer smaller than a file can ask for, so that a few messages fill segments. */
  private static Config with(Config read, int segmentBytes, int mostBytes, int messageBytes) {
    Config.Buffer buffer =
        new Config.Buffer(
            segmentBytes, mostBytes, read.buffer().whenFull(), Duration.ZERO, messageBytes, true);
    return with(read, read.sources(), buffer);
  }

  private static Config with(Config read, List<SourceConfig> sources, Config.Buffer buffer) {
    return new Config(
        read.gateway(),
        sources,
        read.limits(),
        read.routes(),
        buffer,
        read.quarantine(),
        read.figures(),
        read.corrections(),
        read.sinks().stream().map(sink -> smaller(sink, buffer)).toList(),
        read.efficiency(),
        read.notifications(),
        read.http(),
        read.logging(),
        read.otlp(),
        read.fleet());
  }

  /** A sink that is behind sooner than a file can ask for. */
  private static SinkConfig smaller(SinkConfig sink, Config.Buffer buffer) {
    if (sink.maxLag() == 0 || !(sink instanceof InfluxConfig of)) {
      return sink;
    }
    SinkCommon all = of.common();
    SinkCommon common =
        new SinkCommon(
            all.name(), all.batch(), all.start(), buffer.maxSize() / 8, all.replay(), all.thin());
    return new InfluxConfig(
        common,
        of.version(),
        of.url(),
        of.org(),
        of.bucket(),
        of.token(),
        of.database(),
        of.retentionPolicy(),
        of.username(),
        of.password(),
        of.precision(),
        of.text(),
        of.timeout(),
        of.tls());
  }

  /** What the other gateway is started with; but for the source, which needs certificates. */
  static Config centre(boolean bulky) {
    Config read = with(read(CENTRE.path(), Centre.YAML), bulky, 1);
    SourceConfig gateways = LinkedSource.config(Centre.SOURCE, read(Edition.FIRST).gateway().id());
    return with(read, List.of(gateways), read.buffer());
  }

  /** The file is gone, if there was one. */
  void end() {
    try {
      if (!folder.equals(FOLDER)) {
        Files.deleteIfExists(file.path());
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
