package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** A client that is a program of its own: it publishes the lines that it reads, and ends. */
final class PipedClient implements ForeignClient {

  private static final int PATIENCE_S = 60;

  private final Path folder;
  private final boolean named;
  private final IntFunction<List<String>> command;
  private final Map<Integer, Process> programs = new TreeMap<>();

  /**
   * @param named whether each line says its QoS and whether it is retained; if not, the program
   *     publishes all its lines alike
   * @param command of the program, for a QoS where there is one for each
   */
  PipedClient(Path folder, boolean named, IntFunction<List<String>> command) {
    this.folder = folder;
    this.named = named;
    this.command = command;
  }

  private Process program(int qos) throws IOException {
    int number = named ? 0 : qos;
    Process known = programs.get(number);
    if (known != null) {
      return known;
    }
    Process started =
        new ProcessBuilder(command.apply(qos))
            .redirectErrorStream(true)
            .redirectOutput(log(number).toFile())
            .start();
    programs.put(number, started);
    return started;
  }

  private Path log(int number) {
    return folder.resolve("client-" + number + ".log");
  }

  @Override
  public void publish(int qos, boolean retained, String text) throws IOException {
    String line = named ? qos + " " + (retained ? 1 : 0) + " " + text : text;
    OutputStream in = program(qos).getOutputStream();
    in.write((line + "\n").getBytes(UTF_8));
    in.flush();
  }

  @Override
  public void finish() throws IOException, InterruptedException {
    for (Map.Entry<Integer, Process> each : new ArrayList<>(programs.entrySet())) {
      Process program = each.getValue();
      program.getOutputStream().close();
      boolean ended = program.waitFor(PATIENCE_S, TimeUnit.SECONDS);
      if (!ended || program.exitValue() != 0) {
        String code = ended ? "exit code " + program.exitValue() : "does not end";
        throw new AssertionError(code + ": " + Files.readString(log(each.getKey())));
      }
    }
  }

  @Override
  public void close() {
    programs.values().forEach(Process::destroyForcibly);
  }
}
