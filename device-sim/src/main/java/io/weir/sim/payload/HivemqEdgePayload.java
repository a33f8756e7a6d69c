package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Sample;
import java.util.ArrayList;
import java.util.List;

/** HiveMQ Edge: one data point a message. */
final class HivemqEdgePayload {

  private HivemqEdgePayload() {}

  static List<Message> messages(Sample sample) {
    List<Message> messages = new ArrayList<>();
    Values.of(sample)
        .forEach(
            (name, value) ->
                messages.add(
                    Message.of(
                        "edge/" + sample.place() + "/" + name,
                        Values.JSON
                            .objectNode()
                            .put("timestamp", sample.at())
                            .<ObjectNode>set("value", value)
                            .toString())));
    return messages;
  }
}
