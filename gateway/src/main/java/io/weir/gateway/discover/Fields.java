package io.weir.gateway.discover;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The fields of several payloads: their names, and what was seen as their values. */
final class Fields {

  private static final int MOST_FIELDS = 500;
  private static final int MOST_VALUES = 24;
  private static final int DEEPEST = 32;

  /** One field, by its path. */
  static final class Field {
    /** The path of keys, joined by dots. */
    final String name;

    /** The last key. */
    final String key;

    /** Whether it stands in an object of an array. */
    final boolean inList;

    /** The messages that it stands in. */
    private final Set<Integer> messages = new HashSet<>();

    final Set<String> values = new LinkedHashSet<>();
    int numbers;
    int texts;
    int flags;

    Field(String name, String key, boolean inList) {
      this.name = name;
      this.key = key;
      this.inList = inList;
    }

    boolean isNumber() {
      return numbers > 0 && texts == 0 && flags == 0;
    }

    boolean isText() {
      return texts > 0 && numbers == 0 && flags == 0;
    }

    int seen() {
      return numbers + texts + flags;
    }

    /** A place for YAML: as a pointer reads it. */
    String pointer() {
      return "/" + name.replace("~", "~0").replace("/", "~1").replace('.', '/');
    }

    /** Whether all its texts are numbers. */
    boolean hasNumbersAsTexts() {
      return isText() && values.stream().allMatch(each -> each.matches("[+-]?\\d+([.]\\d+)?"));
    }
  }

  private final Map<String, Field> all = new LinkedHashMap<>();
  private int messages;

  /** Adds the fields of a document, as one message. */
  void add(JsonNode document) {
    messages++;
    add(document, "", "", false, 0);
  }

  /** Adds one value of the message that was begun last. */
  void add(String name, Object value) {
    String key = name.substring(name.lastIndexOf('.') + 1);
    Field field = field(name, key, false);
    if (field != null) {
      seen(
          field,
          String.valueOf(value),
          value instanceof Number ? 'n' : value instanceof Boolean ? 'f' : 't');
    }
  }

  void begin() {
    messages++;
  }

  private void add(JsonNode node, String name, String key, boolean inList, int depth) {
    if (depth > DEEPEST) {
      return;
    }
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              each ->
                  add(
                      each.getValue(),
                      name.isEmpty() ? each.getKey() : name + "." + each.getKey(),
                      each.getKey(),
                      inList,
                      depth + 1));
    } else if (node.isArray()) {
      boolean ofObjects = node.size() > 0 && node.get(0).isObject();
      for (int i = 0; i < node.size(); i++) {
        String inner = ofObjects ? name : name.isEmpty() ? "" + i : name + "." + i;
        add(
            node.get(i),
            inner,
            ofObjects ? key : inner,
            inList || (ofObjects && node.size() > 0),
            depth + 1);
      }
    } else if (!name.isEmpty()) {
      Field field = field(name, key, inList);
      if (field != null && !node.isNull()) {
        seen(field, text(node), node.isNumber() ? 'n' : node.isBoolean() ? 'f' : 't');
      }
    }
  }

  /** A number in digits, also where Java would write an exponent, as of a time in seconds. */
  private static String text(JsonNode node) {
    return node.isDouble() && Double.isFinite(node.doubleValue())
        ? node.decimalValue().toPlainString()
        : node.asText();
  }

  private @Nullable Field field(String name, String key, boolean inList) {
    return all.size() >= MOST_FIELDS
        ? all.get(name)
        : all.computeIfAbsent(name, unused -> new Field(name, key, inList));
  }

  private void seen(Field field, String value, char kind) {
    field.messages.add(messages);
    if (field.values.size() < MOST_VALUES) {
      field.values.add(value);
    }
    field.numbers += kind == 'n' ? 1 : 0;
    field.flags += kind == 'f' ? 1 : 0;
    field.texts += kind == 't' ? 1 : 0;
  }

  Collection<Field> all() {
    return all.values();
  }

  int messages() {
    return messages;
  }

  /** Whether it stands in each message. */
  boolean isAlways(Field field) {
    return field.messages.size() == messages;
  }

  Set<String> names() {
    return all.keySet();
  }

  Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    all.values().forEach(field -> keys.add(field.key));
    return keys;
  }

  /** A number that tells other names and kinds of values. */
  int signature() {
    Map<String, String> kinds = new HashMap<>();
    all.values()
        .forEach(
            each ->
                kinds.put(
                    each.name,
                    (each.numbers > 0 ? "n" : "")
                        + (each.texts > 0 ? "t" : "")
                        + (each.flags > 0 ? "f" : "")));
    return kinds.hashCode();
  }
}
