package io.weir.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One group of keys, read with types. What is absent, and what the schema has refused already,
 * reads as its default: each problem is reported once, and reading goes on to find the others.
 * Where there is no default the reader returns a stand-in, which is never used, since there is a
 * problem then.
 */
public final class Section {

  private final YamlNode.Mapping group;
  private final String key;
  private final Path folder;
  private final Problems problems;
  private final Set<Path> contents;

  /**
   * @param contents where the files go whose content is read as a part of the configuration
   */
  public Section(
      YamlNode.Mapping group, String key, Path folder, Problems problems, Set<Path> contents) {
    this.group = group;
    this.key = key;
    this.folder = folder;
    this.problems = problems;
    this.contents = contents;
  }

  public FilePosition place() {
    return group.place();
  }

  /** The group's own key, such as {@code sources[plant]}. */
  public String key() {
    return key;
  }

  /** Where relative paths begin. */
  public Path folder() {
    return folder;
  }

  /** Where a key's value stands, in words: "line 12". */
  public String where(String name) {
    FilePosition at = place(name);
    return at.line() > 0 ? "line " + at.line() : at.source();
  }

  /** Where a key's value stands; where the group does if it is absent. */
  public FilePosition place(String name) {
    YamlNode value = group.get(name);
    return value == null ? place() : value.place();
  }

  public boolean has(String name) {
    return group.get(name) != null;
  }

  public List<String> names() {
    return List.copyOf(group.entries().keySet());
  }

  /** Says what is wrong with the value of a key, or with its absence. */
  public void problem(String name, String message, @Nullable String suggestion) {
    problems.add(place(name), YamlNode.key(key, name), message, suggestion);
  }

  public void problem(String name, String message) {
    problem(name, message, null);
  }

  /** The value as the file has it, for messages; never a secret's. */
  public String written(String name) {
    return group.get(name) instanceof YamlNode.Scalar scalar ? scalar.written() : "";
  }

  public @Nullable String text(String name) {
    YamlNode.Scalar value = allowed(name);
    return value == null ? null : value.text();
  }

  public String text(String name, String otherwise) {
    return Objects.requireNonNullElse(text(name), otherwise);
  }

  public @Nullable Secret secret(String name) {
    String text = text(name);
    if (text != null && isRefused(name, "is a secret")) {
      return null;
    }
    return text == null ? null : new Secret(text);
  }

  /** A whole number within the schema's bounds. */
  public int number(String name, int otherwise) {
    JsonNode value = json(name);
    return value != null && value.isIntegralNumber() && value.canConvertToInt()
        ? value.intValue()
        : otherwise;
  }

  /** A number within the schema's bounds. */
  public double decimal(String name, double otherwise) {
    JsonNode value = json(name);
    return value != null && value.isNumber() ? value.doubleValue() : otherwise;
  }

  /** The numbers of a list; empty where it is absent. */
  public List<Double> decimals(String name) {
    List<Double> numbers = new ArrayList<>();
    if (group.get(name) instanceof YamlNode.Sequence list) {
      for (YamlNode item : list.items()) {
        if (item instanceof YamlNode.Scalar scalar && scalar.json().isNumber()) {
          numbers.add(scalar.json().doubleValue());
        }
      }
    }
    return numbers;
  }

  public boolean flag(String name, boolean otherwise) {
    JsonNode value = json(name);
    return value == null ? otherwise : value.asBoolean(otherwise);
  }

  private @Nullable JsonNode json(String name) {
    YamlNode.Scalar value = allowed(name);
    return value == null ? null : value.json();
  }

  /** A value of which nothing wrong is known. */
  private YamlNode.@Nullable Scalar allowed(String name) {
    return group.get(name) instanceof YamlNode.Scalar scalar
            && !problems.has(scalar.place(), YamlNode.key(key, name))
        ? scalar
        : null;
  }

  /** One of an enumeration's constants; the file writes them in lower case with dashes. */
  public <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
    String text = text(name);
    if (text != null) {
      for (E constant : type.getEnumConstants()) {
        if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
          return constant;
        }
      }
    }
    return null;
  }

  public <E extends Enum<E>> E choice(String name, E otherwise) {
    return Objects.requireNonNullElse(choice(name, otherwise.getDeclaringClass()), otherwise);
  }

  /** A size in bytes, within bounds. */
  public long bytes(String name, long otherwise, long least, long most) {
    String text = text(name);
    Long bytes = text == null ? null : Quantities.bytes(text);
    if (bytes == null) {
      return otherwise;
    }
    if (bytes < least || bytes > most) {
      String lower = Quantities.show(least);
      problem(
          name,
          most == Long.MAX_VALUE
              ? "must be at least " + lower + ", not '" + written(name) + "'"
              : bounds(lower, Quantities.show(most), name));
      return otherwise;
    }
    return bytes;
  }

  /** The values of a list; empty where it is absent. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    if (group.get(name) instanceof YamlNode.Sequence list) {
      for (YamlNode item : list.items()) {
        if (item instanceof YamlNode.Scalar scalar) {
          texts.add(scalar.text());
        }
      }
    }
    return texts;
  }

  /** A time zone, or {@code null} where none is named or there is no such. */
  public @Nullable ZoneId zone(String name) {
    String zone = text(name);
    try {
      return zone == null ? null : ZoneId.of(zone);
    } catch (DateTimeException e) {
      problem(
          name,
          "there is no time zone '" + written(name) + "'",
          Nearest.suggest(written(name), ZoneId.getAvailableZoneIds()));
      return null;
    }
  }

  /** A duration, within bounds. */
  public Duration duration(String name, Duration otherwise, Duration least, Duration most) {
    String text = text(name);
    Duration duration = text == null ? null : Quantities.duration(text);
    if (duration == null) {
      return otherwise;
    }
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      problem(name, bounds(Quantities.show(least), Quantities.show(most), name));
      return otherwise;
    }
    return duration;
  }

  /** The same, in whole seconds. */
  public Duration seconds(String name, Duration otherwise, Duration least, Duration most) {
    Duration duration = duration(name, otherwise, least, most);
    if (duration.toMillisPart() != 0) {
      problem(name, "must be whole seconds, not '" + written(name) + "'");
    }
    return duration;
  }

  /** The same, or {@code null} where it is absent. */
  public @Nullable Duration durationIf(String name, Duration least, Duration most) {
    return has(name) ? duration(name, least, least, most) : null;
  }

  private String bounds(String least, String most, String name) {
    return "must be from " + least + " to " + most + ", not '" + written(name) + "'";
  }

  /** Says that a value may stand in the main file only, where it stands elsewhere. */
  private boolean isRefused(String name, String what) {
    if (place(name).isTrusted()) {
      return false;
    }
    problem(name, what + ", which only the main configuration file may hold");
    return true;
  }

  /** A path, relative ones from the configuration file's folder. */
  public @Nullable Path path(String name) {
    String text = text(name);
    return text == null || isRefused(name, "names a file") ? null : path(name, text);
  }

  private @Nullable Path path(String name, String text) {
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      problem(
          name,
          "must be a path, not '" + text + "'",
          "a name with letters beyond a to z needs a locale of UTF-8: LC_ALL=C.UTF-8");
      return null;
    }
  }

  /** The path of a file that exists and can be read. */
  public @Nullable Path file(String name) {
    Path path = path(name);
    return path == null ? null : readable(name, path, text(name, ""));
  }

  private Path readable(String name, Path path, String text) {
    if (!(Files.isRegularFile(path) && Files.isReadable(path))) {
      problem(name, "there is no readable file '" + text + "'");
    }
    return path;
  }

  /** The same of a file whose content is a part of the configuration. */
  public @Nullable Path content(String name) {
    Path path = file(name);
    if (path != null) {
      contents.add(path);
    }
    return path;
  }

  /** The same of one file or a list of them; empty where it is absent. */
  public List<Path> contents(String name) {
    Path one = content(name);
    if (one != null) {
      return List.of(one);
    }
    List<Path> paths = new ArrayList<>();
    List<String> texts = texts(name);
    if (!texts.isEmpty() && isRefused(name, "names files")) {
      return paths;
    }
    for (String text : texts) {
      Path path = path(name, text);
      if (path != null) {
        contents.add(readable(name, path, text));
        paths.add(path);
      }
    }
    return paths;
  }

  /** Whether the value of that key is a group of keys. */
  public boolean hasSection(String name) {
    return group.get(name) instanceof YamlNode.Mapping;
  }

  public Problems problems() {
    return problems;
  }

  /** That key alone where its value is a list, else {@code null}. */
  public YamlNode.@Nullable Mapping list(String name) {
    YamlNode.Entry entry = group.entries().get(name);
    return entry != null && entry.value() instanceof YamlNode.Sequence
        ? new YamlNode.Mapping(place(), Map.of(name, entry))
        : null;
  }

  /** A group of keys below; empty where it is absent. */
  public Section section(String name) {
    YamlNode.Mapping below =
        group.get(name) instanceof YamlNode.Mapping m ? m : new YamlNode.Mapping(place(), Map.of());
    return new Section(below, YamlNode.key(key, name), folder, problems, contents);
  }

  /** The groups of a list below; empty where it is absent. */
  public List<Section> sections(String name) {
    List<Section> sections = new ArrayList<>();
    if (group.get(name) instanceof YamlNode.Sequence list) {
      for (int i = 0; i < list.items().size(); i++) {
        if (list.items().get(i) instanceof YamlNode.Mapping item) {
          String itemKey = YamlNode.key(YamlNode.key(key, name), i, item);
          sections.add(new Section(item, itemKey, folder, problems, contents));
        }
      }
    }
    return sections;
  }
}
