package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Events of EdgeX Foundry, version 3, as on its message bus: service, profile, device. */
final class EdgeXPayload implements PayloadFormat {

  private static final String VERSION = "v3";

  @Override
  public List<DeviceMessage> messages(MachineSample sample) {
    MachinePath path = sample.path();
    long origin = sample.at() * 1_000_000;
    ObjectNode event = SampleValues.JSON.objectNode();
    event.put("apiVersion", VERSION);
    event.put("id", id(sample, "event"));
    event.put("deviceName", path.machine());
    event.put("profileName", path.line());
    event.put("sourceName", "All");
    event.put("origin", origin);
    ArrayNode readings = event.putArray("readings");
    SampleValues.of(sample)
        .forEach(
            (name, value) ->
                readings
                    .addObject()
                    .put("id", id(sample, name))
                    .put("origin", origin)
                    .put("deviceName", path.machine())
                    .put("resourceName", name)
                    .put("profileName", path.line())
                    .put("valueType", type(value))
                    .put("value", value.asText()));
    String topic =
        String.join("/", "edgex/events/device", path.area(), path.line(), path.machine(), "All");
    return List.of(DeviceMessage.of(topic, event.toString()));
  }

  private static String type(ValueNode value) {
    return value.isTextual() ? "String" : value.isIntegralNumber() ? "Int64" : "Float64";
  }

  /** A sample has the same identifiers in every play. */
  private static String id(MachineSample sample, String name) {
    String key = sample.path() + "/" + sample.at() + "/" + name;
    return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
