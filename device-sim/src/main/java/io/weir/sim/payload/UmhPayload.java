package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.util.List;

/** The {@code _historian} contract of the United Manufacturing Hub. */
final class UmhPayload {

  private UmhPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    ObjectNode message = SampleValues.JSON.objectNode().put("timestamp_ms", sample.at());
    message.setAll(SampleValues.of(sample));
    return List.of(
        DeviceMessage.of("umh/v1/weir-sim/" + sample.path() + "/_historian", message.toString()));
  }
}
