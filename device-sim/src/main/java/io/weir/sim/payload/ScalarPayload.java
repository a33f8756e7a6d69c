package io.weir.sim.payload;

import io.weir.sim.plant.MachineSample;
import java.util.ArrayList;
import java.util.List;

/** One value per topic, without a time. */
final class ScalarPayload {

  private ScalarPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    List<DeviceMessage> messages = new ArrayList<>();
    SampleValues.nonEmpty(sample)
        .forEach(
            (name, value) ->
                messages.add(
                    DeviceMessage.of("tags/" + sample.path() + "/" + name, value.asText())));
    return messages;
  }
}
