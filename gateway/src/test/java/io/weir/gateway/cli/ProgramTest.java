package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of());
    return new Program(terminal).run(args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("gateway.yaml"), text).toString();
  }

  @Test
  void helpShowsTheCommandsAndHowToBegin() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("check", "version", "Examples:", "Exit codes:");
    assertThat(run("check", "--help")).isZero();
    assertThat(out()).contains("--config", "--set");
  }

  @Test
  void theVersionIsTheSameAsCommandAndAsOption() {
    assertThat(run("version")).isZero();
    String version = out();
    assertThat(version).startsWith("weir ").contains(System.getProperty("java.version"));
    assertThat(run("--version")).isZero();
    assertThat(out()).isEqualTo(version);
  }

  @Test
  void argumentsThatMakeNoSenseAreTheUsersAndSaySo() {
    assertThat(run()).isEqualTo(1);
    assertThat(err()).contains("which command?", "weir --help");
    assertThat(run("chek")).isEqualTo(1);
    assertThat(err()).contains("chek").contains("check");
    assertThat(run("check")).isEqualTo(1);
    assertThat(err()).contains("--config", "weir check --help");
    assertThat(run("check", "--config", "x", "--nonsense")).isEqualTo(1);
    assertThat(err()).contains("--nonsense");
    assertThat(out()).isEmpty();
  }

  @Test
  void checkSaysWhatAGoodFileWouldRun() {
    assertThat(run("check", "--config", "../config/demo.yaml", "--set", "http.port=8099")).isZero();
    assertThat(out())
        .contains("../config/demo.yaml is good.")
        .contains("MQTT 5 at tcp://127.0.0.1:1883 as weir-demo-plant")
        .contains("factory/{site}/{area}/{line}/{machine}/telemetry as json")
        .contains("QuestDB inside, on port 9000")
        .contains("127.0.0.1:8099")
        .doesNotContain("warning");
    assertThat(err()).isEmpty();
  }

  @Test
  void checkWarnsOfWhatIsAllowedAndProbablyNotMeant() throws IOException {
    String file =
        file(
            """
            gateway: { id: a }
            sources:
              - { name: p, type: mqtt, url: tcp://broker.example, username: u, password: hunter2, session-expiry: 0s }
            routes:
              - { topic: a, format: json, qos: 0 }
            buffer: { when-full: drop-oldest }
            sinks:
              - { name: h, type: influxdb, version: 3, url: http://store.example, database: d, token: hunter2 }
            http: { bind: 0.0.0.0, token: hunter2 }
            """);
    assertThat(run("check", "--config", file)).isZero();
    assertThat(out().lines().filter(line -> line.startsWith("warning: ")))
        .containsExactly(
            "warning: source p: its password crosses the network unencrypted",
            "warning: source p: with session-expiry 0s what comes while away is lost",
            "warning: route a: qos 0 is best effort, messages can be lost",
            "warning: sink h: its secret crosses the network unencrypted",
            "warning: http: its token crosses the network unencrypted",
            "warning: buffer: when full, the oldest readings are lost");
    assertThat(out()).doesNotContain("hunter2");
  }

  @Test
  void checkTellsEveryProblemOfABadFile() throws IOException {
    String file = file("gatway: { id: a }\nhttp: { port: x }\n");
    assertThat(run("check", "--config", file)).isEqualTo(1);
    assertThat(err().lines())
        .hasSize(4)
        .contains(file + ":1: gatway: unknown key (did you mean 'gateway'?)");
    assertThat(out()).isEmpty();
  }

  @Test
  void checkOfAFileThatIsNotThereIsTheUsersError() {
    assertThat(run("check", "--config", "none.yaml")).isEqualTo(1);
    assertThat(err()).isEqualTo("none.yaml: there is no such file" + System.lineSeparator());
  }
}
