package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("server")
class StandardOutputTest {

  private static ProcessBuilder weir(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.weir.gateway.Main");
    Collections.addAll(command, args);
    return new ProcessBuilder(command);
  }

  /** The exit code, and what stands on the standard error. */
  private static String ended(Process process) throws IOException, InterruptedException {
    String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + " " + said;
  }

  @Test
  void aCommandWhoseReaderHasEnoughEndsSilentlyAsOtherProgramsDo() throws Exception {
    for (String command : List.of("schema", "version", "--help")) {
      Process process = weir(command).start();
      process.getInputStream().close();
      assertThat(ended(process)).as(command).isEqualTo("141 ");
    }
  }

  @Test
  void whatWasReadBeforeIsWhole() throws Exception {
    Process process = weir("schema").start();
    assertThat(new String(process.getInputStream().readNBytes(2), UTF_8)).isEqualTo("{\n");
    process.getInputStream().close();
    assertThat(ended(process)).isEqualTo("141 ");
  }

  @Test
  void aFullDiskBehindItIsAFailure() throws Exception {
    Process process = weir("schema").redirectOutput(new File("/dev/full")).start();
    assertThat(ended(process))
        .startsWith("2 ")
        .contains("not all of the result could be written to the standard output");
  }
}
