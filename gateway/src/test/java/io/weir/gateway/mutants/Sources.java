package io.weir.gateway.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The sources of the gateway, by their path below {@code io/weir/gateway}. Each is read once. */
final class Sources {

  private static final Path PACKAGE = Path.of("src/main/java/io/weir/gateway");

  private final Map<String, String> read = new HashMap<>();

  /**
   * @throws IllegalArgumentException if there is no such file
   */
  String text(String file) {
    return read.computeIfAbsent(file, Sources::load);
  }

  private static String load(String file) {
    Path path = PACKAGE.resolve(file);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException("there is no source " + file);
    }
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
