package io.weir.gateway.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * What is in no binary package of Debian: {@code scripts/test-peers} brings it into the cache of
 * this user where it can. Where it cannot, the tests that ask for a program fail, and say how to
 * get it. Who cannot have one says so with the variable that names it, as {@code INFLUXD2=none}:
 * then its tests are left out, and {@code make test} ends with their names.
 */
public final class Brought {

  private static final String NONE = "none";

  private final String name;
  private final String variable;
  private final Supplier<Optional<Path>> cached;
  private final String howToGet;

  Brought(String name, String variable, Supplier<Optional<Path>> cached, String howToGet) {
    this.name = name;
    this.variable = variable;
    this.cached = cached;
    this.howToGet = howToGet;
  }

  /** The server of InfluxDB 2, or the one that {@code INFLUXD2} names. */
  public static Brought influxDb2() {
    return new Brought(
        "InfluxDB 2",
        "INFLUXD2",
        () -> newest("influxd-2."),
        "scripts/influxd2 builds its server; needs go, cargo and a C compiler");
  }

  /**
   * A Python with DataFusion, the engine of InfluxDB 3, or the one that {@code DATAFUSION} names.
   */
  public static Brought dataFusion() {
    return new Brought(
        "DataFusion, the engine of InfluxDB 3",
        "DATAFUSION",
        () -> complete("datafusion-").map(folder -> folder.resolve("bin/python")),
        "scripts/datafusion installs it; needs python3-venv and PyPI");
  }

  /**
   * A folder with the frontend libraries of Grafana as packages of npm, or the one that {@code
   * GRAFANA_SCENES} names.
   */
  public static Brought grafanaScenes() {
    return new Brought(
        "The frontend libraries of Grafana",
        "GRAFANA_SCENES",
        () -> complete("grafana-scenes-"),
        "scripts/grafana-scenes installs them; needs npm and its registry");
  }

  /**
   * A folder with the packet sequences of Mosquitto's own tests and the broker of the same source,
   * or the one that {@code MOSQUITTO_SEQUENCES} names.
   */
  public static Brought mosquittoSequences() {
    return new Brought(
        "The packet sequences of Mosquitto",
        "MOSQUITTO_SEQUENCES",
        () -> complete("mosquitto-"),
        "scripts/mosquitto-sequences brings them; needs a Debian archive, make and a C compiler");
  }

  /** A folder with the package mqtt of npm, or the one that {@code MQTT_OF_NPM} names. */
  public static Brought mqttOfNpm() {
    return new Brought(
        "The package mqtt of npm",
        "MQTT_OF_NPM",
        () -> complete("mqtt-of-npm-"),
        "scripts/mqtt-of-npm installs it; needs npm and its registry");
  }

  /** A folder with the schema registry Apicurio, or the one that {@code APICURIO} names. */
  public static Brought apicurio() {
    return new Brought(
        "The schema registry Apicurio",
        "APICURIO",
        () -> complete("apicurio-"),
        "scripts/apicurio brings it; needs Maven, its repository, and Java 21 or newer");
  }

  /** A folder with Node-RED and its node for InfluxDB, or the one that {@code NODE_RED} names. */
  public static Brought nodeRed() {
    return new Brought(
        "Node-RED",
        "NODE_RED",
        () -> complete("node-red-"),
        "scripts/node-red installs it; needs npm and its registry");
  }

  /** Telegraf, which {@code TELEGRAF} names; nothing brings it. */
  public static Brought telegraf() {
    return new Brought("Telegraf", "TELEGRAF", Optional::empty, "give Telegraf by TELEGRAF=");
  }

  private static Optional<Path> complete(String prefix) {
    return newest(prefix).filter(folder -> Files.exists(folder.resolve("complete")));
  }

  private static Optional<Path> newest(String prefix) {
    String caches = System.getenv("XDG_CACHE_HOME");
    Path cache =
        caches == null || caches.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(caches);
    Path folder = cache.resolve("weir");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(each -> each.getFileName().toString().startsWith(prefix))
          .filter(each -> !each.getFileName().toString().endsWith(".new"))
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String named() {
    return Objects.requireNonNullElse(System.getenv(variable), "").strip();
  }

  private Optional<Path> program() {
    if (named().equals(NONE)) {
      return Optional.empty();
    }
    return named().isEmpty() ? cached.get() : Optional.of(Path.of(named()));
  }

  /** How to get it, where it is not there. */
  public Optional<String> missing() {
    return program().isPresent() ? Optional.empty() : Optional.of(howToGet);
  }

  /** Where it is; fails where it is missing, and leaves the test out where it is to be missing. */
  public Path orFail() {
    Assumptions.assumeFalse(named().equals(NONE), name + ": " + howToGet);
    String how = "%s: %s, or leave its tests out by %s=none".formatted(name, howToGet, variable);
    Path path = program().orElseThrow(() -> new AssertionError(how));
    if (!Files.isExecutable(path)) {
      throw new AssertionError(path + " is to be " + name + ", and is no program");
    }
    return path;
  }
}
