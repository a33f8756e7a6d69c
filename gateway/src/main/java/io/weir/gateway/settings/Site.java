package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.SchemaCheck;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.config.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the configuration that people change on the page. They stand in {@link #NAME} in the
 * data directory, which goes over the main file:
 *
 * <ul>
 *   <li>its {@code routes} come behind those of the main file, so that no message takes another
 *       route because of it;
 *   <li>its {@code machines} come before those of the main file, its {@code templates} and {@code
 *       labels} beside them; one of the same asset or name takes the place of the main file's;
 *   <li>each other key takes the place of the main file's key, as a whole.
 * </ul>
 *
 * <p>Everything else is refused, and so is whatever would let its author read more of the machine
 * than a configuration: secrets, names of files, and values from the environment.
 */
public final class Site {

  /** The name of the file. */
  public static final String NAME = "site.yaml";

  private static final String ROUTES = "routes";
  private static final String EFFICIENCY = "efficiency";

  /** The keys of the group {@code efficiency} that it may hold. */
  private static final Set<String> OF_EFFICIENCY =
      new LinkedHashSet<>(
          List.of(
              "labels",
              "machines",
              "templates",
              "reasons",
              "target",
              "targets",
              "production-day",
              "shifts",
              "holidays",
              "overtime",
              "closures",
              "calendars"));

  /** Lists whose items stand beside those of the main file, and what tells the items apart. */
  private static final Map<String, String> BESIDE =
      Map.of("machines", "asset", "templates", "name", "labels", "asset");

  private Site() {}

  /**
   * The tree of a text, or {@code null} where it says nothing or has a problem.
   *
   * @param name of the file, for the problems
   */
  static YamlNode.@Nullable Mapping read(String text, String name, Problems problems) {
    if (isEmpty(text)) {
      return null;
    }
    YamlNode root = YamlReader.readUntrusted(text, name, problems);
    if (root == null) {
      return null;
    }
    if (root instanceof YamlNode.Mapping file) {
      refuse(file, problems);
    }
    refusePlaceholders(root, "", problems);
    new SchemaCheck(schema()).check(Presets.fill(root), problems);
    return root instanceof YamlNode.Mapping file ? file : null;
  }

  /** Whether it has nothing but comments. */
  public static boolean isEmpty(String text) {
    return text.lines().allMatch(line -> line.isBlank() || line.stripLeading().startsWith("#"));
  }

  /** A text as JSON, for a form; empty where it says nothing or is no YAML. */
  public static ObjectNode json(String text) {
    YamlNode root = isEmpty(text) ? null : YamlReader.readUntrusted(text, NAME, new Problems());
    return root instanceof YamlNode.Mapping file
        ? new SiteJson(ConfigSchema.document()).of(file)
        : JsonNodeFactory.instance.objectNode();
  }

  // ---- What it may hold

  private static void refuse(YamlNode.Mapping file, Problems problems) {
    JsonNode main = ConfigSchema.document();
    refuse(file, "", Set.of(ROUTES, EFFICIENCY), main.path("properties"), problems);
    if (file.get(EFFICIENCY) instanceof YamlNode.Mapping efficiency) {
      JsonNode known = main.at("/$defs/efficiency/properties");
      refuse(efficiency, EFFICIENCY, OF_EFFICIENCY, known, problems);
    }
  }

  private static void refuse(
      YamlNode.Mapping group,
      String parent,
      Set<String> allowed,
      JsonNode known,
      Problems problems) {
    group
        .entries()
        .forEach(
            (name, entry) -> {
              if (!allowed.contains(name) && known.has(name)) {
                problems.add(
                    entry.place(),
                    YamlNode.key(parent, name),
                    "stands in the main configuration file only",
                    "known here: " + String.join(", ", new ArrayList<>(allowed)));
              }
            });
  }

  private static void refusePlaceholders(YamlNode node, String key, Problems problems) {
    if (node instanceof YamlNode.Mapping group) {
      group
          .entries()
          .forEach(
              (name, entry) ->
                  refusePlaceholders(entry.value(), YamlNode.key(key, name), problems));
    } else if (node instanceof YamlNode.Sequence list) {
      for (int i = 0; i < list.items().size(); i++) {
        YamlNode item = list.items().get(i);
        refusePlaceholders(item, YamlNode.key(key, i, item), problems);
      }
    } else if (node instanceof YamlNode.Scalar scalar && scalar.written().contains("${")) {
      problems.add(
          scalar.place(),
          key,
          "has ${...}, which only the main configuration file may: this one reads no secrets, no"
              + " files and nothing of the environment");
    }
  }

  /** That of the main file without what does not stand here; nothing must be there. */
  private static JsonNode schema() {
    ObjectNode schema = ConfigSchema.document().deepCopy();
    schema.remove("required");
    ((ObjectNode) schema.get("properties")).retain(ROUTES, EFFICIENCY);
    ((ObjectNode) schema.at("/$defs/efficiency/properties")).retain(OF_EFFICIENCY);
    return schema;
  }

  /** What the main file says of these parts. */
  static ObjectNode partsOf(YamlNode.Mapping main) {
    ObjectNode parts = new SiteJson(ConfigSchema.document()).of(main);
    parts.retain(ROUTES, EFFICIENCY);
    if (parts.get(EFFICIENCY) instanceof ObjectNode efficiency) {
      efficiency.retain(OF_EFFICIENCY);
    }
    return parts;
  }

  // ---- Over the main file

  static YamlNode.Mapping over(YamlNode.Mapping main, YamlNode.Mapping site) {
    YamlNode.Mapping merged = main;
    if (site.get(ROUTES) instanceof YamlNode.Sequence routes) {
      merged =
          merged.with(
              ROUTES,
              main.get(ROUTES) instanceof YamlNode.Sequence first ? joined(first, routes) : routes);
    }
    if (site.get(EFFICIENCY) instanceof YamlNode.Mapping efficiency) {
      merged =
          merged.with(
              EFFICIENCY,
              main.get(EFFICIENCY) instanceof YamlNode.Mapping before
                  ? efficiencyOver(before, efficiency)
                  : efficiency);
    }
    return merged;
  }

  private static YamlNode.Mapping efficiencyOver(YamlNode.Mapping main, YamlNode.Mapping site) {
    YamlNode.Mapping merged = main;
    for (Map.Entry<String, YamlNode.Entry> each : site.entries().entrySet()) {
      String key = each.getKey();
      YamlNode value = each.getValue().value();
      String tells = BESIDE.get(key);
      merged =
          merged.with(
              key,
              tells != null
                      && value instanceof YamlNode.Sequence list
                      && main.get(key) instanceof YamlNode.Sequence before
                  ? joined(list, without(before, list, tells))
                  : value);
    }
    return merged;
  }

  private static YamlNode.Sequence joined(YamlNode.Sequence first, YamlNode.Sequence second) {
    List<YamlNode> items = new ArrayList<>(first.items());
    items.addAll(second.items());
    return new YamlNode.Sequence(first.place(), items);
  }

  private static YamlNode.Sequence without(
      YamlNode.Sequence list, YamlNode.Sequence replacing, String tells) {
    Set<String> named = new LinkedHashSet<>();
    replacing.items().forEach(item -> named.add(value(item, tells)));
    return new YamlNode.Sequence(
        list.place(),
        list.items().stream().filter(item -> !named.contains(value(item, tells))).toList());
  }

  private static String value(YamlNode item, String key) {
    return item instanceof YamlNode.Mapping group
            && group.get(key) instanceof YamlNode.Scalar scalar
        ? scalar.written()
        : "";
  }
}
