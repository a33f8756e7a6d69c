package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The databus of Siemens Industrial Edge, with one connector per machine. Its retained metadata
 * maps the ids of the values to names.
 */
final class SiemensDatabusPayload implements PayloadFormat {

  private static final String ROOT = "/j/simatic/v1/";
  private static final int GOOD = 3;
  private static final int FIRST_ID = 101;

  private final Map<MachinePath, Integer> sequences = new HashMap<>();

  @Override
  public List<DeviceMessage> messages(MachineSample sample) {
    MachinePath path = sample.path();
    Map<String, ValueNode> values = SampleValues.of(sample);
    String data = "ie/d" + ROOT + path.machine() + "/dp/r/" + path.machine() + "/default";
    List<DeviceMessage> messages = new ArrayList<>();
    int sequence = sequences.merge(path, 1, Integer::sum);
    if (sequence == 1) {
      String topic = "ie/m" + ROOT + path.machine() + "/dp";
      messages.add(DeviceMessage.retained(topic, metadata(path, data, values)));
    }
    ObjectNode message = SampleValues.JSON.objectNode().put("seq", sequence);
    ArrayNode items = message.putArray("vals");
    String time = Instant.ofEpochMilli(sample.at()).toString();
    for (ValueNode value : values.values()) {
      items
          .addObject()
          .put("id", id(items.size() - 1))
          .put("qc", GOOD)
          .put("ts", time)
          .set("val", value);
    }
    messages.add(DeviceMessage.of(data, message.toString()));
    return messages;
  }

  private static String metadata(MachinePath path, String topic, Map<String, ValueNode> values) {
    ObjectNode metadata = SampleValues.JSON.objectNode();
    metadata.put("seq", 1);
    metadata.put("applicationName", "weir-sim");
    ObjectNode connection = metadata.putArray("connections").addObject();
    connection.put("name", path.machine());
    connection.put("type", "S7");
    ObjectNode points = connection.putArray("dataPoints").addObject();
    points.put("name", "default");
    points.put("topic", topic);
    points.put("publishType", "bulk");
    ArrayNode definitions = points.putArray("dataPointDefinitions");
    values.forEach(
        (name, value) ->
            definitions
                .addObject()
                .put("name", name)
                .put("id", id(definitions.size() - 1))
                .put("dataType", type(value)));
    return metadata.toString();
  }

  private static String id(int index) {
    return Integer.toString(FIRST_ID + index);
  }

  private static String type(ValueNode value) {
    return value.isTextual() ? "String" : value.isIntegralNumber() ? "LInt" : "LReal";
  }
}
