package io.weir.gateway.settings;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.Overrides;
import io.weir.gateway.config.Placeholders;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.SchemaCheck;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.config.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the configuration file. */
public final class ConfigLoader {

  private static final int MAX_BYTES = 1 << 20;

  private ConfigLoader() {}

  /**
   * The configuration in a file.
   *
   * @param file YAML, UTF-8, at most 1 MiB; relative paths in it begin in its folder
   * @param environment what {@code ${NAME}} refers to
   * @throws ConfigException with every problem found
   */
  public static Config load(Path file, Map<String, String> environment) throws ConfigException {
    return load(file, environment, List.of());
  }

  /**
   * The configuration in a file, with settings laid over it.
   *
   * @param settings each {@code KEY=VALUE}, such as {@code http.port=8081} or {@code
   *     sources[plant].url=tcp://localhost:1884}; the last of a key wins
   */
  public static Config load(Path file, Map<String, String> environment, List<String> settings)
      throws ConfigException {
    Problems problems = new Problems();
    Config config = read(file, environment, settings, problems, new HashSet<>());
    problems.raise();
    if (config == null) {
      throw new IllegalStateException("no configuration and no problem: " + file);
    }
    return config;
  }

  /** The file and those whose content it makes a part of itself, as far as it can be read. */
  static Set<Path> files(Path file, Map<String, String> environment, List<String> settings) {
    Set<Path> files = new LinkedHashSet<>(List.of(file));
    read(file, environment, settings, new Problems(), files);
    return files;
  }

  private static @Nullable Config read(
      Path file,
      Map<String, String> environment,
      List<String> settings,
      Problems problems,
      Set<Path> contents) {
    Path absolute = file.toAbsolutePath().normalize();
    Path folder = absolute.getParent() == null ? absolute : absolute.getParent();
    String text = text(file, problems);
    YamlNode tree = text == null ? null : YamlReader.read(text, file.toString(), problems);
    if (tree == null) {
      return null;
    }
    YamlNode set = new Overrides(problems).apply(tree, settings);
    YamlNode filled = Presets.fill(new Placeholders(folder, environment, problems).fill(set));
    new SchemaCheck(ConfigSchema.document(), problems).check(filled);
    return filled instanceof YamlNode.Mapping root
        ? new ConfigReader(root, folder, problems, contents).read()
        : null;
  }

  private static @Nullable String text(Path file, Problems problems) {
    FilePosition place = new FilePosition(file.toString(), 0);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        problems.add(place, "", "is larger than 1MiB");
        return null;
      }
      return decode(bytes, file, problems);
    } catch (NoSuchFileException e) {
      problems.add(place, "", "there is no such file");
    } catch (IOException e) {
      problems.add(place, "", "cannot be read: " + e.getMessage());
    }
    return null;
  }

  private static @Nullable String decode(byte[] bytes, Path file, Problems problems) {
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = utf8.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
      problems.add(new FilePosition(file.toString(), line), "", "is not UTF-8 from here on");
      return null;
    }
    return text;
  }
}
