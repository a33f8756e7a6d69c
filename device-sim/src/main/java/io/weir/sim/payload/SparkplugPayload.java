package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.Place;
import io.weir.sim.plant.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;

/**
 * Sparkplug B: the site is the group, a line an edge node, a machine its device. Data travel by
 * alias. Births are told again every minute, so that a host that comes later needs no request.
 */
final class SparkplugPayload implements PayloadFormat {

  private static final long BIRTH_EVERY_MS = 60_000;
  private static final int SEQUENCE_NUMBERS = 256;

  private final Map<String, Node> nodes = new HashMap<>();

  /** An edge node's session. */
  private static final class Node {
    private final Map<String, Long> aliases = new LinkedHashMap<>();
    private final Map<String, Boolean> born = new HashMap<>();
    private long bornAt = Long.MIN_VALUE;
    private int sequence;

    int next() {
      int number = sequence;
      sequence = (sequence + 1) % SEQUENCE_NUMBERS;
      return number;
    }

    long alias(Place place, String name) {
      return aliases.computeIfAbsent(place.machine() + "/" + name, key -> aliases.size() + 1L);
    }
  }

  @Override
  public List<Message> messages(Sample sample) {
    Place place = sample.place();
    Node node = nodes.computeIfAbsent(place.site() + "/" + place.line(), key -> new Node());
    List<Message> messages = new ArrayList<>();
    if (node.bornAt == Long.MIN_VALUE || sample.at() - node.bornAt >= BIRTH_EVERY_MS) {
      node.bornAt = sample.at();
      node.born.clear();
      node.sequence = 0;
      Payload.Builder birth = payload(sample, node);
      birth.addMetrics(metric(sample, "bdSeq").setDatatype(DataType.Int64_VALUE).setLongValue(0));
      birth.addMetrics(
          metric(sample, "Node Control/Rebirth")
              .setDatatype(DataType.Boolean_VALUE)
              .setBooleanValue(false));
      messages.add(Message.of(topic(place, "NBIRTH"), birth.build().toByteArray()));
    }
    boolean announced = node.born.put(place.machine(), true) != null;
    Payload.Builder data = payload(sample, node);
    Values.of(sample)
        .forEach(
            (name, value) -> {
              Metric.Builder metric =
                  announced ? Metric.newBuilder().setTimestamp(sample.at()) : metric(sample, name);
              metric.setAlias(node.alias(place, name));
              data.addMetrics(valued(metric, value, !announced));
            });
    String topic = topic(place, announced ? "DDATA" : "DBIRTH") + "/" + place.machine();
    messages.add(Message.of(topic, data.build().toByteArray()));
    return messages;
  }

  private static Payload.Builder payload(Sample sample, Node node) {
    return Payload.newBuilder().setTimestamp(sample.at()).setSeq(node.next());
  }

  private static Metric.Builder metric(Sample sample, String name) {
    return Metric.newBuilder().setName(name).setTimestamp(sample.at());
  }

  /** With its datatype in a birth; without one in data, where the birth has said it. */
  private static Metric.Builder valued(Metric.Builder metric, ValueNode value, boolean typed) {
    int type;
    if (value.isTextual()) {
      metric.setStringValue(value.asText());
      type = DataType.String_VALUE;
    } else if (value.isIntegralNumber()) {
      metric.setLongValue(value.asLong());
      type = DataType.Int64_VALUE;
    } else {
      metric.setDoubleValue(value.asDouble());
      type = DataType.Double_VALUE;
    }
    return typed ? metric.setDatatype(type) : metric;
  }

  private static String topic(Place place, String type) {
    return "spBv1.0/" + place.site() + "/" + type + "/" + place.line();
  }
}
