package io.weir.gateway.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A test as people name it: the simple name of its class, and a method.
 *
 * @param type the simple name of the class
 * @param method of that class or of one that it extends
 */
record NamedTest(String type, String method) {

  private static final Path SOURCES = Path.of("src/test/java");

  /** Reads {@code LogModelTest#aLogIsAListWhateverHappens}. */
  static NamedTest parse(String text) {
    String[] parts = text.strip().split("#");
    if (parts.length != 2) {
      throw new IllegalArgumentException("a test is Class#method, not " + text);
    }
    return new NamedTest(parts[0], parts[1]);
  }

  /**
   * The full name of the class.
   *
   * @throws IllegalArgumentException if there is not exactly one of this simple name
   */
  String className() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> found =
          files.filter(file -> file.endsWith(type + ".java")).map(SOURCES::relativize).toList();
      if (found.size() != 1) {
        throw new IllegalArgumentException(found.size() + " test classes are named " + type);
      }
      String path = found.get(0).toString();
      return path.substring(0, path.length() - ".java".length()).replace('/', '.');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return type + "#" + method;
  }
}
