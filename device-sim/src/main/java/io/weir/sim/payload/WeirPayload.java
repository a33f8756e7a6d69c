package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.time.Instant;
import java.util.List;

/** Rows as another gateway writes them to Kafka. */
final class WeirPayload {

  private WeirPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    ObjectNode row =
        SampleValues.JSON
            .objectNode()
            .put("version", 1)
            .put("gateway", "weir-sim")
            .put("measurement", "telemetry")
            .put("site", sample.path().site())
            .put("area", sample.path().area())
            .put("line", sample.path().line())
            .put("machine", sample.path().machine())
            .put("time", Instant.ofEpochMilli(sample.at()).toString())
            .put("quality", "good");
    row.set("values", SampleValues.object(sample));
    return List.of(DeviceMessage.of("weir/readings/" + sample.path(), row.toString()));
  }
}
