package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.util.List;

/** EMQX Neuron in its values format, with one node per machine. */
final class NeuronPayload {

  private NeuronPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    MachinePath path = sample.path();
    ObjectNode message =
        SampleValues.JSON
            .objectNode()
            .put("timestamp", sample.at())
            .put("node", path.machine())
            .put("group", "machine");
    message.set("values", SampleValues.object(sample));
    message.putObject("errors");
    String topic = String.join("/", "/neuron", path.site(), path.area(), path.line());
    return List.of(DeviceMessage.of(topic, message.toString()));
  }
}
