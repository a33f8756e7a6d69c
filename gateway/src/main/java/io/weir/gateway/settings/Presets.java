package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Decoders.Preset;
import java.util.List;
import java.util.Set;

/**
 * What {@code preset:} of a route stands for: the topics and the format that a vendor's devices
 * come with. Filled in before anything is checked, so that a route with a preset is a route like
 * any other. The asset is what the topic names, else what the format finds in the payload; where a
 * message speaks of many machines its topic names none.
 */
final class Presets {

  private Presets() {}

  /** A preset that is misspelt is one problem; its topic and format are not missing as well. */
  private static final Preset UNKNOWN = new Preset("#", "json");

  static Set<String> names() {
    return Decoders.presets().keySet();
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
    if (node instanceof YamlNode.Mapping route
        && route.get("preset") instanceof YamlNode.Scalar name) {
      Preset preset = Decoders.presets().getOrDefault(name.text(), UNKNOWN);
      return filled(
          filled(route, "topic", preset.topic(), name.place()),
          "format",
          preset.format(),
          name.place());
    }
    return node;
  }

  private static YamlNode.Mapping filled(
      YamlNode.Mapping route, String key, String value, FilePosition place) {
    return route.get(key) == null
        ? route.with(key, new YamlNode.Scalar(place, value, value, TextNode.valueOf(value)))
        : route;
  }
}
