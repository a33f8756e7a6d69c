package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.Place;
import io.weir.sim.plant.Sample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Homie 5: a device a machine, with one node; everything is retained, and carries no time. */
final class HomiePayload implements PayloadFormat {

  private static final String NODE = "machine";

  private final Set<Place> described = new HashSet<>();

  @Override
  public List<Message> messages(Sample sample) {
    String device = "homie/5/" + sample.place().machine();
    List<Message> messages = new ArrayList<>();
    if (described.add(sample.place())) {
      messages.add(Message.retained(device + "/$state", "init"));
      messages.add(Message.retained(device + "/$description", description(sample)));
      messages.add(Message.retained(device + "/$state", "ready"));
    }
    Values.said(sample)
        .forEach(
            (name, value) ->
                messages.add(
                    Message.retained(device + "/" + NODE + "/" + property(name), value.asText())));
    return messages;
  }

  /** Identifiers of the convention are lower-case letters, digits and hyphens. */
  private static String property(String name) {
    return name.replace('_', '-');
  }

  private static String description(Sample sample) {
    ObjectNode description = Values.JSON.objectNode();
    description.put("homie", "5.0");
    description.put("version", 1);
    description.put("name", sample.place().toString());
    ObjectNode properties = description.putObject("nodes").putObject(NODE).putObject("properties");
    Values.of(sample)
        .forEach(
            (name, value) -> properties.putObject(property(name)).put("datatype", type(value)));
    return description.toString();
  }

  private static String type(ValueNode value) {
    return value.isTextual() ? "string" : value.isIntegralNumber() ? "integer" : "float";
  }
}
