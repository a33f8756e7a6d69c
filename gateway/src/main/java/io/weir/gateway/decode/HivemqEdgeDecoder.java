package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * HiveMQ Edge, the northbound JSON of its protocol adapters: one data point a message, {@code
 * {"timestamp":ms,"value":any,"tagName":text}}, of which only the value is always there. Batches
 * are arrays of them.
 */
final class HivemqEdgeDecoder implements Decoder {

  /** The format {@code hivemq-edge}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "hivemq-edge";
    }

    @Override
    public String summary() {
      return "HiveMQ Edge: one tag in a message";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new HivemqEdgeDecoder(context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("hivemq-edge", "edge/{machine}/{metric...}");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.by(Clue.PAYLOAD, look -> look.has("tagName", "value")));
    }
  }

  private static final Set<String> ITS_OWN = Set.of("timestamp", "value", "tagName");

  private final JsonTree json;
  private final DecodeLimits limits;

  HivemqEdgeDecoder(DecodeLimits limits) {
    this.limits = limits;
    this.json = new JsonTree(limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    JsonNode document = json.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    Samples samples = new Samples(out, limits);
    for (JsonNode point : JsonTree.each(document)) {
      dataPoint(point, payload.metric(), samples);
    }
  }

  /**
   * @param metric whose last part may be the tag already
   */
  private static void dataPoint(JsonNode given, String metric, Samples out) {
    JsonNode value = given.path("value");
    if (value.isMissingNode()) {
      out.reject(
          new Rejected(
              Reason.MALFORMED, "no data point: an object with the key 'value' is expected"));
      return;
    }
    String tag = JsonTree.name(given.path("tagName"));
    Point point = Point.PLAIN.at(JsonTree.time(given.path("timestamp")));
    boolean isNamed = tag != null && ("." + metric).endsWith("." + tag);
    out.add(tag == null || isNamed ? "" : tag, value, point);
    for (String key : (Iterable<String>) given::fieldNames) {
      if (!ITS_OWN.contains(key)) {
        out.filter(key, "not a value of the data point");
      }
    }
  }
}
