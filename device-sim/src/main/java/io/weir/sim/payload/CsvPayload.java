package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.Sample;
import java.util.List;
import java.util.stream.Collectors;

/** A header and one row, its texts quoted (RFC 4180). */
final class CsvPayload {

  private CsvPayload() {}

  static List<Message> messages(Sample sample) {
    String header = String.join(",", Values.of(sample).keySet());
    String row =
        Values.of(sample).values().stream().map(CsvPayload::cell).collect(Collectors.joining(","));
    return List.of(
        Message.of(
            "csv/" + sample.place(), "ts," + header + "\n" + sample.at() + "," + row + "\n"));
  }

  private static String cell(ValueNode value) {
    return value.isTextual() ? '"' + value.asText().replace("\"", "\"\"") + '"' : value.asText();
  }
}
