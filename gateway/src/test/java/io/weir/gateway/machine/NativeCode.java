package io.weir.gateway.machine;

import io.weir.peers.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;

/** Compiles the C sources of {@code src/test/native} with the machine's compiler. */
final class NativeCode {

  private static final Path SOURCES = Path.of("src", "test", "native");

  private NativeCode() {}

  /** A library to preload; its source is {@code NAME.c}. */
  static Path library(Path folder, String name) throws IOException {
    return compile(folder, name, name + ".so", List.of("-shared", "-fPIC"));
  }

  /** A program; its source is {@code NAME.c}. */
  static Path program(Path folder, String name) throws IOException {
    return compile(folder, name, name, List.of());
  }

  private static Path compile(Path folder, String name, String output, List<String> options)
      throws IOException {
    Path result = Files.createDirectories(folder).resolve(output).toAbsolutePath();
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(Peer.program("gcc", "gcc libc6-dev"), "-O1", "-Wall", "-Wextra", "-Werror"));
    command.addAll(options);
    command.addAll(
        List.of(
            "-o", result.toString(), SOURCES.resolve(name + ".c").toString(), "-lpthread", "-ldl"));
    Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      Assertions.assertThat(compiler.waitFor()).as(said).isZero();
    } catch (InterruptedException e) {
      throw new IllegalStateException("a compiler must not be interrupted", e);
    }
    return result;
  }
}
