package io.weir.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The file as a tree that knows where each part was written. Immutable. */
public sealed interface YamlNode {

  FilePosition place();

  /** The same without places, as the schema checks it. */
  JsonNode json();

  /** A group of keys, in the order of the file. */
  record Mapping(FilePosition place, Map<String, Entry> entries) implements YamlNode {

    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    public @Nullable YamlNode get(String key) {
      Entry entry = entries.get(key);
      return entry == null ? null : entry.value();
    }

    /** The same with another value of one key. */
    public Mapping with(String key, YamlNode value) {
      Map<String, Entry> changed = new LinkedHashMap<>(entries);
      changed.put(key, new Entry(value.place(), value));
      return new Mapping(place, changed);
    }

    @Override
    public JsonNode json() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      entries.forEach((key, entry) -> json.set(key, entry.value().json()));
      return json;
    }
  }

  /** A value and where its key stands. */
  record Entry(FilePosition place, YamlNode value) {}

  record Sequence(FilePosition place, List<YamlNode> items) implements YamlNode {

    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public JsonNode json() {
      ArrayNode json = JsonNodeFactory.instance.arrayNode();
      items.forEach(item -> json.add(item.json()));
      return json;
    }
  }

  /**
   * One value.
   *
   * @param written as it stands in the file, placeholders unfilled; safe to be shown unless the key
   *     is a secret's
   * @param text with placeholders filled in; never to be shown
   * @param json its value by {@link #plain}; a text where it stands in quotes without placeholders
   */
  record Scalar(FilePosition place, String written, String text, JsonNode json)
      implements YamlNode {

    @Override
    public String toString() {
      return written;
    }
  }

  Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,99})");
  Pattern DECIMAL = Pattern.compile("-?[0-9]{1,99}(\\.[0-9]{1,99})?([eE][-+]?[0-9]{1,2})?");

  /**
   * What a text is where nothing marks it as one: a decimal number, true, false, or text after all.
   */
  static JsonNode plain(String text) {
    if (text.equals("true") || text.equals("false")) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    if (WHOLE.matcher(text).matches()) {
      return BigIntegerNode.valueOf(new BigInteger(text));
    }
    if (DECIMAL.matcher(text).matches()) {
      return DoubleNode.valueOf(Double.parseDouble(text));
    }
    return TextNode.valueOf(text);
  }

  /** The key of a part of a group: {@code http.port}. */
  static String key(String parent, String key) {
    return parent.isEmpty() ? key : parent + "." + key;
  }

  /** The key of a part of a list, by its name where it has one: {@code sources[plant]}. */
  static String key(String parent, int index, YamlNode item) {
    String name = name(item);
    return parent + "[" + (name == null ? index : name) + "]";
  }

  /** The name that an item of a list goes by, or {@code null}. */
  static @Nullable String name(YamlNode item) {
    return item instanceof Mapping mapping
            && mapping.get("name") instanceof Scalar name
            && name.written().matches("[A-Za-z0-9._-]{1,64}")
        ? name.written()
        : null;
  }
}
