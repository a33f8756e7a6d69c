package io.weir.gateway.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * What is in no binary package of Debian: {@code scripts/test-peers} brings it into the cache of
 * this user where it can. Where it cannot, the tests that ask for a program are left out, and
 * {@code make test} ends with their names.
 */
public final class Brought {

  private final String name;
  private final Optional<Path> program;
  private final String howToGet;

  private Brought(String name, Optional<Path> program, String howToGet) {
    this.name = name;
    this.program = program;
    this.howToGet = howToGet;
  }

  /** The server of InfluxDB 2, or the one that {@code INFLUXD2} names. */
  public static Brought influxDb2() {
    return new Brought(
        "InfluxDB 2",
        named("INFLUXD2").or(() -> newest("influxd-2.")),
        "scripts/influxd2 builds its server; needs go, cargo and a C compiler");
  }

  /**
   * A Python with DataFusion, the engine of InfluxDB 3, or the one that {@code DATAFUSION} names.
   */
  public static Brought dataFusion() {
    return new Brought(
        "DataFusion, the engine of InfluxDB 3",
        named("DATAFUSION")
            .or(
                () ->
                    newest("datafusion-")
                        .filter(folder -> Files.exists(folder.resolve("complete")))
                        .map(folder -> folder.resolve("bin/python"))),
        "scripts/datafusion installs it; needs python3-venv and PyPI");
  }

  /**
   * A folder with the frontend libraries of Grafana as packages of npm, or the one that {@code
   * GRAFANA_SCENES} names.
   */
  public static Brought grafanaScenes() {
    return new Brought(
        "The frontend libraries of Grafana",
        named("GRAFANA_SCENES")
            .or(
                () ->
                    newest("grafana-scenes-")
                        .filter(folder -> Files.exists(folder.resolve("complete")))),
        "scripts/grafana-scenes installs them; needs npm and its registry");
  }

  /**
   * A folder with the packet sequences of Mosquitto's own tests and the broker of the same source,
   * or the one that {@code MOSQUITTO_SEQUENCES} names.
   */
  public static Brought mosquittoSequences() {
    return new Brought(
        "The packet sequences of Mosquitto",
        named("MOSQUITTO_SEQUENCES")
            .or(
                () ->
                    newest("mosquitto-")
                        .filter(folder -> Files.exists(folder.resolve("complete")))),
        "scripts/mosquitto-sequences brings them; needs a Debian archive, make and a C compiler");
  }

  /** A folder with the package mqtt of npm, or the one that {@code MQTT_OF_NPM} names. */
  public static Brought mqttOfNpm() {
    return new Brought(
        "The package mqtt of npm",
        named("MQTT_OF_NPM")
            .or(
                () ->
                    newest("mqtt-of-npm-")
                        .filter(folder -> Files.exists(folder.resolve("complete")))),
        "scripts/mqtt-of-npm installs it; needs npm and its registry");
  }

  /** A folder with the schema registry Apicurio, or the one that {@code APICURIO} names. */
  public static Brought apicurio() {
    return new Brought(
        "The schema registry Apicurio",
        named("APICURIO")
            .or(
                () ->
                    newest("apicurio-").filter(folder -> Files.exists(folder.resolve("complete")))),
        "scripts/apicurio brings it; needs Maven, its repository, and Java 21 or newer");
  }

  /** A folder with Node-RED and its node for InfluxDB, or the one that {@code NODE_RED} names. */
  public static Brought nodeRed() {
    return new Brought(
        "Node-RED",
        named("NODE_RED")
            .or(
                () ->
                    newest("node-red-").filter(folder -> Files.exists(folder.resolve("complete")))),
        "scripts/node-red installs it; needs npm and its registry");
  }

  /** Telegraf, which {@code TELEGRAF} names; nothing brings it. */
  public static Brought telegraf() {
    return new Brought("Telegraf", named("TELEGRAF"), "give Telegraf by TELEGRAF=");
  }

  private static Optional<Path> named(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(path -> !path.isBlank())
        .map(Path::of);
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

  /** How to get it, where it is not there. */
  public Optional<String> missing() {
    return program.isPresent() ? Optional.empty() : Optional.of(howToGet);
  }

  /** Leaves the test out where the program is not there. One that is named must exist. */
  public Path orLeaveOut() {
    Assumptions.assumeTrue(program.isPresent(), name + ": " + howToGet);
    return orFail();
  }

  /** Fails where it is not there: for what every machine can have that runs the tests. */
  public Path orFail() {
    Path path = program.orElseThrow(() -> new AssertionError(name + ": " + howToGet));
    if (!Files.isExecutable(path)) {
      throw new AssertionError(path + " is to be " + name + ", and is no program");
    }
    return path;
  }
}
