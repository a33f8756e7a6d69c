package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.peers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code make run} does, with the packaged programs. Runs after the packaging. */
@Tag("server")
class DemoIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What runs for seconds starts with less work where little of it is optimized. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1";

  @TempDir Path run;

  private final Map<String, String> ports =
      Map.of(
          "MQTT_PORT", String.valueOf(Ports.free()),
          "HTTP_PORT", String.valueOf(Ports.free()),
          "STORE_PORT", String.valueOf(Ports.free()));

  private Process process;
  private Path out;

  @AfterEach
  void end() throws Exception {
    if (process != null && process.isAlive()) {
      stop();
    }
  }

  private void start(Map<String, String> environment, String... command) throws IOException {
    out = Files.createTempFile(run, "out", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    Stream.of("HISTORY", "FRESH", "JAVA_OPTS", "WEIR_OPTS").forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    process = builder.start();
  }

  /** The demo with data in a folder of this test; the programs are built already. */
  private void demo(Map<String, String> more) throws IOException {
    Map<String, String> environment = new HashMap<>(ports);
    environment.putAll(Map.of("RUN", run.toString(), "BUILD", "true"));
    environment.putAll(Map.of("WEIR_OPTS", QUICK, "WEIR_SIM_OPTS", QUICK));
    environment.putAll(more);
    start(environment, "scripts/demo");
  }

  private String said() throws IOException {
    return Files.readString(out);
  }

  private void says(String text) {
    await()
        .until(
            () -> {
              assertThat(process.isAlive() || said().contains(text)).as(said()).isTrue();
              return said().contains(text);
            });
  }

  private int ended() throws Exception {
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(said()).isTrue();
    return process.exitValue();
  }

  private void stop() throws Exception {
    process.destroy();
    assertThat(ended()).isZero();
  }

  @Test
  void aPortInUseIsNamedBeforeAnythingIsBuilt() throws Exception {
    Path built = run.resolve("built");
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      demo(Map.of("HTTP_PORT", String.valueOf(other.getLocalPort()), "BUILD", "touch " + built));
      assertThat(ended()).isEqualTo(1);
      assertThat(said())
          .contains("Port " + other.getLocalPort() + " is in use")
          .contains("make run HTTP_PORT=");
    }
    assertThat(built).doesNotExist();
  }

  /** The simulator ends while it plays the past. */
  @Test
  void itRunsAndKeepsItsDataAndThenPlaysTheRestOfThePast() throws Exception {
    demo(Map.of());
    says("runs as demo");
    assertThat(said())
        .contains("There is no data of an earlier run")
        .contains("plays the past 16 hours first");
    await().until(() -> !segments().isEmpty());
    stop();
    assertThat(said()).contains("make run goes on with it");
    assertThat(segments()).isNotEmpty();
    String rest = kept(Map.of());
    assertThat(said()).contains("is kept: readings from 2");
    assertThat(Duration.parse("PT" + rest)).isBetween(Duration.ofHours(1), Duration.ofHours(16));
  }

  /** What a run would do with the data that is there: what it says, and what it would play. */
  private String kept(Map<String, String> environment) throws Exception {
    start(environment, "scripts/demo-data", run.toString());
    assertThat(ended()).as(said()).isZero();
    return said().lines().reduce((first, last) -> last).orElseThrow();
  }

  @Tag("soak")
  @Test
  void laterRunsPlayOnlyWhatIsMissing() throws Exception {
    assertThat(kept(Map.of())).isEqualTo("57600s");
    assertThat(said()).contains("There is no data of an earlier run", "past 16 hours first");

    Path segment = Files.createDirectories(readings()).resolve("1.seg");
    Files.write(segment, new byte[2 << 20]);
    setAge(segment, Duration.ofMinutes(50));
    assertThat(kept(Map.of())).matches("30\\d\\ds");
    assertThat(said())
        .contains("is kept: readings from 2", "50 minutes ago", "2.0 MiB in the log")
        .contains("The past is not played again. The simulator plays the 50 minutes since then")
        .contains("make run FRESH=yes");

    setAge(segment, Duration.ofDays(3));
    assertThat(kept(Map.of())).isEqualTo("57600s");
    assertThat(said()).contains("plays the last 16 hours, and goes on; before is a gap");

    assertThat(kept(Map.of("HISTORY", "0s"))).isEqualTo("0s");
    assertThat(segment).exists();
    assertThat(kept(Map.of("FRESH", "yes"))).isEqualTo("57600s");
    assertThat(said()).contains("There is no data of an earlier run");
    assertThat(segment).doesNotExist();
  }

  private Path readings() {
    return run.resolve("data/log/readings");
  }

  private List<Path> segments() throws IOException {
    if (!Files.exists(readings())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(readings())) {
      return files.filter(file -> file.toString().endsWith(".seg")).toList();
    }
  }

  private static void setAge(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  @Test
  void theBuildSaysWhatItDoesAndWhyItFailed() throws Exception {
    Path maven = run.resolve("maven");
    Files.writeString(
        maven,
        """
        [INFO] Building Weir gateway 1.2.3                [3/3]
        Downloaded from central: https://repo.example/a.jar (1 kB at 1 kB/s)
        [INFO] --- compiler:3.16.0:compile (default-compile) @ weir-gateway ---
        [INFO] Building jar: /a/b.jar
        [ERROR] A.java:[1,2] ';' expected
        """);
    start(
        Map.of(), "scripts/progress", run + "/build.log", "sh", "-c", "cat " + maven + "; exit 3");
    assertThat(ended()).isEqualTo(3);
    assertThat(said())
        .containsSubsequence(
            "fetching libraries and tools, only this time: 1 files so far",
            "Weir gateway: compiling\n",
            "';' expected",
            "The build failed (exit 3)")
        .doesNotContain("/a/b.jar");
    assertThat(run.resolve("build.log")).hasSameTextualContentAs(maven);
  }
}
