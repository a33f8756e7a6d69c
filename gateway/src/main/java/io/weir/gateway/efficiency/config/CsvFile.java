package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Section;
import io.weir.gateway.model.Failure;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** A CSV file that the configuration names. */
final class CsvFile {

  private CsvFile() {}

  /**
   * Reads the file that a key names. What is wrong with it is a problem of the key.
   *
   * @param parse makes something of the lines, or throws an {@link IllegalArgumentException} that
   *     names the line
   * @param otherwise where the key names no file, or one that cannot be read
   */
  static <T> T read(Section section, String key, Function<List<String>, T> parse, T otherwise) {
    Path file = section.content(key);
    try {
      if (file != null && Files.isReadable(file) && !Files.isDirectory(file)) {
        return parse.apply(Files.readAllLines(file, StandardCharsets.UTF_8));
      }
    } catch (IllegalArgumentException e) {
      section.problem(key, section.written(key) + ", " + e.getMessage());
    } catch (CharacterCodingException e) {
      section.problem(key, section.written(key) + " is not UTF-8");
    } catch (IOException e) {
      section.problem(key, section.written(key) + " cannot be read: " + Failure.why(e));
    }
    return otherwise;
  }
}
