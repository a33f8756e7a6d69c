package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Sample;
import java.util.List;

/** JSON whose names stand among its values, so that only an expression can read it. */
final class JsonataPayload {

  private JsonataPayload() {}

  static List<Message> messages(Sample sample) {
    ObjectNode message = Values.JSON.objectNode().put("time", sample.at());
    ArrayNode data = message.putArray("data");
    Values.of(sample).forEach((name, value) -> data.addObject().put("tag", name).set("val", value));
    return List.of(Message.of("plc/" + sample.place(), message.toString()));
  }
}
