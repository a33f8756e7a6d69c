package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code preset:} of a route stands for: the topics and the format that a vendor's devices
 * come with. Filled in before anything is checked, so that a route with a preset is a route like
 * any other. The asset is what the topic names, else what the format finds in the payload; where a
 * message speaks of many machines its topic names none.
 */
final class Presets {

  private Presets() {}

  private record Preset(String topic, String format) {}

  private static final Map<String, Preset> PRESETS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("edgex", new Preset("edgex/events/#", "edgex")),
              Map.entry("hivemq-edge", new Preset("edge/{machine}/{metric...}", "hivemq-edge")),
              Map.entry("homie", new Preset("homie/#", "homie")),
              Map.entry("kepware", new Preset("iotgateway", "kepware")),
              Map.entry("neuron", new Preset("/neuron/#", "neuron")),
              Map.entry("opcua-publisher", new Preset("+/messages/#", "opcua-pubsub")),
              Map.entry("opcua-pubsub", new Preset("opcua/json/data/{machine}/#", "opcua-pubsub")),
              Map.entry("shelly", new Preset("shellies/#", "shelly")),
              Map.entry(
                  "siemens-databus",
                  new Preset("ie/+/j/simatic/v1/{connector}/#", "siemens-databus")),
              Map.entry(
                  "sitewise",
                  new Preset("$aws/sitewise/asset-models/+/assets/+/properties/+", "sitewise")),
              Map.entry("sparkplug-b", new Preset("spBv1.0/#", "sparkplug-b")),
              Map.entry("tasmota", new Preset("tele/+/+", "tasmota")),
              Map.entry("thingsboard", new Preset("v1/gateway/telemetry", "thingsboard")),
              Map.entry("thingsboard-device", new Preset("v1/devices/me/telemetry", "thingsboard")),
              Map.entry("umh", new Preset("umh/v1/#", "umh")),
              Map.entry("zigbee2mqtt", new Preset("zigbee2mqtt/#", "zigbee2mqtt"))));

  /** Keeps the topic and format of a preset that is misspelt from being missed as well. */
  private static final Preset UNKNOWN = new Preset("#", "json");

  static Set<String> names() {
    return PRESETS.keySet();
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
      Preset preset = PRESETS.getOrDefault(name.text(), UNKNOWN);
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
