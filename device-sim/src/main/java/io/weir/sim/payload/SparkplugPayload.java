package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;

/**
 * Sparkplug B: the site is the group, a line is an edge node, a machine is a device. Data messages
 * use aliases. Births are repeated every minute, so that a host that starts later needs no rebirth
 * request.
 */
final class SparkplugPayload implements PayloadFormat {

  private static final long BIRTH_EVERY_MS = 60_000;
  private static final int SEQUENCE_NUMBERS = 256;

  private final Map<String, NodeSession> nodes = new HashMap<>();

  /** The session of an edge node. */
  private static final class NodeSession {
    private final Map<String, Long> aliases = new LinkedHashMap<>();
    private final Map<String, Boolean> born = new HashMap<>();
    private long bornAt = Long.MIN_VALUE;
    private int sequence;

    int next() {
      int number = sequence;
      sequence = (sequence + 1) % SEQUENCE_NUMBERS;
      return number;
    }

    long alias(MachinePath path, String name) {
      return aliases.computeIfAbsent(path.machine() + "/" + name, key -> aliases.size() + 1L);
    }
  }

  @Override
  public List<DeviceMessage> messages(MachineSample sample) {
    MachinePath path = sample.path();
    NodeSession node =
        nodes.computeIfAbsent(path.site() + "/" + path.line(), key -> new NodeSession());
    List<DeviceMessage> messages = new ArrayList<>();
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
      messages.add(DeviceMessage.of(topic(path, "NBIRTH"), birth.build().toByteArray()));
    }
    boolean announced = node.born.put(path.machine(), true) != null;
    Payload.Builder data = payload(sample, node);
    SampleValues.of(sample)
        .forEach(
            (name, value) -> {
              Metric.Builder metric =
                  announced ? Metric.newBuilder().setTimestamp(sample.at()) : metric(sample, name);
              metric.setAlias(node.alias(path, name));
              data.addMetrics(valued(metric, value, !announced));
            });
    String topic = topic(path, announced ? "DDATA" : "DBIRTH") + "/" + path.machine();
    messages.add(DeviceMessage.of(topic, data.build().toByteArray()));
    return messages;
  }

  private static Payload.Builder payload(MachineSample sample, NodeSession node) {
    return Payload.newBuilder().setTimestamp(sample.at()).setSeq(node.next());
  }

  private static Metric.Builder metric(MachineSample sample, String name) {
    return Metric.newBuilder().setName(name).setTimestamp(sample.at());
  }

  /** Sets the value; with its data type in a birth, without it in data messages. */
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

  private static String topic(MachinePath path, String type) {
    return "spBv1.0/" + path.site() + "/" + type + "/" + path.line();
  }
}
