package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The language of the machine changes nothing, not even where its digits are not 0 to 9. */
@Tag("server")
class ForeignLocaleTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Path SIMULATOR = Path.of("../device-sim/src/main/java");

  @TempDir Path folder;

  /** As when a person tries a gateway in a shell, and then starts it as a service. */
  @Test
  void aLogWrittenUnderOneLanguageIsReadUnderAnother() throws Exception {
    int messages = 2_000;
    int port = Ports.free();
    try (InfluxDb store = new InfluxDb(folder.resolve("influx"))) {
      String yaml =
          """
          sources: [ { name: direct, type: mqtt-listener, port: %d } ]
          routes: [ { topic: "factory/{site}/{area}/{line}/{machine}/telemetry", format: json } ]
          sinks:
            - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
          """
              .formatted(port, store.url());
      Path home = folder.resolve("gateway");
      try (GatewayProcess egyptian =
          new GatewayProcess(home, yaml, "-Duser.language=ar", "-Duser.country=EG")) {
        egyptian.start();
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> egyptian.get("/health/live").contains("live"));
        assertThat(Load.run("tcp://127.0.0.1:" + port, messages, 1, 10, 0).acknowledged())
            .isEqualTo(messages);
        egyptian.kill();
      }
      assertThat(namesOf(home.resolve("data")))
          .allSatisfy(name -> assertThat(name).matches("\\p{ASCII}*"));

      store.start();
      store.createDatabase("factory");
      try (GatewayProcess english = new GatewayProcess(home, yaml)) {
        english.start();
        await()
            .atMost(Duration.ofMinutes(1))
            .pollInterval(Duration.ofMillis(300))
            .untilAsserted(
                () -> {
                  JsonNode sink = JSON.readTree(english.get("/api/v1/ledger")).at("/sinks/0");
                  assertThat(sink.path("offered").asLong()).isGreaterThanOrEqualTo(messages);
                  assertThat(sink.path("stored")).isEqualTo(sink.path("offered"));
                });
      }
    }
  }

  private static List<String> namesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** A Java whose locale is C cannot open such files: the launcher starts it with another one. */
  @Test
  void aPathThatTheLocaleCannotExpressSaysWhatToDo() throws Exception {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(
        file,
        """
        gateway: { id: a, data-dir: "daten größe" }
        sources: [ { name: direct, type: mqtt-listener } ]
        routes: [ { topic: "{machine}", format: json } ]
        sinks: [ { name: h, type: influxdb, version: 1, url: "http://127.0.0.1:9", database: d } ]
        """);
    List<String> command = SharedClasses.java();
    command.addAll(List.of("io.weir.gateway.Main", "check", "--config", file.toString()));
    ProcessBuilder check = new ProcessBuilder(command).redirectErrorStream(true);
    check.environment().put("LC_ALL", "C");
    Process process = check.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said)
        .contains("gateway.yaml:1: gateway.data-dir: must be a path, not 'daten größe'")
        .contains("LC_ALL=C.UTF-8");
  }

  /** What is written without a locale has that of the machine, unless the program sets its own. */
  @Test
  void eachProgramSetsTheLocaleThatItWritesIn() throws IOException {
    assertThat(sourcesWith("public static void main("))
        .isNotEmpty()
        .allSatisfy(
            source ->
                assertThat(Files.readString(source)).contains("Locale.setDefault(Locale.ROOT);"));
  }

  private static List<Path> sourcesWith(String text) throws IOException {
    try (Stream<Path> files = Stream.concat(Files.walk(SOURCES), Files.walk(SIMULATOR))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(
              file -> {
                try {
                  return Files.readString(file).contains(text);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .toList();
    }
  }
}
