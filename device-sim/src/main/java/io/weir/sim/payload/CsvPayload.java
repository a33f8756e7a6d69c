package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachineSample;
import java.util.List;
import java.util.stream.Collectors;

/** CSV: a header and one row, with quoted texts (RFC 4180). */
final class CsvPayload {

  private CsvPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    String header = String.join(",", SampleValues.of(sample).keySet());
    String row =
        SampleValues.of(sample).values().stream()
            .map(CsvPayload::cell)
            .collect(Collectors.joining(","));
    return List.of(
        DeviceMessage.of(
            "csv/" + sample.path(), "ts," + header + "\n" + sample.at() + "," + row + "\n"));
  }

  private static String cell(ValueNode value) {
    return value.isTextual() ? '"' + value.asText().replace("\"", "\"\"") + '"' : value.asText();
  }
}
