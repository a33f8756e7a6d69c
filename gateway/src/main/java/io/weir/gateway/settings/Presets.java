package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Preset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fills in what {@code preset:} of a route stands for, before anything is checked, so that a route
 * with a preset is a route like any other. The asset is what the topic names, else what the preset
 * or the format finds in the payload; where a message speaks of many machines its topic names none.
 */
final class Presets {

  private static final String FORMAT = "format";

  private Presets() {}

  /** A preset that is misspelt is one problem; its topic and format are not missing as well. */
  private static final Map<String, String> UNKNOWN = Map.of("topic", "#", FORMAT, "json");

  static Set<String> names() {
    return Decoders.presetNames();
  }

  /** The file's tree with the keys of each route's preset; a key that is there stays as it is. */
  static YamlNode fill(YamlNode root) {
    if (root instanceof YamlNode.Mapping file
        && file.get("routes") instanceof YamlNode.Sequence routes) {
      List<YamlNode> filled = routes.items().stream().map(Presets::route).toList();
      return file.with("routes", new YamlNode.Sequence(routes.place(), filled));
    }
    return root;
  }

  private static YamlNode route(YamlNode node) {
    if (!(node instanceof YamlNode.Mapping route
        && route.get("preset") instanceof YamlNode.Scalar name)) {
      return node;
    }
    Preset preset = Decoders.preset(name.text());
    if (preset == null) {
      YamlNode.Mapping filled = route;
      for (Map.Entry<String, String> key : UNKNOWN.entrySet()) {
        YamlNode value =
            new YamlNode.Scalar(
                name.place(), key.getValue(), key.getValue(), TextNode.valueOf(key.getValue()));
        filled = filled.get(key.getKey()) == null ? filled.with(key.getKey(), value) : filled;
      }
      return filled;
    }
    YamlNode.Mapping keys = (YamlNode.Mapping) placed(preset.keys(), name.place());
    boolean ownFormat =
        route.get(FORMAT) instanceof YamlNode.Scalar format
            && !format.text().equals(preset.format());
    return filled(route, keys, ownFormat ? preset.format() : null);
  }

  /**
   * A group with the keys that it lacks. A group in it is filled like this too, but for what is
   * expected, which is one statement.
   *
   * @param but a key that is not filled in
   */
  private static YamlNode.Mapping filled(
      YamlNode.Mapping group, YamlNode.Mapping with, @Nullable String but) {
    YamlNode.Mapping filled = group;
    for (Map.Entry<String, YamlNode.Entry> each : with.entries().entrySet()) {
      String key = each.getKey();
      YamlNode value = each.getValue().value();
      YamlNode own = group.get(key);
      if (own == null && !key.equals(but)) {
        filled = filled.with(key, value);
      } else if (own instanceof YamlNode.Mapping inner
          && value instanceof YamlNode.Mapping more
          && !key.equals("expect")) {
        filled = filled.with(key, filled(inner, more, null));
      }
    }
    return filled;
  }

  /** The same as if it stood in that place, where people can change it. */
  private static YamlNode placed(YamlNode node, FilePosition place) {
    if (node instanceof YamlNode.Mapping mapping) {
      Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
      mapping
          .entries()
          .forEach(
              (key, entry) ->
                  entries.put(key, new YamlNode.Entry(place, placed(entry.value(), place))));
      return new YamlNode.Mapping(place, entries);
    }
    if (node instanceof YamlNode.Sequence list) {
      return new YamlNode.Sequence(
          place, list.items().stream().map(item -> placed(item, place)).toList());
    }
    YamlNode.Scalar scalar = (YamlNode.Scalar) node;
    return new YamlNode.Scalar(place, scalar.written(), scalar.text(), scalar.json());
  }
}
