package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.util.ArrayList;
import java.util.List;

/** HiveMQ Edge: one data point per message. */
final class HivemqEdgePayload {

  private HivemqEdgePayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    List<DeviceMessage> messages = new ArrayList<>();
    SampleValues.of(sample)
        .forEach(
            (name, value) ->
                messages.add(
                    DeviceMessage.of(
                        "edge/" + sample.path() + "/" + name,
                        SampleValues.JSON
                            .objectNode()
                            .put("timestamp", sample.at())
                            .<ObjectNode>set("value", value)
                            .toString())));
    return messages;
  }
}
