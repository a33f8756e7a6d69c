package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.util.List;

/** JSON in which the metric names are values, so that a JSONata expression is needed to read it. */
final class JsonataPayload {

  private JsonataPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    ObjectNode message = SampleValues.JSON.objectNode().put("time", sample.at());
    ArrayNode data = message.putArray("data");
    SampleValues.of(sample)
        .forEach((name, value) -> data.addObject().put("tag", name).set("val", value));
    return List.of(DeviceMessage.of("plc/" + sample.path(), message.toString()));
  }
}
