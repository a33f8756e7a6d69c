package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.model.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * ThingsBoard's MQTT interface: telemetry of one device (values by key, with a time, or a list of
 * these), of a gateway's devices by name, and as its data converters give it. {@code
 * thingsboard.md} says it to users.
 */
final class ThingsBoardDecoder implements Decoder {

  /** The format {@code thingsboard}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "thingsboard";
    }

    @Override
    public String summary() {
      return "ThingsBoard: telemetry of gateways and devices";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new ThingsBoardDecoder(context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of(
          "thingsboard", "v1/gateway/telemetry", "thingsboard-device", "v1/devices/me/telemetry");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.byTopic("v1/gateway/"), Recognition.byTopic("v1/devices/"));
    }
  }

  /** Topics below {@code v1/gateway} that are no telemetry. */
  private static final Set<String> SIGNALS = Set.of("connect", "disconnect", "rpc", "claim");

  /** What is asked of the server, and its answers; also below the short topics of version 2. */
  private static final Pattern REQUEST =
      Pattern.compile("/rpc/|/attributes/re(?:quest|sponse)|provision/|^v2/(?:r|a/re[qs]|fw|sw)/");

  private static final String[] DEVICE = {"deviceName", "assetName"};

  private final JsonTree json;
  private final DecodeLimits limits;

  ThingsBoardDecoder(DecodeLimits limits) {
    this.json = new JsonTree(limits);
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    String topic = payload.topic();
    if (REQUEST.matcher(topic).find()
        || SIGNALS.contains(topic.substring(topic.lastIndexOf('/') + 1))) {
      out.filtered("", "a request, an answer or a signal, not a reading");
      return;
    }
    JsonNode document = json.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    Samples samples = new Samples(out, limits);
    if (isConverted(document.isArray() ? document.path(0) : document)) {
      converted(document, samples);
    } else if (document.path("device").isTextual() && document.has("data")) {
      samples.filter("attributes that the server sets");
    } else if (document.size() == 1 && document.path("deleted").isArray()) {
      samples.filter("names of attributes that the server has deleted");
    } else if (isOfGateway(topic, document)) {
      for (Map.Entry<String, JsonNode> device : document.properties()) {
        if (device.getKey().isBlank()) {
          samples.reject(Reason.BAD_NAME, "a device without a name");
        } else {
          telemetry(device.getValue(), Point.PLAIN.onMachine(device.getKey()), samples);
        }
      }
    } else {
      telemetry(document, Point.PLAIN, samples);
    }
  }

  /** By the topic; where it does not say, a gateway sends for each name a list of objects. */
  private static boolean isOfGateway(String topic, JsonNode document) {
    if (!document.isObject() || topic.contains("devices/me/") || topic.startsWith("v2/")) {
      return false;
    }
    if (topic.contains("v1/gateway/")) {
      return true;
    }
    for (JsonNode list : document) {
      if (!list.isArray() || list.isEmpty() || !list.path(0).isObject()) {
        return false;
      }
    }
    return !document.isEmpty();
  }

  /** Whether it is what a data converter makes of an uplink. */
  private static boolean isConverted(JsonNode node) {
    return !JsonTree.field(node, DEVICE).isMissingNode()
        && (node.path("telemetry").isContainerNode() || node.path("attributes").isContainerNode());
  }

  private static void converted(JsonNode node, Samples samples) {
    if (node.isArray()) {
      node.forEach(each -> converted(each, samples));
      return;
    }
    String device = JsonTree.name(JsonTree.field(node, DEVICE));
    if (device == null || !isConverted(node)) {
      samples.reject(Reason.MALFORMED, "no deviceName beside telemetry or attributes");
      return;
    }
    Point point = Point.PLAIN.onMachine(device);
    for (String part : new String[] {"telemetry", "attributes"}) {
      if (node.has(part)) {
        telemetry(node.path(part), point, samples);
      }
    }
  }

  private static void telemetry(JsonNode node, Point point, Samples samples) {
    for (JsonNode each : JsonTree.each(node)) {
      values(each, point, samples);
    }
  }

  private static void values(JsonNode node, Point point, Samples samples) {
    if (!node.isObject()) {
      samples.reject(Reason.MALFORMED, "values by key are expected, not " + JsonTree.kind(node));
      return;
    }
    JsonNode ts = node.path("ts");
    Point timed = point.at(JsonTree.time(ts));
    JsonNode values = node.path("values");
    if (values.isObject()) {
      samples.add("", values, timed);
      return;
    }
    if (node.has("ts") && node.hasNonNull("values")) {
      samples.reject(Reason.MALFORMED, "values by key are expected, not " + JsonTree.kind(values));
      return;
    }
    for (Map.Entry<String, JsonNode> value : node.properties()) {
      if (!value.getKey().equals("ts")) {
        samples.addField("", value, timed);
      }
    }
  }
}
