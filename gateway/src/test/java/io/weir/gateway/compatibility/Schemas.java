package io.weir.gateway.compatibility;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a schema says of each key, in words that can be compared: its default, the values that it
 * takes, the keys below that must be there. What several kinds of sources or sinks say of one key
 * is taken together. And what a description of the API says of each path.
 */
final class Schemas {

  private static final String NEEDS = "needs ";
  private static final String OF_KIND = " where type is ";

  private final JsonNode schema;
  private final SortedMap<String, Set<String>> facts = new TreeMap<>();

  private Schemas(JsonNode schema) {
    this.schema = schema;
  }

  /** The facts of each key, by its path; what is in a list has one with brackets. */
  static SortedMap<String, Set<String>> facts(JsonNode schema) {
    Schemas read = new Schemas(schema);
    read.walk("", schema, "");
    return read.facts;
  }

  /**
   * The facts of each path and method of an OpenAPI document: its parameters, its statuses, what it
   * takes; and of each schema for the answers, the members that are always there.
   */
  static SortedMap<String, Set<String>> factsOfApi(JsonNode document) {
    Schemas read = new Schemas(document);
    document
        .path("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fields()
                    .forEachRemaining(
                        method ->
                            read.facts.put(
                                method.getKey() + " " + path.getKey(),
                                read.operation(method.getValue()))));
    document
        .at("/components/schemas")
        .fields()
        .forEachRemaining(schema -> read.members("answer " + schema.getKey(), schema.getValue()));
    return read.facts;
  }

  private Set<String> operation(JsonNode operation) {
    Set<String> known = new TreeSet<>();
    for (JsonNode each : operation.path("parameters")) {
      JsonNode parameter = resolve(each);
      String name = parameter.path("in").asText() + " parameter " + parameter.path("name").asText();
      known.add(name);
      if (parameter.path("required").asBoolean()) {
        known.add(NEEDS + name);
      }
    }
    operation.path("responses").fieldNames().forEachRemaining(each -> known.add("status " + each));
    resolve(operation.path("requestBody"))
        .path("content")
        .fieldNames()
        .forEachRemaining(type -> known.add("body " + type));
    return known;
  }

  private void members(String name, JsonNode schema) {
    Set<String> known = facts.computeIfAbsent(name, key -> new TreeSet<>());
    schema.path("required").forEach(key -> known.add("member " + key.asText()));
    schema
        .path("properties")
        .fields()
        .forEachRemaining(each -> members(name + "." + each.getKey(), each.getValue()));
  }

  private JsonNode resolve(JsonNode rules) {
    return rules.has("$ref") ? schema.at(rules.path("$ref").asText().substring(1)) : rules;
  }

  /**
   * @param kind what a key needs, it needs only in a group of this type; "" for any
   */
  private void walk(String path, JsonNode rules, String kind) {
    Set<String> known = facts.computeIfAbsent(path, key -> new TreeSet<>());
    if (rules.has("default")) {
      known.add("default " + rules.path("default").asText());
    }
    rules.path("enum").forEach(value -> known.add("value " + value.asText()));
    rules.path("required").forEach(key -> known.add(NEEDS + key.asText() + kind));
    if (rules.has("$ref")) {
      walk(path, schema.at(rules.path("$ref").asText().substring(1)), kind);
    }
    for (JsonNode each : rules.path("allOf")) {
      String type = each.at("/if/properties/type/const").asText();
      walk(path, each.path("then"), type.isEmpty() ? kind : OF_KIND + type);
    }
    if (rules.has("items")) {
      walk(path + "[]", rules.path("items"), "");
    }
    rules
        .path("properties")
        .fields()
        .forEachRemaining(
            key ->
                walk(
                    path.isEmpty() ? key.getKey() : path + "." + key.getKey(), key.getValue(), ""));
  }

  /** Whether there was that kind before: no file can have a group of another one. */
  private static boolean isKnown(SortedMap<String, Set<String>> before, String path, String fact) {
    int at = fact.indexOf(OF_KIND);
    return at < 0
        || before
            .getOrDefault(path + ".type", Set.of())
            .contains("value " + fact.substring(at + OF_KIND.length()));
  }

  /** What a file that was right before may stumble over now. */
  static List<String> broken(
      SortedMap<String, Set<String>> before, SortedMap<String, Set<String>> now) {
    List<String> broken = new ArrayList<>();
    for (Map.Entry<String, Set<String>> key : before.entrySet()) {
      Set<String> left = now.get(key.getKey());
      if (left == null) {
        broken.add(key.getKey() + " is gone");
        continue;
      }
      for (String fact : key.getValue()) {
        if (!fact.startsWith(NEEDS) && !left.contains(fact)) {
          broken.add(key.getKey() + " has no more: " + fact);
        }
      }
      for (String fact : left) {
        if (fact.startsWith(NEEDS)
            && !key.getValue().contains(fact)
            && isKnown(before, key.getKey(), fact)) {
          broken.add(key.getKey() + " newly " + fact);
        }
      }
    }
    return broken;
  }
}
