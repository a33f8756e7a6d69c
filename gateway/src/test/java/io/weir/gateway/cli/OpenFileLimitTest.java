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
class OpenFileLimitTest {

  @TempDir Path home;

  private String run(String limit, String command) throws Exception {
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
                    "ulimit -n "
                        + limit
                        + "; exec \"$0\" -cp \"$1\" io.weir.gateway.Main "
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
    assertThat(run("300", "run"))
        .startsWith("2 ")
        .contains("may have 300 files open, and needs 504", "ulimit -n 1024", "LimitNOFILE");
    assertThat(home.resolve("data")).doesNotExist();
  }
}
