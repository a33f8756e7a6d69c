package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.util.List;
import java.util.stream.Collectors;

/** One line of InfluxDB line protocol. */
final class InfluxLinePayload {

  private InfluxLinePayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    MachinePath path = sample.path();
    String fields =
        SampleValues.of(sample).entrySet().stream()
            .map(entry -> entry.getKey() + "=" + field(entry.getValue()))
            .collect(Collectors.joining(","));
    String line =
        "telemetry,site=%s,area=%s,line=%s,machine=%s %s %d000000\n"
            .formatted(
                escaped(path.site()),
                escaped(path.area()),
                escaped(path.line()),
                escaped(path.machine()),
                fields,
                sample.at());
    return List.of(DeviceMessage.of("telegraf/" + path, line));
  }

  private static String field(ValueNode value) {
    return value.isTextual()
        ? '"' + value.asText().replaceAll("([\"\\\\])", "\\\\$1") + '"'
        : value.asText() + (value.isIntegralNumber() ? "i" : "");
  }

  private static String escaped(String tag) {
    return tag.replaceAll("([ ,=])", "\\\\$1");
  }
}
