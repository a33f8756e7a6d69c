package io.weir.gateway.sink.influx;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.SentHeaders;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads the keys of an InfluxDB sink. */
final class InfluxReader {

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

  private InfluxReader() {}

  static InfluxConfig read(Section section) {
    int version = section.number("version", 0);
    keysOf(version, section);
    if (section.has("username") != section.has("password")) {
      boolean user = section.has("username");
      section.problem(
          user ? "username" : "password", "needs a " + (user ? "password" : "username") + " too");
    }
    URI url = Objects.requireNonNullElse(Urls.read(section, "url", SCHEMES), NONE);
    if (section.has("tls") && !url.getScheme().equals("https")) {
      section.problem("tls", "needs a url that begins with https://");
    }
    SinkCommon common = SinkCommon.read(section, !Hosts.isLoopback(url.getHost()));
    return new InfluxConfig(
        common,
        version,
        url,
        section.text("org"),
        section.text("bucket"),
        SentHeaders.value(section, "token"),
        section.text("database"),
        section.text("retention-policy"),
        section.text("username"),
        section.secret("password"),
        section.choice("precision", SinkConfig.Precision.NS),
        section.flag("text", true),
        section.duration(
            "timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(10)),
        TlsFiles.read(section));
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
}
