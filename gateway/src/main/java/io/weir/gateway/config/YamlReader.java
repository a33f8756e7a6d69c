package io.weir.gateway.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * YAML text to a tree. Plain YAML only: one document, no anchors, aliases or tags (so nothing can
 * grow beyond the file), no key twice, no deep nesting. A key without a value is as good as absent.
 */
public final class YamlReader {

  private static final int MAX_DEPTH = 16;

  private final YAMLParser yaml;
  private final String file;
  private final boolean isTrusted;
  private final Problems problems;

  private YamlReader(YAMLParser yaml, String file, boolean isTrusted, Problems problems) {
    this.yaml = yaml;
    this.file = file;
    this.isTrusted = isTrusted;
    this.problems = problems;
  }

  /** The tree, or {@code null} where there is none; then a problem says why. */
  public static @Nullable YamlNode read(String text, String file, Problems problems) {
    return read(text, file, true, problems);
  }

  /** The same of a text that may name no files and hold no secrets. */
  public static @Nullable YamlNode readUntrusted(String text, String file, Problems problems) {
    return read(text, file, false, problems);
  }

  private static @Nullable YamlNode read(
      String text, String file, boolean isTrusted, Problems problems) {
    try (YAMLParser yaml = new YAMLFactory().createParser(text)) {
      return new YamlReader(yaml, file, isTrusted, problems).document();
    } catch (JacksonYAMLParseException e) {
      if (e.getCause() instanceof ReaderException) {
        addForbidden(text, file, problems);
        return null;
      }
      String reason = reason(e);
      String hint =
          reason.endsWith("but got {")
              ? "inside { ... } a value that holds { or } stands in quotes"
              : null;
      problems.add(new FilePosition(file, line(e)), "", "not YAML: " + reason, hint);
    } catch (IOException e) {
      int line = e instanceof JsonProcessingException j ? line(j) : 0;
      problems.add(
          new FilePosition(file, line), "", "not YAML that can be read: past a limit of size");
    }
    return null;
  }

  /** The parser says of such a character only where it stands in a buffer. */
  private static void addForbidden(String text, String file, Problems problems) {
    int at = 0;
    int line = 1;
    while (at < text.length() && StreamReader.isPrintable(text.codePointAt(at))) {
      line += text.charAt(at) == '\n' ? 1 : 0;
      at += Character.charCount(text.codePointAt(at));
    }
    String character = at < text.length() ? " U+%04X".formatted(text.codePointAt(at)) : "";
    problems.add(
        new FilePosition(file, line), "", "not YAML: it may not hold the character" + character);
  }

  private @Nullable YamlNode document() throws IOException {
    if (yaml.nextToken() == null || yaml.currentToken() == JsonToken.VALUE_NULL) {
      problems.add(new FilePosition(file, 1), "", "the file is empty");
      return null;
    }
    YamlNode root = node("", 0);
    if (yaml.nextToken() != null) {
      problems.add(here(), "", "a second document begins here; one file holds one");
    }
    return root;
  }

  /** The node at the current token; afterwards that is the node's last. {@code null} for a null. */
  private @Nullable YamlNode node(String key, int depth) throws IOException {
    FilePosition place = here();
    if (depth > MAX_DEPTH) {
      problems.add(place, key, "nested too deeply");
      yaml.skipChildren();
      return null;
    }
    if (yaml.isCurrentAlias() || yaml.getObjectId() != null) {
      problems.add(place, key, "anchors and aliases (& and *) are not supported");
    }
    if (yaml.getTypeId() != null) {
      problems.add(place, key, "tags (!) are not supported");
    }
    return switch (yaml.currentToken()) {
      case START_OBJECT -> mapping(place, key, depth);
      case START_ARRAY -> sequence(place, key, depth);
      case VALUE_NULL -> null;
      default -> scalar(place);
    };
  }

  private YamlNode mapping(FilePosition place, String parent, int depth) throws IOException {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    Map<String, FilePosition> seen = new LinkedHashMap<>();
    while (yaml.nextToken() != JsonToken.END_OBJECT) {
      String name = yaml.currentName();
      String key = YamlNode.key(parent, name);
      FilePosition at = here();
      FilePosition before = seen.putIfAbsent(name, at);
      if (before != null) {
        problems.add(at, key, "stands twice, first in line " + before.line());
      }
      yaml.nextToken();
      YamlNode value = node(key, depth + 1);
      if (value != null && before == null) {
        entries.put(name, new YamlNode.Entry(at, value));
      }
    }
    return new YamlNode.Mapping(place, entries);
  }

  private YamlNode sequence(FilePosition place, String parent, int depth) throws IOException {
    List<YamlNode> items = new ArrayList<>();
    while (yaml.nextToken() != JsonToken.END_ARRAY) {
      String key = parent + "[" + items.size() + "]";
      FilePosition at = here();
      YamlNode item = node(key, depth + 1);
      if (item == null) {
        problems.add(at, key, "is empty");
      } else {
        items.add(item);
      }
    }
    return new YamlNode.Sequence(place, items);
  }

  private YamlNode scalar(FilePosition place) throws IOException {
    String text = yaml.getText();
    boolean isText = yaml.currentToken() == JsonToken.VALUE_STRING;
    return new YamlNode.Scalar(
        place, text, text, isText ? TextNode.valueOf(text) : YamlNode.plain(text));
  }

  private FilePosition here() {
    return new FilePosition(file, yaml.currentTokenLocation().getLineNr(), isTrusted);
  }

  private static int line(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return marked.getProblemMark().getLine() + 1;
    }
    return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
  }

  /** The parser's words without the lines it quotes: those may hold a secret. */
  private static String reason(JacksonYAMLParseException e) {
    String reason =
        e.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null
            ? marked.getProblem()
            : "it cannot be parsed";
    return reason.replaceAll("\\s+", " ");
  }
}
