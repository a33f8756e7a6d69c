package io.weir.gateway.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The list of sabotages, {@code sabotages.yaml}. */
final class Sabotages {

  private static final Set<String> KEYS = Set.of("name", "what", "edits", "killed-by");
  private static final Set<String> EDIT_KEYS = Set.of("in", "replace", "with");

  private Sabotages() {}

  static List<Sabotage> read() throws IOException {
    try (InputStream file = Sabotages.class.getResourceAsStream("sabotages.yaml")) {
      return read(new YAMLMapper().readTree(file));
    }
  }

  private static List<Sabotage> read(JsonNode list) {
    List<Sabotage> sabotages = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode each : list) {
      Sabotage sabotage = sabotage(each);
      if (!names.add(sabotage.name())) {
        throw new IllegalArgumentException("two sabotages are named " + sabotage.name());
      }
      sabotages.add(sabotage);
    }
    return sabotages;
  }

  private static Sabotage sabotage(JsonNode node) {
    checkKeys(node, KEYS);
    List<Edit> edits = new ArrayList<>();
    for (JsonNode edit : node.path("edits")) {
      checkKeys(edit, EDIT_KEYS);
      edits.add(new Edit(text(edit, "in"), text(edit, "replace"), text(edit, "with")));
    }
    if (edits.isEmpty()) {
      throw new IllegalArgumentException("no edits: " + node);
    }
    return new Sabotage(
        text(node, "name"), text(node, "what"), edits, NamedTest.parse(text(node, "killed-by")));
  }

  private static void checkKeys(JsonNode node, Set<String> keys) {
    Set<String> found = new HashSet<>();
    node.fieldNames().forEachRemaining(found::add);
    if (!found.equals(keys)) {
      throw new IllegalArgumentException("the keys are " + keys + ", not " + found + ": " + node);
    }
  }

  private static String text(JsonNode node, String key) {
    return node.path(key).asText();
  }
}
