package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever becomes of a good file, loading answers with a configuration or with its problems. */
class MutatedFilesTest {

  private static final Path SAMPLE = Path.of("../config/gateway.yaml");
  private static final String SECRET = "hunter2";
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MQTT_PASSWORD",
          SECRET,
          "INFLUX_TOKEN",
          SECRET,
          "INFLUX_PASSWORD",
          SECRET,
          "PG_PASSWORD",
          SECRET,
          "WEIR_TOKEN",
          SECRET,
          "WEIR_TLS",
          Path.of("src/test/resources/io/weir/gateway/settings/tls").toAbsolutePath().toString());
  private static final String[] SCRAPS = {
    "",
    ":",
    "-",
    "#",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "\t",
    "\n",
    "  ",
    "null",
    "~",
    "-1",
    "0",
    "99999999999999999999",
    "1e999",
    ".inf",
    "true",
    "${",
    "${MQTT_PASSWORD}",
    "${X:-}",
    "&a",
    "*a",
    "!!int",
    "|",
    ">",
    "%",
    "---",
    "...",
    "?",
    "\0",
    "\uFFFF",
    "ü",
    "🏭",
    "<<: *a",
    "a: b",
    "- - -"
  };

  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void loadingAMutatedFileThrowsNothingElseAndPrintsNoSecret(long seed) throws IOException {
    Random random = new Random(seed);
    String sample = Files.readString(SAMPLE);
    int refused = 0;
    for (int i = 0; i < 25; i++) {
      String mutated = sample;
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        mutated = mutate(mutated, random);
      }
      Path file = folder.resolve("gateway.yaml");
      Files.write(file, bytes(mutated, random));
      try {
        ConfigLoader.load(file, ENVIRONMENT);
      } catch (ConfigException e) {
        refused++;
        assertThat(e.problems()).isNotEmpty();
        assertThat(e.getMessage()).doesNotContain(SECRET);
      }
    }
    assertThat(refused).isPositive();
  }

  private static String mutate(String text, Random random) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    int column = random.nextInt(line.length() + 1);
    String scrap = SCRAPS[random.nextInt(SCRAPS.length)];
    switch (random.nextInt(8)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, line);
      case 2 -> lines.add(at, lines.get(random.nextInt(lines.size())));
      case 3 -> lines.set(at, " ".repeat(random.nextInt(5)) + line.strip());
      case 4 -> lines.set(at, line.substring(0, column) + scrap + line.substring(column));
      case 5 -> lines.set(at, line.substring(0, column));
      case 6 -> lines.set(at, line.replaceFirst(":.*", ": " + scrap.replace("$", "\\$")));
      default -> lines.add(at, scrap);
    }
    return String.join("\n", lines);
  }

  /** Now and then a byte is not what it was, or the end is missing. */
  private static byte[] bytes(String text, Random random) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (random.nextInt(10)) {
      case 0 -> {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        yield bytes;
      }
      case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      default -> bytes;
    };
  }
}
