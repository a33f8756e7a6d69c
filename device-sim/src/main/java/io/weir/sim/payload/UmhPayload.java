package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Sample;
import java.util.List;

/** The {@code _historian} contract of the United Manufacturing Hub. */
final class UmhPayload {

  private UmhPayload() {}

  static List<Message> messages(Sample sample) {
    ObjectNode message = Values.JSON.objectNode().put("timestamp_ms", sample.at());
    message.setAll(Values.of(sample));
    return List.of(
        Message.of("umh/v1/weir-sim/" + sample.place() + "/_historian", message.toString()));
  }
}
