package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.model.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Zigbee2MQTT: {@code <base>/<friendly name>} carries a JSON object, or with {@code output:
 * attribute} each value alone one level below. A friendly name may have slashes. The base is all up
 * to the level {@code zigbee2mqtt}, or the first level where there is none. What the bridge says of
 * itself and commands are filtered.
 */
final class Zigbee2mqttDecoder implements Decoder {

  /** The format {@code zigbee2mqtt}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "zigbee2mqtt";
    }

    @Override
    public String summary() {
      return "Zigbee2MQTT: the state of Zigbee devices";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new Zigbee2mqttDecoder(context.texts(), context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("zigbee2mqtt", "zigbee2mqtt/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.byTopic("zigbee2mqtt/"));
    }
  }

  private static final String BASE = "/zigbee2mqtt/";

  private final JsonTree json;
  private final Scalar scalar;
  private final DecodeLimits limits;

  /**
   * @param texts names of metrics whose values are texts, whatever they look like
   */
  Zigbee2mqttDecoder(Set<String> texts, DecodeLimits limits) {
    this.scalar = new Scalar(texts);
    this.limits = limits;
    this.json = new JsonTree(limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    String name = name(payload.topic());
    int last = name.lastIndexOf('/');
    String end = name.substring(last + 1);
    Samples samples = new Samples(out, limits);
    boolean command = last > 0 && (end.equals("set") || end.equals("get"));
    if (name.startsWith("bridge/")) {
      samples.filter("said by the bridge of itself, not a reading");
    } else if (command || name.contains("/set/") || name.contains("/get/")) {
      samples.filter(Samples.COMMAND);
    } else if (payload.bytes().length == 0) {
      samples.filter(Samples.CLEARED);
    } else if (!Utf8.startsWith('{', payload.bytes())) {
      attribute(name, last, payload.bytes(), samples);
    } else {
      JsonNode document = json.read(payload.bytes(), out);
      if (document == null) {
        return;
      }
      if (last > 0 && end.equals("availability")) {
        Point point = Point.PLAIN.onMachine(name.substring(0, last));
        samples.add(end, document.path("state"), point);
      } else {
        device(name, document, samples);
      }
    }
  }

  private static String name(String topic) {
    int base = ("/" + topic).indexOf(BASE);
    return topic.substring(base < 0 ? topic.indexOf('/') + 1 : base + BASE.length() - 1);
  }

  private void attribute(String name, int slash, byte[] bytes, Samples out) {
    if (slash < 0) {
      out.reject(Reason.MALFORMED, "not a JSON object, nor a value below a device's topic");
    } else {
      Point point = Point.PLAIN.onMachine(name.substring(0, slash));
      scalar.addWritten(name.substring(slash + 1), bytes, point, out);
    }
  }

  private static void device(String name, JsonNode document, Samples out) {
    Point point = Point.PLAIN.onMachine(name).at(JsonTree.time(document.path("last_seen")));
    for (Map.Entry<String, JsonNode> entry : document.properties()) {
      switch (entry.getKey()) {
        case "last_seen" -> {} // the time of the others
        case "device" -> out.filter("device", "the description of the model");
        default -> out.addField("", entry, point);
      }
    }
  }
}
