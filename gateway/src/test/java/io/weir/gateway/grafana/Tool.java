package io.weir.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.peers.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program that judges a file by its exit code. A missing one fails and says how to get it. */
record Tool(String program, String aptPackage) {

  /** Runs it to its end; what it prints says why, where it is not content. */
  void accepts(Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Outcome outcome = run(folder, environment, arguments);
    assertThat(outcome.code())
        .as("%s %s\n%s", program, String.join(" ", arguments), outcome.output())
        .isZero();
  }

  record Outcome(int code, String output) {}

  Outcome run(Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Peer.program(program, aptPackage)));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
