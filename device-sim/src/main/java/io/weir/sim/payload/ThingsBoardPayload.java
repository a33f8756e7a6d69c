package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Sample;
import java.util.List;

/** The gateway form of ThingsBoard: the payload names the machine. */
final class ThingsBoardPayload {

  private ThingsBoardPayload() {}

  static List<Message> messages(Sample sample) {
    ObjectNode message = Values.JSON.objectNode();
    message
        .putArray(sample.place().machine())
        .addObject()
        .put("ts", sample.at())
        .set("values", Values.object(sample));
    return List.of(Message.of("v1/gateway/telemetry", message.toString()));
  }
}
