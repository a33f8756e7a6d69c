package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Homie 5: each machine is a device with one node. Messages are retained and have no time. */
final class HomiePayload implements PayloadFormat {

  private static final String NODE = "machine";

  private final Set<MachinePath> described = new HashSet<>();

  @Override
  public List<DeviceMessage> messages(MachineSample sample) {
    String device = "homie/5/" + sample.path().machine();
    List<DeviceMessage> messages = new ArrayList<>();
    if (described.add(sample.path())) {
      messages.add(DeviceMessage.retained(device + "/$state", "init"));
      messages.add(DeviceMessage.retained(device + "/$description", description(sample)));
      messages.add(DeviceMessage.retained(device + "/$state", "ready"));
    }
    SampleValues.nonEmpty(sample)
        .forEach(
            (name, value) ->
                messages.add(
                    DeviceMessage.retained(
                        device + "/" + NODE + "/" + property(name), value.asText())));
    return messages;
  }

  /** Homie identifiers have lower-case letters, digits and hyphens only. */
  private static String property(String name) {
    return name.replace('_', '-');
  }

  private static String description(MachineSample sample) {
    ObjectNode description = SampleValues.JSON.objectNode();
    description.put("homie", "5.0");
    description.put("version", 1);
    description.put("name", sample.path().toString());
    ObjectNode properties = description.putObject("nodes").putObject(NODE).putObject("properties");
    SampleValues.of(sample)
        .forEach(
            (name, value) -> properties.putObject(property(name)).put("datatype", type(value)));
    return description.toString();
  }

  private static String type(ValueNode value) {
    return value.isTextual() ? "string" : value.isIntegralNumber() ? "integer" : "float";
  }
}
