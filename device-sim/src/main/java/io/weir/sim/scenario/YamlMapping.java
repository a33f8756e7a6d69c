package io.weir.sim.scenario;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One mapping of a YAML file. A reader asks for each key it knows; {@link #end} then reports the
 * unknown keys. Every error has the file and the line.
 */
final class YamlMapping {

  private final String file;
  private final Node node;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();

  YamlMapping(String file, Node node, String what) {
    this.file = file;
    this.node = node;
    if (!(node instanceof MappingNode mapping)) {
      throw error(node, "expected " + what);
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String key = scalar(tuple.getKeyNode(), "a key");
      if (values.put(key, tuple.getValueNode()) != null) {
        throw error(tuple.getKeyNode(), "key \"" + key + "\" appears twice");
      }
    }
  }

  /** Where the mapping starts: {@code file line 7}. */
  String where() {
    return where(node);
  }

  private String where(Node at) {
    return file + " line " + (at.getStartMark().getLine() + 1);
  }

  IllegalArgumentException error(String key, String what) {
    return error(values.getOrDefault(key, node), key + " " + what);
  }

  private IllegalArgumentException error(Node at, String what) {
    return new IllegalArgumentException(where(at) + ": " + what);
  }

  private String scalar(Node from, String what) {
    if (from instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw error(from, "expected one value for " + what);
  }

  private @Nullable Node take(String key) {
    asked.add(key);
    return values.get(key);
  }

  private Node present(String key) {
    Node value = take(key);
    if (value == null) {
      throw error(node, "\"" + key + "\" is missing");
    }
    return value;
  }

  boolean has(String key) {
    asked.add(key);
    return values.containsKey(key);
  }

  String text(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  String text(String key) {
    String text = scalar(present(key), key);
    if (text.length() > Scenario.LONGEST_TEXT) {
      throw error(key, "has at most %d characters".formatted(Scenario.LONGEST_TEXT));
    }
    return text;
  }

  String choice(String key, List<String> of) {
    String value = text(key);
    if (!of.contains(value)) {
      throw error(key, "is " + String.join(" or ", of) + ", not \"" + value + "\"");
    }
    return value;
  }

  double number(String key, double least, double most) {
    String text = text(key);
    try {
      double value = Double.parseDouble(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw error(key, "is a number, not \"" + text + "\"");
    }
    throw error(key, "is %s to %s, not %s".formatted(plain(least), plain(most), text));
  }

  long whole(String key, long least, long most) {
    double value = number(key, least, most);
    if (value != Math.rint(value)) {
      throw error(key, "is a whole number, not " + value);
    }
    return (long) value;
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** Milliseconds; at least 1. */
  long duration(String key) {
    long ms = signedDuration(key);
    if (ms < 1) {
      throw error(key, "is at least 1ms");
    }
    return ms;
  }

  /** Milliseconds of a duration, which may have a minus sign. */
  long signedDuration(String key) {
    String text = text(key);
    boolean minus = text.startsWith("-");
    try {
      long ms = DurationText.parse(minus ? text.substring(1) : text).toMillis();
      return minus ? -ms : ms;
    } catch (IllegalArgumentException e) {
      throw error(key, String.valueOf(e.getMessage()));
    }
  }

  /** One text or a list of them. */
  List<String> texts(String key) {
    Node value = present(key);
    List<Node> nodes = value instanceof SequenceNode list ? list.getValue() : List.of(value);
    if (nodes.isEmpty()) {
      throw error(key, "names at least one");
    }
    return nodes.stream().map(each -> scalar(each, key)).toList();
  }

  List<YamlMapping> list(String key, String what) {
    Node value = take(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof SequenceNode list)) {
      throw error(value, "expected a list of " + key);
    }
    return list.getValue().stream().map(each -> new YamlMapping(file, each, what)).toList();
  }

  /** Ends the reading: keys that were not asked for are unknown. */
  void end() {
    values.forEach(
        (key, value) -> {
          if (!asked.contains(key)) {
            throw error(value, "unknown key \"" + key + "\"" + Suggestions.suggest(key, asked));
          }
        });
  }
}
