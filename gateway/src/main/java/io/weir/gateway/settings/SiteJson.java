package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.gateway.config.YamlNode;

/**
 * A part of the configuration as JSON that a browser can give back unchanged. Where the schema
 * takes text, a number that JavaScript would write in another way is text: {@code 007} stays 007,
 * {@code 1.0} does not become 1, and no digit of a long one is lost.
 */
final class SiteJson {

  /** Digits that every whole number may have and still be exact in JavaScript. */
  private static final int EXACT_DIGITS = 15;

  private final JsonNode schema;

  /**
   * @param schema of the whole file; a missing node where it takes text only
   */
  SiteJson(JsonNode schema) {
    this.schema = schema;
  }

  ObjectNode of(YamlNode.Mapping root) {
    return (ObjectNode) json(root, schema);
  }

  private JsonNode json(YamlNode node, JsonNode given) {
    JsonNode rules = resolved(given);
    if (node instanceof YamlNode.Mapping group) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      group
          .entries()
          .forEach((key, entry) -> json.set(key, json(entry.value(), inside(rules, key))));
      return json;
    }
    if (node instanceof YamlNode.Sequence list) {
      ArrayNode json = JsonNodeFactory.instance.arrayNode();
      list.items().forEach(item -> json.add(json(item, item(rules))));
      return json;
    }
    YamlNode.Scalar scalar = (YamlNode.Scalar) node;
    return scalar.json().isNumber() && takesText(rules) && !isExact(scalar.text())
        ? TextNode.valueOf(scalar.text())
        : scalar.json();
  }

  private static boolean isExact(String text) {
    return text.matches("-?[0-9]{1," + EXACT_DIGITS + "}") && !text.matches("-?0[0-9]+|-0");
  }

  /** Whether text may stand here; of what the schema does not say it may. */
  private static boolean takesText(JsonNode rules) {
    String type = rules.path("type").toString();
    return type.isEmpty() || type.contains("string");
  }

  private JsonNode inside(JsonNode rules, String key) {
    JsonNode found = rules.at("/properties/" + key);
    for (JsonNode each : rules.path("allOf")) {
      found = found.isMissingNode() ? resolved(each.path("then")).at("/properties/" + key) : found;
    }
    return found;
  }

  private JsonNode item(JsonNode rules) {
    JsonNode found = rules.path("items");
    for (JsonNode each : rules.path("allOf")) {
      found = found.isMissingNode() ? resolved(each.path("then")).path("items") : found;
    }
    return found;
  }

  private JsonNode resolved(JsonNode rules) {
    String reference = rules.path("$ref").asText();
    return reference.isEmpty() ? rules : resolved(schema.at(reference.substring(1)));
  }
}
