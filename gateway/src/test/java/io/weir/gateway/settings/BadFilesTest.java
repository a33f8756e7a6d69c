package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A bad file lists its expected problems: each of its lines ends with the problems expected there,
 * each after {@code #!}. To add a case, add a file to {@code bad}.
 */
class BadFilesTest {

  private static final Path BAD = Path.of("src/test/resources/io/weir/gateway/settings/bad");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("SECRET", "hunter2", "EMPTY", "", "NUMBER", "65535");

  static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(BAD)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyProblemIsReportedAtOnceWithItsLineAndKey(String name) throws IOException {
    Path file = BAD.resolve(name);
    List<String> expected = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String[] parts = lines.get(i).split(" #! ");
      for (int part = 1; part < parts.length; part++) {
        expected.add(file + ":" + (i + 1) + ": " + parts[part].strip());
      }
    }
    assertThat(expected).isNotEmpty();

    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file, ENVIRONMENT));

    assertThat(refused.problems().stream().map(Problem::toString))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(refused.problems().stream().map(Problem::line)).isSorted();
    assertThat(refused.getMessage()).doesNotContain("hunter2");
  }
}
