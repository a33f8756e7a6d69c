package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.fuzz.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Configuration files: a good one, changed. Loading answers with a configuration or with its
 * problems, each with a line where it has one, and never shows a secret.
 */
public final class ConfigTarget implements Target {

  private static final Path SAMPLE = Path.of("../config/gateway.yaml");
  private static final String SECRET = "hunter2";
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MQTT_PASSWORD",
          SECRET,
          "KAFKA_PASSWORD",
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

  /** The sample, each top-level key with what is below it. */
  private final String[] sections = Files.readString(SAMPLE).split("\n(?=[a-z])");

  private final Path file = Files.createTempFile("fuzzed-", ".yaml");

  public ConfigTarget() throws IOException {}

  @Override
  public byte[] input(Random random) {
    StringBuilder chosen = new StringBuilder(sections[0]);
    for (int i = 1; i < sections.length; i++) {
      if (i < 3 || random.nextInt(3) == 0) { // a short file is quicker to load
        chosen.append('\n').append(sections[i]);
      }
    }
    String mutated = chosen.toString();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      mutated = mutate(mutated, random);
    }
    return bytes(mutated, random);
  }

  @Override
  public String run(byte[] input) throws IOException {
    Files.write(file, input);
    try {
      ConfigLoader.load(file, ENVIRONMENT);
      return "taken";
    } catch (ConfigException e) {
      assertThat(e.problems()).isNotEmpty();
      assertThat(e.getMessage()).doesNotContain(SECRET);
      long lines = new String(input, StandardCharsets.UTF_8).lines().count() + 1;
      e.problems()
          .forEach(
              problem -> {
                assertThat(problem.message()).isNotEmpty();
                assertThat((long) problem.line()).isBetween(0L, lines + 1);
              });
      return shortly(e.problems().get(0).message());
    }
  }

  /** Its first words, without what is quoted of the file. */
  private static String shortly(String message) {
    String words = message.replaceAll("'[^']*'|[0-9].*|[^a-z A-Z,].*", "").strip();
    return words.substring(0, Math.min(words.length(), 40));
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
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
