package io.weir.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Checks what each value may look like, by a JSON Schema; its errors use the words of the schema's
 * titles ("must be a duration such as ..."). It can be used again and by several threads: to make
 * one takes longer than most files take.
 */
public final class SchemaCheck {

  /** Up to this many values, the title names all; above, it names one and the error lists all. */
  private static final int FEW = 5;

  private final JsonNode document;
  private final Schema schema;

  /**
   * @param document the schema, with all its references inside
   */
  public SchemaCheck(JsonNode document) {
    this.document = document;
    this.schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(document);
  }

  /** Checks by the schema of a stream, which is JSON. */
  public static SchemaCheck by(InputStream document) throws IOException {
    return new SchemaCheck(new ObjectMapper().readTree(document));
  }

  /** Adds a problem for each part of the tree that the schema does not allow. */
  public void check(YamlNode root, Problems problems) {
    check(root, "", problems);
  }

  /**
   * The same of a part of a file.
   *
   * @param parent the key of the part
   */
  public void check(YamlNode root, String parent, Problems problems) {
    for (Error error : schema.validate(root.json())) {
      report(error, root, parent, problems);
    }
  }

  private void report(Error error, YamlNode root, String parent, Problems problems) {
    YamlNode node = root;
    String key = parent;
    NodePath path = error.getInstanceLocation();
    for (int i = 0; i < path.getNameCount(); i++) {
      if (node instanceof YamlNode.Mapping group) {
        key = YamlNode.key(key, path.getName(i));
        node = Objects.requireNonNull(group.get(path.getName(i)), key);
      } else if (node instanceof YamlNode.Sequence list) {
        int index = (Integer) path.getElement(i);
        node = list.items().get(index);
        key = YamlNode.key(key, index, node);
      }
    }
    JsonNode rules = rules(error);
    switch (error.getKeyword()) {
      case "additionalProperties" ->
          unknown(
              (YamlNode.Mapping) node,
              key,
              error.getProperty(),
              names(rules.path("properties")),
              problems);
      case "required" -> missing(node, key, error.getProperty(), rules, problems);
      case "maxItems" -> tooMany((YamlNode.Sequence) node, key, rules, problems);
      case "uniqueItems" -> twice((YamlNode.Sequence) node, key, problems);
      default -> wrong(node, key, rules, problems);
    }
  }

  /** The part of the schema whose keyword failed. */
  private JsonNode rules(Error error) {
    JsonNode rules = document;
    NodePath path = error.getSchemaLocation().getFragment();
    for (int i = 0; i < path.getNameCount() - 1; i++) {
      rules =
          path.getElement(i) instanceof Integer index
              ? rules.path(index)
              : rules.path(path.getName(i));
    }
    return rules;
  }

  private void unknown(
      YamlNode.Mapping group, String parent, String name, List<String> known, Problems problems) {
    FilePosition place = Objects.requireNonNull(group.entries().get(name), name).place();
    String nearest = Nearest.suggest(name, known);
    problems.add(
        place,
        YamlNode.key(parent, name),
        "unknown key",
        nearest == null ? "known here: " + String.join(", ", known) : nearest);
  }

  private void missing(
      YamlNode group, String parent, String name, JsonNode rules, Problems problems) {
    String expected = expected(property(rules, name));
    problems.add(group.place(), YamlNode.key(parent, name), "is missing; it must be " + expected);
  }

  private JsonNode property(JsonNode rules, String name) {
    return resolve(rules.path("properties").path(name));
  }

  private void tooMany(YamlNode.Sequence list, String key, JsonNode rules, Problems problems) {
    problems.add(
        list.place(),
        key,
        "has "
            + list.items().size()
            + " items; it may have "
            + rules.path("maxItems").asInt()
            + " at most");
  }

  private static void twice(YamlNode.Sequence list, String key, Problems problems) {
    Set<String> seen = new HashSet<>();
    for (YamlNode item : list.items()) {
      if (!seen.add(describe(item))) {
        problems.add(item.place(), key, "has " + describe(item) + " twice");
      }
    }
  }

  private void wrong(YamlNode node, String key, JsonNode rules, Problems problems) {
    String suggestion = null;
    if (node instanceof YamlNode.Scalar scalar) {
      boolean textOnly = rules.path("type").asText().equals("string");
      if (textOnly && !scalar.json().isTextual()) {
        suggestion = "write it in quotes";
      } else if (rules.has("enum") && scalar.json().isTextual()) {
        suggestion = Nearest.suggest(scalar.written(), values(rules.path("enum")));
        if (suggestion == null && rules.path("enum").size() > FEW) { // the title names one of them
          suggestion = "known here: " + String.join(", ", values(rules.path("enum")));
        }
      }
    }
    problems.add(
        node.place(), key, "must be " + expected(rules) + ", not " + describe(node), suggestion);
  }

  private JsonNode resolve(JsonNode rules) {
    String reference = rules.path("$ref").asText();
    return reference.isEmpty() ? rules : resolve(document.at(reference.substring(1)));
  }

  /** How the schema names what belongs here. */
  private static String expected(JsonNode rules) {
    return rules.has("title") ? rules.path("title").asText() : or(values(rules.path("enum")));
  }

  private static String or(List<String> values) {
    int last = values.size() - 1;
    return last < 1
        ? String.join("", values)
        : String.join(", ", values.subList(0, last)) + " or " + values.get(last);
  }

  private static List<String> values(JsonNode list) {
    List<String> values = new ArrayList<>();
    list.forEach(
        value -> {
          if (!values.contains(value.asText())) {
            values.add(value.asText());
          }
        });
    return values;
  }

  private static List<String> names(JsonNode properties) {
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** What stands there, in the file's own words; values of variables and files are not shown. */
  private static String describe(YamlNode node) {
    if (node instanceof YamlNode.Mapping) {
      return "a group of keys";
    }
    if (node instanceof YamlNode.Sequence list) {
      return list.items().isEmpty() ? "an empty list" : "a list";
    }
    String written = ((YamlNode.Scalar) node).written();
    if (written.isBlank()) {
      return "empty";
    }
    return written.length() > 60
        ? "a text of " + written.length() + " characters"
        : "'" + written.strip() + "'";
  }
}
