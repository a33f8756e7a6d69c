package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.time.Instant;
import java.util.List;

/** A Zigbee device beside the machine: the path is its friendly name, last_seen is ISO 8601. */
final class Zigbee2mqttPayload {

  private Zigbee2mqttPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    ObjectNode message = SampleValues.object(sample);
    message.put("linkquality", 255);
    message.put("last_seen", Instant.ofEpochMilli(sample.at()).toString());
    return List.of(DeviceMessage.of("zigbee2mqtt/" + sample.path(), message.toString()));
  }
}
