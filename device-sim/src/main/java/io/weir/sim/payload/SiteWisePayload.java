package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachineSample;
import java.util.List;

/** AWS IoT SiteWise, with one entry per property. */
final class SiteWisePayload {

  private SiteWisePayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    ArrayNode entries = SampleValues.JSON.arrayNode();
    SampleValues.of(sample)
        .forEach(
            (name, value) -> {
              ObjectNode entry =
                  entries.addObject().put("propertyAlias", "/" + sample.path() + "/" + name);
              ObjectNode item = entry.putArray("propertyValues").addObject();
              item.putObject("value").set(type(value), value);
              item.putObject("timestamp")
                  .put("timeInSeconds", Math.floorDiv(sample.at(), 1_000L))
                  .put("offsetInNanos", Math.floorMod(sample.at(), 1_000L) * 1_000_000);
              item.put("quality", "GOOD");
            });
    return List.of(DeviceMessage.of("sitewise/" + sample.path(), entries.toString()));
  }

  /** SiteWise integers have 32 bits, too few for a counter of many years; doubles have 53. */
  private static String type(ValueNode value) {
    return value.isTextual() ? "stringValue" : "doubleValue";
  }
}
