package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.Place;
import io.weir.sim.plant.Sample;
import java.util.List;
import java.util.stream.Collectors;

/** One line of InfluxDB line protocol. */
final class InfluxLinePayload {

  private InfluxLinePayload() {}

  static List<Message> messages(Sample sample) {
    Place place = sample.place();
    String fields =
        Values.of(sample).entrySet().stream()
            .map(entry -> entry.getKey() + "=" + field(entry.getValue()))
            .collect(Collectors.joining(","));
    String line =
        "telemetry,site=%s,area=%s,line=%s,machine=%s %s %d000000\n"
            .formatted(
                escaped(place.site()),
                escaped(place.area()),
                escaped(place.line()),
                escaped(place.machine()),
                fields,
                sample.at());
    return List.of(Message.of("telegraf/" + place, line));
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
