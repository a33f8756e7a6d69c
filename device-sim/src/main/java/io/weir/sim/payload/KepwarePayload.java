package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Place;
import io.weir.sim.plant.Sample;
import java.util.List;

/** The standard template of Kepware's IoT Gateway: the line is the channel. */
final class KepwarePayload {

  private KepwarePayload() {}

  static List<Message> messages(Sample sample) {
    Place place = sample.place();
    ObjectNode message = Values.JSON.objectNode().put("timestamp", sample.at());
    ArrayNode items = message.putArray("values");
    Values.of(sample)
        .forEach(
            (name, value) ->
                items
                    .addObject()
                    .put("id", place.line() + "." + place.machine() + "." + name)
                    .put("q", true)
                    .put("t", sample.at())
                    .set("v", value));
    String topic = String.join("/", "iotgateway", place.site(), place.area(), place.line());
    return List.of(Message.of(topic, message.toString()));
  }
}
