package io.weir.gateway.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills in {@code ${NAME}}, {@code ${NAME:-default}} and {@code ${file:PATH}} in values; two dollar
 * signs before the brace stand for a literal one. A default also stands in for a variable that is
 * empty, as in a shell. A file's last line break does not count. What is filled in is not searched
 * again. A value that comes out empty is as good as absent.
 */
public final class Placeholders {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
  private static final Pattern VARIABLE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(:-(.*))?");
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private final Path folder;
  private final Map<String, String> environment;
  private final Problems problems;

  /**
   * @param folder where relative paths of {@code ${file:...}} begin
   */
  public Placeholders(Path folder, Map<String, String> environment, Problems problems) {
    this.folder = folder;
    this.environment = environment;
    this.problems = problems;
  }

  public YamlNode fill(YamlNode root) {
    YamlNode filled = fill(root, "");
    return filled == null ? root : filled;
  }

  private @Nullable YamlNode fill(YamlNode node, String key) {
    if (node instanceof YamlNode.Mapping mapping) {
      Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
      mapping
          .entries()
          .forEach(
              (name, entry) -> {
                YamlNode value = fill(entry.value(), YamlNode.key(key, name));
                if (value != null) {
                  entries.put(name, new YamlNode.Entry(entry.place(), value));
                }
              });
      return new YamlNode.Mapping(mapping.place(), entries);
    }
    if (node instanceof YamlNode.Sequence sequence) {
      List<YamlNode> items = new ArrayList<>();
      for (int i = 0; i < sequence.items().size(); i++) {
        YamlNode item = sequence.items().get(i);
        YamlNode filled = fill(item, YamlNode.key(key, i, item));
        items.add(filled == null ? item : filled);
      }
      return new YamlNode.Sequence(sequence.place(), items);
    }
    return fill((YamlNode.Scalar) node, key);
  }

  private YamlNode.@Nullable Scalar fill(YamlNode.Scalar scalar, String key) {
    if (!scalar.written().contains("${")) {
      return scalar;
    }
    StringBuilder text = new StringBuilder();
    boolean isHidden = false;
    Matcher matcher = PLACEHOLDER.matcher(scalar.written());
    while (matcher.find()) {
      String value = matcher.group(1) == null ? "${" : value(matcher, scalar.place(), key);
      if (value == null) {
        return scalar;
      }
      isHidden |= hidden(value, matcher.group());
      matcher.appendReplacement(text, Matcher.quoteReplacement(value));
    }
    matcher.appendTail(text);
    if (isHidden) {
      problems.hide(text.toString(), scalar.written());
    }
    return text.isEmpty()
        ? null
        : new YamlNode.Scalar(
            scalar.place(), scalar.written(), text.toString(), YamlNode.plain(text.toString()));
  }

  /** A default is not hidden: whoever may read the message may read the file, where it stands. */
  private boolean hidden(String filled, String written) {
    boolean isDefault = written.endsWith(":-" + filled + "}");
    if (!isDefault) {
      problems.hide(filled, written);
    }
    return !isDefault;
  }

  private @Nullable String value(Matcher placeholder, FilePosition place, String key) {
    String name = placeholder.group(1);
    if (placeholder.group(2).isEmpty()) {
      problems.add(place, key, "'${' is not closed; write $${ for a literal ${");
      return null;
    }
    if (name.startsWith("file:")) {
      return content(name.substring("file:".length()), place, key);
    }
    Matcher variable = VARIABLE.matcher(name);
    if (!variable.matches()) {
      problems.add(place, key, "${...} takes NAME, NAME:-default or file:PATH");
      return null;
    }
    String value = environment.getOrDefault(variable.group(1), "");
    if (value.isEmpty() && variable.group(3) != null) {
      return variable.group(3);
    }
    if (!environment.containsKey(variable.group(1))) {
      String message =
          "the environment has no %1$s; set it, or give a default with ${%1$s:-...}"
              .formatted(variable.group(1));
      problems.add(place, key, message);
      return null;
    }
    problems.hide(value, "${" + variable.group(1) + "}");
    return value;
  }

  private @Nullable String content(String name, FilePosition place, String key) {
    try (InputStream in = Files.newInputStream(folder.resolve(name))) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        problems.add(place, key, "the file '" + name + "' is larger than 64KiB");
        return null;
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      String value = text.replaceFirst("\r?\n\\z", "");
      problems.hide(value, "${file:" + name + "}");
      return value;
    } catch (CharacterCodingException e) {
      problems.add(place, key, "the file '" + name + "' is not UTF-8");
    } catch (IOException e) {
      problems.add(place, key, "there is no readable file '" + name + "'");
    } catch (InvalidPathException e) {
      problems.add(place, key, "must name a file, not '" + name + "'");
    }
    return null;
  }
}
