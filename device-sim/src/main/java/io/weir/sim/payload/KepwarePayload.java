package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.util.List;

/** The standard template of Kepware's IoT Gateway, with the line as channel. */
final class KepwarePayload {

  private KepwarePayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    MachinePath path = sample.path();
    ObjectNode message = SampleValues.JSON.objectNode().put("timestamp", sample.at());
    ArrayNode items = message.putArray("values");
    SampleValues.of(sample)
        .forEach(
            (name, value) ->
                items
                    .addObject()
                    .put("id", path.line() + "." + path.machine() + "." + name)
                    .put("q", true)
                    .put("t", sample.at())
                    .set("v", value));
    String topic = String.join("/", "iotgateway", path.site(), path.area(), path.line());
    return List.of(DeviceMessage.of(topic, message.toString()));
  }
}
