package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.util.List;

/** The gateway API of ThingsBoard: the payload names the machine. */
final class ThingsBoardPayload {

  private ThingsBoardPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    ObjectNode message = SampleValues.JSON.objectNode();
    message
        .putArray(sample.path().machine())
        .addObject()
        .put("ts", sample.at())
        .set("values", SampleValues.object(sample));
    return List.of(DeviceMessage.of("v1/gateway/telemetry", message.toString()));
  }
}
