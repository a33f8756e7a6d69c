package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.Overrides;
import io.weir.gateway.config.Placeholders;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.config.YamlReader;
import io.weir.gateway.model.Failure;
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
import java.util.Objects;
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
    return load(file, environment, settings, null, null);
  }

  /**
   * The same with another text in the place of {@link Site#NAME} in the data directory.
   *
   * @param site {@code null} for what stands there
   * @param bundle what replaces the main file; {@code null} for that of the bundle in use, if the
   *     file follows any
   */
  static Config load(
      Path file,
      Map<String, String> environment,
      List<String> settings,
      @Nullable String site,
      @Nullable Path bundle)
      throws ConfigException {
    Problems problems = new Problems();
    Config config = read(file, environment, settings, site, bundle, problems, new HashSet<>());
    problems.raise();
    if (config == null) {
      throw new IllegalStateException("no configuration and no problem: " + file);
    }
    return config;
  }

  /** The configuration as if one route took everything from all sources. */
  static Config sources(Path file, Map<String, String> environment, List<String> settings)
      throws ConfigException {
    Problems problems = new Problems();
    MainFile found = MainFile.of(file, environment, settings, null, problems);
    if (found != null && found.tree() instanceof YamlNode.Mapping main) {
      YamlNode.Mapping any =
          new YamlNode.Mapping(main.place(), Map.of())
              .with("topic", word("#", main))
              .with("format", word("json", main));
      YamlNode whole =
          main.with("routes", new YamlNode.Sequence(main.place(), List.<YamlNode>of(any)));
      YamlNode set = found.withGateway(new Overrides(problems).apply(whole, settings));
      YamlNode filled = new Placeholders(found.folder(), environment, problems).fill(set);
      ConfigSchema.check().check(filled, problems);
      if (Templates.fill(filled, problems) instanceof YamlNode.Mapping root) {
        Config config = new ConfigReader(root, found.folder(), problems, new HashSet<>()).read();
        problems.raise();
        if (config != null) {
          return config;
        }
      }
    }
    problems.raise();
    throw new IllegalStateException("no configuration and no problem: " + file);
  }

  private static YamlNode word(String text, YamlNode at) {
    return new YamlNode.Scalar(at.place(), text, text, YamlNode.plain(text));
  }

  /** The file and those whose content it makes a part of itself, as far as it can be read. */
  static Set<Path> files(Path file, Map<String, String> environment, List<String> settings) {
    Set<Path> files = new LinkedHashSet<>(List.of(file));
    read(file, environment, settings, null, null, new Problems(), files);
    return files;
  }

  /**
   * What the file says of the parts that {@link Site#NAME} may hold, without what is filled in, but
   * with the tree of reasons and tables of cycles in the place of the files that hold them.
   */
  static ObjectNode parts(Path file, Map<String, String> environment, List<String> settings) {
    Problems unheard = new Problems();
    MainFile found = MainFile.of(file, environment, settings, null, unheard);
    if (found == null
        || !(new Overrides(unheard).apply(found.tree(), settings)
            instanceof YamlNode.Mapping main)) {
      return JsonNodeFactory.instance.objectNode();
    }
    ObjectNode parts = Site.partsOf(main);
    if (parts.get("efficiency") instanceof ObjectNode efficiency) {
      new NamedFiles(found.file()).putInto(efficiency);
    }
    return parts;
  }

  static @Nullable YamlNode tree(Path file, Problems problems) {
    String text = text(file, problems);
    return text == null ? null : YamlReader.read(text, file.toString(), problems);
  }

  private static @Nullable Config read(
      Path file,
      Map<String, String> environment,
      List<String> settings,
      @Nullable String site,
      @Nullable Path bundle,
      Problems problems,
      Set<Path> contents) {
    MainFile found = MainFile.of(file, environment, settings, bundle, problems);
    if (found == null) {
      return null;
    }
    contents.add(found.file());
    YamlNode main = found.tree();
    Path folder = found.folder();
    Path data = found.dataDirectory();
    if (data != null) {
      Path sitePath = data.resolve(Site.NAME);
      contents.add(sitePath);
      main = withSite(main, sitePath, site, problems);
    }
    YamlNode whole = found.withGateway(new Overrides(problems).apply(main, settings));
    YamlNode filled = Presets.fill(new Placeholders(folder, environment, problems).fill(whole));
    ConfigSchema.check().check(filled, problems);
    return Templates.fill(filled, problems) instanceof YamlNode.Mapping root
        ? new ConfigReader(root, folder, problems, contents).read()
        : null;
  }

  private static YamlNode withSite(
      YamlNode main, Path path, @Nullable String given, Problems problems) {
    String text = given == null ? siteText(path, problems) : given;
    YamlNode.Mapping site = text == null ? null : Site.read(text, path.toString(), problems);
    return site != null && main instanceof YamlNode.Mapping root ? Site.over(root, site) : main;
  }

  /**
   * What stands in the data directory; {@code null} where nothing does. A directory that is closed
   * to who asks, such as to a user who runs a command beside the service, is as good as empty.
   */
  private static @Nullable String siteText(Path path, Problems problems) {
    Path folder = Objects.requireNonNull(path.getParent());
    return Files.isExecutable(folder) && Files.exists(path) ? text(path, problems) : null;
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
      problems.add(place, "", "cannot be read: " + Failure.why(e));
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
