package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Sample;
import java.time.Instant;
import java.util.List;

/** A Zigbee device beside the machine, its path as friendly name, seen in ISO 8601. */
final class Zigbee2mqttPayload {

  private Zigbee2mqttPayload() {}

  static List<Message> messages(Sample sample) {
    ObjectNode message = Values.object(sample);
    message.put("linkquality", 255);
    message.put("last_seen", Instant.ofEpochMilli(sample.at()).toString());
    return List.of(Message.of("zigbee2mqtt/" + sample.place(), message.toString()));
  }
}
