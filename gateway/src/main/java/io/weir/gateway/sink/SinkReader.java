package io.weir.gateway.sink;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.Urls;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the list {@code sinks}. Without any there is one embedded store. */
public final class SinkReader {

  public static final int DEFAULT_PORT = 9000;

  private static final Map<String, Integer> SCHEMES = Map.of("http", -1, "https", -1);
  private static final URI NONE = URI.create("http://localhost");

  /** The keys that not every version of the API has, and those of them that a version needs. */
  private static final Map<Integer, List<String>> KEYS =
      Map.of(
          1, List.of("database", "retention-policy", "username", "password"),
          2, List.of("org", "bucket", "token"),
          3, List.of("database", "token"));

  private static final Map<Integer, List<String>> NEEDED =
      Map.of(1, List.of("database"), 2, List.of("org", "bucket"), 3, List.of("database"));

  private @Nullable String embedded;

  public List<SinkConfig> read(List<Section> sections) {
    List<SinkConfig> sinks = new ArrayList<>();
    for (Section section : sections) {
      switch (section.text("type", "")) {
        case "influxdb" -> sinks.add(influx(section));
        case "embedded" -> sinks.add(embedded(section));
        default -> {} // refused by the schema
      }
    }
    if (sinks.isEmpty()) {
      SinkConfig.Batch batch = new SinkConfig.Batch(5000, 4 << 20, Duration.ofMillis(200), false);
      sinks.add(
          new SinkConfig.Embedded(
              "local", DEFAULT_PORT, 0, null, batch, SinkConfig.Start.OLDEST, 0));
    }
    return List.copyOf(sinks);
  }

  private static SinkConfig.Influx influx(Section section) {
    int version = section.number("version", 0);
    keysOf(version, section);
    if (section.has("username") != section.has("password")) {
      boolean user = section.has("username");
      section.problem(
          user ? "username" : "password", "needs a " + (user ? "password" : "username") + " too");
    }
    URI url = Objects.requireNonNullElse(Urls.read(section, "url", SCHEMES), NONE);
    return new SinkConfig.Influx(
        section.text("name", ""),
        version,
        url,
        section.text("org"),
        section.text("bucket"),
        section.secret("token"),
        section.text("database"),
        section.text("retention-policy"),
        section.text("username"),
        section.secret("password"),
        section.choice("precision", SinkConfig.Precision.NS),
        section.flag("text", true),
        section.duration(
            "timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(10)),
        batch(section.section("batch"), !Hosts.isLoopback(url.getHost())),
        start(section),
        maxLag(section));
  }

  private static void keysOf(int version, Section section) {
    List<String> own = KEYS.getOrDefault(version, List.of());
    for (String name : NEEDED.getOrDefault(version, List.of())) {
      if (!section.has(name)) {
        section.problem(name, "is missing; version " + version + " needs it");
      }
    }
    for (String name : section.names()) {
      boolean foreign = KEYS.values().stream().anyMatch(keys -> keys.contains(name));
      if (foreign && !own.isEmpty() && !own.contains(name)) {
        String message = "does not belong to version " + version + ", which has ";
        section.problem(name, message + String.join(", ", own));
      }
    }
  }

  private SinkConfig.Embedded embedded(Section section) {
    if (embedded != null) {
      section.problem(
          "type", "one embedded store is enough, and there is " + embedded + " already");
    }
    embedded = section.key();
    if (section.has("pg-port") != section.has("pg-password")) {
      boolean port = section.has("pg-port");
      section.problem(
          port ? "pg-port" : "pg-password",
          "needs a " + (port ? "pg-password" : "pg-port") + " too");
    }
    return new SinkConfig.Embedded(
        section.text("name", ""),
        section.number("port", DEFAULT_PORT),
        section.number("pg-port", 0),
        section.secret("pg-password"),
        batch(section.section("batch"), false),
        start(section),
        maxLag(section));
  }

  private static SinkConfig.Batch batch(Section section, boolean gzip) {
    return new SinkConfig.Batch(
        section.number("max-lines", 5000),
        (int) section.bytes("max-size", 4 << 20, 1024, 256 << 20),
        section.duration("linger", Duration.ofMillis(200), Duration.ZERO, Duration.ofMinutes(1)),
        section.flag("gzip", gzip));
  }

  private static SinkConfig.Start start(Section section) {
    return section.choice("start", SinkConfig.Start.OLDEST);
  }

  private static long maxLag(Section section) {
    return section.bytes("max-lag", 0, 1 << 20, Long.MAX_VALUE);
  }
}
