package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;

/** One run of the program: its exit code and what it printed. */
record CommandRun(int exit, String out, String err) {

  static CommandRun of(String... args) {
    return of(Map.of(), args);
  }

  /** With something on the standard input. */
  static CommandRun reading(byte[] in, String... args) {
    return of(Map.of(), in, args);
  }

  static CommandRun of(Map<String, String> environment, String... args) {
    return of(environment, new byte[0], args);
  }

  /** With the data directory on another disk. */
  static CommandRun on(FileSystem files, String... args) {
    return of(Map.of(), new byte[0], files, args);
  }

  private static CommandRun of(Map<String, String> environment, byte[] in, String... args) {
    return of(environment, in, FileSystem.DISK, args);
  }

  private static CommandRun of(
      Map<String, String> environment, byte[] in, FileSystem files, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(in),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            environment);
    int exit = new Program(terminal, Time.SYSTEM, files, (file, config) -> 0).run(args);
    return new CommandRun(exit, out.toString(UTF_8), err.toString(UTF_8));
  }
}
