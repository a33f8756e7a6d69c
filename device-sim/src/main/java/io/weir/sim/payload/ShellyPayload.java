package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Sample;
import java.math.BigDecimal;
import java.util.List;

/** A status notification of a later Shelly device, with a component for the machine it is at. */
final class ShellyPayload {

  private ShellyPayload() {}

  static List<Message> messages(Sample sample) {
    String device = sample.place().machine();
    ObjectNode notification =
        Values.JSON
            .objectNode()
            .put("src", device)
            .put("dst", device + "/events")
            .put("method", "NotifyStatus");
    ObjectNode params = notification.putObject("params");
    params.put("ts", BigDecimal.valueOf(sample.at(), 3));
    params.set("machine:0", Values.object(sample));
    return List.of(Message.of("shellies/" + device + "/events/rpc", notification.toString()));
  }
}
