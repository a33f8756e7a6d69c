package io.weir.gateway.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.e2e.SharedClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A {@link Crowd} that has ended: its exit code and what it printed. */
record CrowdProcess(int exit, String output) {

  static CrowdProcess run(String heap, Path folder, String... what)
      throws IOException, InterruptedException {
    List<String> command = SharedClasses.java("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError");
    command.addAll(List.of(Crowd.class.getName(), folder.toString()));
    command.addAll(List.of(what));
    Path output = folder.resolve("crowd.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int exit = process.waitFor();
    return new CrowdProcess(exit, Files.readString(output, UTF_8));
  }

  /** The last number that it printed for a name. */
  long number(String name) {
    return output
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
        .reduce((before, last) -> last)
        .orElseThrow(() -> new AssertionError("no " + name + " in " + output));
  }
}
