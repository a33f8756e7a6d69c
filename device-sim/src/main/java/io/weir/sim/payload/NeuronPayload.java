package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Place;
import io.weir.sim.plant.Sample;
import java.util.List;

/** What EMQX Neuron uploads in its values format: a node a machine. */
final class NeuronPayload {

  private NeuronPayload() {}

  static List<Message> messages(Sample sample) {
    Place place = sample.place();
    ObjectNode message =
        Values.JSON
            .objectNode()
            .put("timestamp", sample.at())
            .put("node", place.machine())
            .put("group", "machine");
    message.set("values", Values.object(sample));
    message.putObject("errors");
    String topic = String.join("/", "/neuron", place.site(), place.area(), place.line());
    return List.of(Message.of(topic, message.toString()));
  }
}
