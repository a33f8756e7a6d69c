package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class ProcessLimitsTest {

  @TempDir Path home;

  private String run(String shell, String command) throws Exception {
    return run(shell, System.getProperty("java.class.path"), command);
  }

  private String run(String shell, String classPath, String command) throws Exception {
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
                    classPath,
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

  /**
   * The limit is one of a user and holds for no root, so the process runs as a user without any
   * other process, and its class path lies where that user may read it.
   */
  @Test
  void aProcessThatMayStartTooFewThreadsDoesNotStartAndSaysWhatItNeeds() throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "a limit of threads: only root becomes another user, so run make test as root");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    String stranger = "exec prlimit --nproc=40 setpriv --reuid=64123 --clear-groups";
    String classPath = readable();
    assertThat(run(stranger, classPath, "run"))
        .startsWith("2 ")
        .containsPattern("may start \\d+ threads, and needs 52")
        .contains("ulimit -u", "TasksMax");
    assertThat(home.resolve("data")).doesNotExist();
    assertThat(run(stranger, classPath, "doctor"))
        .containsPattern("WRONG +threads +this process may start \\d+ threads");
  }

  /** The class path of this test, in a folder that everybody may read. */
  private String readable() throws IOException {
    List<String> path = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path from = Path.of(part);
      Path to = home.resolve("lib").resolve(path.size() + "-" + from.getFileName());
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Path copy = to.resolve(from.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          if (!Files.isDirectory(file)) {
            Files.copy(file, copy);
          }
        }
      }
      path.add(to.toString());
    }
    return String.join(File.pathSeparator, path);
  }
}
