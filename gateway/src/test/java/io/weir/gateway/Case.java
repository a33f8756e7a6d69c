package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.intake.Explain;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.ConfigLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A payload and what becomes of it: a folder {@code cases/<format>/<case>}. {@code case.yaml} has
 * topic and route, and what came before where the format has sessions, as text ({@code before}) or
 * as files beside it ({@code earlier}); {@code payload.*} is the payload as it arrives, {@code
 * expected.txt} what becomes of it, as {@link Explain} says it.
 *
 * @param name {@code <format>/<case>}
 * @param before what came before
 * @param receivedNs when all of it arrived
 */
public record Case(
    String name,
    RouteConfig route,
    List<Arrival> before,
    Arrival arrival,
    long receivedNs,
    String expected) {

  /** A message that came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Arrival(String topic, byte[] payload, boolean retained) {}

  private static final Path CASES = cases();
  private static final String RECEIVED = "2026-03-01T12:00:00Z";
  private static final YAMLMapper YAML = new YAMLMapper();

  private static Path cases() {
    URL folder = Objects.requireNonNull(Case.class.getResource("/cases"));
    try {
      return Path.of(folder.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The preset that the route is made from; "" where it is written out. */
  String preset() throws IOException {
    return YAML.readTree(CASES.resolve(name).resolve("case.yaml").toFile())
        .at("/route/preset")
        .asText();
  }

  /** The names of all, in order. */
  public static List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(CASES)) {
      return files
          .filter(file -> file.endsWith("case.yaml"))
          .map(file -> CASES.relativize(file.getParent()).toString())
          .sorted()
          .toList();
    }
  }

  /** All of one format. */
  public static List<Case> ofFormat(String format) throws IOException {
    List<Case> all = new ArrayList<>();
    for (String name : names()) {
      if (name.startsWith(format + "/")) {
        all.add(load(name));
      }
    }
    return all;
  }

  /** The payloads of all. */
  public static List<byte[]> payloads() throws IOException {
    List<byte[]> payloads = new ArrayList<>();
    for (String name : names()) {
      payloads.add(payload(CASES.resolve(name)));
    }
    return payloads;
  }

  public static Case load(String name) throws IOException {
    Path home = CASES.resolve(name);
    JsonNode given = YAML.readTree(home.resolve("case.yaml").toFile());
    List<Arrival> before = new ArrayList<>();
    for (JsonNode each : given.path("before")) {
      before.add(
          new Arrival(
              each.path("topic").asText(), each.path("payload").asText().getBytes(UTF_8), true));
    }
    for (JsonNode each : given.path("earlier")) {
      byte[] payload = Files.readAllBytes(home.resolve(each.path("payload").asText()));
      before.add(new Arrival(each.path("topic").asText(), payload, false));
    }
    Instant received = Instant.parse(given.path("received").asText(RECEIVED));
    return new Case(
        name,
        route(home, (ObjectNode) given.path("route"), format(name)),
        before,
        new Arrival(
            given.path("topic").asText(), payload(home), given.path("retained").asBoolean()),
        received.getEpochSecond() * 1_000_000_000L + received.getNano(),
        Files.readString(home.resolve("expected.txt")));
  }

  /** What becomes of it, after all that came before. */
  public Decoded decode() throws IOException {
    Decoding decoding = new Decoding(List.of(route), Types.load(new Memory()));
    for (Arrival each : before) {
      decode(decoding, each).kept().run();
    }
    return decode(decoding, arrival);
  }

  private Decoded decode(Decoding decoding, Arrival each) throws IOException {
    return decoding.decode("", each.topic(), each.payload(), each.retained(), null, receivedNs);
  }

  public String format() {
    return format(name);
  }

  private static String format(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  private static byte[] payload(Path home) throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      Path payload =
          files
              .filter(file -> file.getFileName().toString().startsWith("payload"))
              .findFirst()
              .orElseThrow();
      return Files.readAllBytes(payload);
    }
  }

  /** The route as a configuration file has it; files that it names lie beside the case. */
  private static RouteConfig route(Path home, ObjectNode route, String format) throws IOException {
    if (!route.has("format") && !route.has("preset")) {
      route.put("format", format);
    }
    ObjectNode config = YAML.createObjectNode();
    config.putObject("gateway").put("id", "case");
    config.putArray("sources").addObject().put("name", "http-in").put("type", "http");
    config.putArray("routes").add(route);
    // Not beside the case itself: another process of the tests lists its files.
    Path copy = Files.createTempDirectory("case-");
    Path file = copy.resolve("weir.yaml");
    try {
      try (Stream<Path> files = Files.list(home)) {
        for (Path each : files.toList()) {
          Files.copy(each, copy.resolve(each.getFileName()));
        }
      }
      YAML.writeValue(file.toFile(), config);
      return ConfigLoader.load(file, Map.of()).routes().get(0);
    } catch (ConfigException e) {
      throw new UncheckedIOException(new IOException(home + ": " + e.getMessage(), e));
    } finally {
      try (Stream<Path> files = Files.list(copy)) {
        for (Path each : files.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(copy);
    }
  }
}
