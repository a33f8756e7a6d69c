package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class ProcessLimitsTest {

  @TempDir Path home;

  private String run(String shell, String command) throws Exception {
    Path yaml = home.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: few, data-dir: data }
        http: { port: 0 }
        sources: [ { name: in, type: http } ]
        routes: [ { topic: "#", format: json } ]
        sinks: [ { name: s, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
        """);
    Process process =
        new ProcessBuilder(
                List.of(
                    "/bin/sh",
                    "-c",
                    shell
                        + " \"$0\" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError -cp \"$1\" io.weir.gateway.Main "
                        + command
                        + " --config \"$2\"",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    System.getProperty("java.class.path"),
                    yaml.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + " " + said;
  }

  @Test
  void aProcessThatMayOpenTooFewFilesDoesNotStartAndSaysWhatItNeeds() throws Exception {
    assertThat(run("ulimit -n 300; exec", "run"))
        .startsWith("2 ")
        .contains("may have 300 files open, and needs 504", "ulimit -n 1024", "LimitNOFILE");
    assertThat(home.resolve("data")).doesNotExist();
  }

  /** The stacks of more threads than that do not fit into the memory that the process may map. */
  @Test
  void aProcessThatMayStartTooFewThreadsDoesNotStartAndSaysWhatItNeeds() throws Exception {
    String few = "ulimit -v 9000000; JAVA_TOOL_OPTIONS='-Xmx256m -Xss256m' exec";
    assertThat(run(few, "run"))
        .startsWith("2 ")
        .containsPattern("may start \\d+ threads, and needs 52")
        .contains("ulimit -u", "TasksMax");
    assertThat(home.resolve("data")).doesNotExist();
    assertThat(run(few, "doctor"))
        .containsPattern("WRONG +threads +this process may start \\d+ threads");
  }
}
