package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.api.QuarantineEntry;
import io.weir.gateway.live.Places;
import io.weir.gateway.live.ReceivedShift;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.settings.Config;
import io.weir.peers.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources of the live page: their types, their rules, and their unit tests under Node.js. */
@Tag("server")
class PageSourcesTest {

  private static final Path SOURCES = Path.of("page");

  private static final String ID = "0123456789abcdef";

  /** Answers of the API by the type that describes each. */
  private static final Map<String, String> ANSWERS = new LinkedHashMap<>();

  static {
    ANSWERS.put("Status", "/api/v1/status");
    ANSWERS.put("AssetNode[]", "/api/v1/assets");
    ANSWERS.put("ReceivedShift[]", "/api/v1/received");
    ANSWERS.put("Efficiency", "/api/v1/efficiency");
    ANSWERS.put("AssetFigures", "/api/v1/figures");
    ANSWERS.put("StateHistory", "/api/v1/history");
    ANSWERS.put("StopList", "/api/v1/stops");
    ANSWERS.put("SignalList", "/api/v1/signals?machine=m");
    ANSWERS.put("QualityList", "/api/v1/quality");
    ANSWERS.put("QuarantinePage", "/api/v1/quarantine");
    ANSWERS.put("QuarantineEntry", "/api/v1/quarantine/" + ID);
  }

  @TempDir static Path folder;

  private record Outcome(int code, String output) {}

  /** A copy, so that nothing is written beside the sources. */
  @BeforeAll
  static void install() throws Exception {
    for (String part :
        List.of(
            "package.json",
            "package-lock.json",
            "tsconfig.json",
            "eslint.config.js",
            "src",
            "types",
            "test")) {
      copy(SOURCES.resolve(part), folder.resolve(part));
    }
    assertPasses("ci", "--prefer-offline", "--no-audit", "--no-fund");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void assertPasses(String... arguments) throws Exception {
    Outcome outcome = npm(arguments);
    assertThat(outcome.code())
        .as("npm %s\n%s", String.join(" ", arguments), outcome.output())
        .isZero();
  }

  private static Outcome npm(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Peer.program("npm", "npm")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("WEIR_ROOT", Path.of("..").toRealPath().toString());
    // What it makes is garbage when it ends: not copied again and again while it is young.
    builder.environment().put("NODE_OPTIONS", "--max-semi-space-size=64");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void unitTestsPass() throws Exception {
    Outcome outcome = npm("run", "unit");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output()).containsPattern("(?m)^\\S+ pass [1-9]\\d+$");
  }

  /** The rules find what breaks them in one file, and nothing in any other. */
  @Test
  void rulesHoldAndANodeFoundByItsPlaceIsRefused() throws Exception {
    List<String> finders =
        List.of(
            "row.firstChild.remove();",
            "row.children[1].remove();",
            "row.children.item(1).remove();",
            "const [name] = row.children; name.remove();",
            "const { nextSibling } = row; nextSibling.remove();",
            "row.querySelector(\"td:nth-child(2)\").remove();",
            "row.querySelector(`td:last-child`).remove();");
    Path file = folder.resolve("src/positions.js");
    try {
      Files.writeString(
          file,
          "const row = document.body;\n"
              + String.join("\n", finders.stream().map(f -> "{ " + f + " }").toList())
              + "\n");
      Outcome outcome = npm("run", "lint");
      assertThat(outcome.code()).isNotZero();
      assertThat(outcome.output().lines().filter(line -> line.startsWith("/")))
          .as("files that break a rule:%n%s", outcome.output())
          .containsExactly(file.toRealPath().toString());
      for (int line = 2; line <= finders.size() + 1; line++) {
        assertThat(outcome.output())
            .as(finders.get(line - 2))
            .containsPattern("(?m)^ +" + line + ":\\d+ .*Find a node by its name");
      }
    } finally {
      Files.delete(file);
    }
  }

  /**
   * The compiler finds the errors of one file, and none in the page, nor in answers of the API by
   * the types that the page knows.
   */
  @Test
  void typesHoldAndATextThatIsMissingAndAFieldThatTheApiLacksAreErrors() throws Exception {
    Path mistyped = folder.resolve("src/mistyped.js");
    Path answers = folder.resolve("src/answers.ts");
    try {
      Files.writeString(
          mistyped,
          """
          import { t } from "./i18n.js";
          export const text = t("no.such.text");
          export const oee = (/** @type {import("../types/api.js").Shift} */ shift) => shift.oe;
          """);
      Files.writeString(answers, answers());
      Outcome outcome = npm("run", "types");
      assertThat(outcome.code()).isNotZero();
      List<String> errors =
          outcome.output().lines().filter(line -> line.contains("error TS")).toList();
      assertThat(errors).as(outcome.output()).hasSize(2);
      assertThat(errors.get(0)).startsWith("src/mistyped.js(2,").contains("no.such.text");
      assertThat(errors.get(1)).startsWith("src/mistyped.js(3,").contains("'oe'");
    } finally {
      Files.delete(mistyped);
      Files.deleteIfExists(answers);
    }
  }

  /** Answers of a server as constants of the types that describe them. */
  private static String answers() throws Exception {
    StringBuilder source = new StringBuilder("import type * as api from \"../types/api.js\";\n");
    Meters meters = new Meters("plant-a-1", "0.1.0");
    try (GatewayServer server =
        GatewayServer.start(
            new Config.Http("127.0.0.1", 0, null, null, 10_000, Duration.ofSeconds(20)),
            filledView(),
            meters.registry(),
            List.of())) {
      for (Map.Entry<String, String> answer : ANSWERS.entrySet()) {
        String name = "of" + answer.getKey().replace("[]", "s");
        String json = get(server, answer.getValue());
        assertThat(json).as(name).hasSizeGreaterThan(20);
        source
            .append("export const ")
            .append(name)
            .append(": api.")
            .append(answer.getKey())
            .append(" = ")
            .append(json)
            .append(";\n");
      }
    } finally {
      meters.close();
    }
    return source.toString();
  }

  private static InventedView filledView() {
    InventedView view = new InventedView();
    InventedFactory factory = new InventedFactory(view);
    factory.send();
    factory.figure();
    factory.remember();
    Instant now = Instant.now();
    view.shifts =
        List.of(
            new ReceivedShift(
                "machine",
                Places.of("", "", "", "m"),
                "edge-1",
                now,
                "early",
                now,
                true,
                0.5,
                null,
                1.0,
                2.0));
    view.entry =
        new QuarantineEntry(
            ID,
            "t",
            "plant",
            Instant.now(),
            "malformed",
            "not JSON",
            List.of(),
            new QuarantineEntry.Payload("{", null),
            1,
            false,
            null);
    return view;
  }

  private static String get(GatewayServer server, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  @Test
  void theTypesOfTheChartsAreThoseOfTheVersionThatIsServed() throws Exception {
    Properties served = new Properties();
    try (InputStream in =
        getClass().getResourceAsStream("/META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
      served.load(in);
    }
    String checked =
        new ObjectMapper()
            .readTree(folder.resolve("package-lock.json").toFile())
            .path("packages")
            .path("node_modules/uplot")
            .path("version")
            .asText();
    assertThat(checked).isEqualTo(served.getProperty("version"));
  }

  @Test
  void theLockFileNamesNoRegistry() throws Exception {
    assertThat(Files.readString(SOURCES.resolve("package-lock.json")))
        .doesNotContain("\"resolved\"");
  }
}
