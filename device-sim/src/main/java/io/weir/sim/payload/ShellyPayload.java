package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.math.BigDecimal;
import java.util.List;

/** A status notification of a Shelly device (Gen2 or later) beside the machine. */
final class ShellyPayload {

  private ShellyPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    String device = sample.path().machine();
    ObjectNode notification =
        SampleValues.JSON
            .objectNode()
            .put("src", device)
            .put("dst", device + "/events")
            .put("method", "NotifyStatus");
    ObjectNode params = notification.putObject("params");
    params.put("ts", BigDecimal.valueOf(sample.at(), 3));
    params.set("machine:0", SampleValues.object(sample));
    return List.of(DeviceMessage.of("shellies/" + device + "/events/rpc", notification.toString()));
  }
}
