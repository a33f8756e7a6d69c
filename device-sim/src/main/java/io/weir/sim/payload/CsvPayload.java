package io.weir.sim.payload;

import io.weir.sim.plant.Sample;
import java.util.List;
import java.util.stream.Collectors;

/** A header and one row. */
final class CsvPayload {

  private CsvPayload() {}

  static List<Message> messages(Sample sample) {
    String header = String.join(",", Values.of(sample).keySet());
    String row =
        Values.of(sample).values().stream()
            .map(value -> value.asText())
            .collect(Collectors.joining(","));
    return List.of(
        Message.of(
            "csv/" + sample.place(), "ts," + header + "\n" + sample.at() + "," + row + "\n"));
  }
}
