package io.weir.gateway.source.listener.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.source.listener.conformance.Sequence.PublishElsewhere;
import io.weir.gateway.source.listener.conformance.Sequence.Receive;
import io.weir.gateway.source.listener.conformance.Sequence.Send;
import io.weir.gateway.source.listener.conformance.Sequence.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads a folder of JSON files, each a list of groups of sequences. */
final class SequenceReader {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HexFormat HEX = HexFormat.of();

  private final Map<String, Integer> names = new HashMap<>();
  private final List<Sequence> sequences = new ArrayList<>();

  private SequenceReader() {}

  /** All sequences, in the order of file names: some rely on what an earlier one left behind. */
  static List<Sequence> read(Path folder) throws IOException {
    SequenceReader reader = new SequenceReader();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(each -> each.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      for (JsonNode group : JSON.readTree(file.toFile())) {
        reader.group(group);
      }
    }
    return reader.sequences;
  }

  private void group(JsonNode group) {
    if (!group.path("disable").asBoolean()) {
      for (JsonNode each : group.required("tests")) {
        sequences.add(sequence(group.required("group").asText(), each));
      }
    }
  }

  private Sequence sequence(String group, JsonNode json) {
    int version = json.path("ver").asInt(4);
    List<Step> steps = new ArrayList<>();
    for (JsonNode each : json.required("msgs")) {
      steps.add(step(each, version));
    }
    String name = json.required("name").asText();
    return new Sequence(
        unique((group + ": " + name).strip().replaceAll("\\s+", " ")),
        group + " " + name,
        version,
        json.path("connect").asBoolean(true),
        steps,
        json.path("expect_disconnect").asBoolean(true));
  }

  /** Some names are there twice. */
  private String unique(String name) {
    int count = names.merge(name, 1, Integer::sum);
    return count == 1 ? name : name + " #" + count;
  }

  private static Step step(JsonNode json, int version) {
    String type = json.required("type").asText();
    String payload = json.required("payload").asText();
    return switch (type) {
      case "send" -> new Send(bytes(payload));
      case "recv" -> new Receive(Packet.of(bytes(payload), version));
      case "publish" ->
          new PublishElsewhere(
              json.required("topic").asText(), json.required("qos").asInt(), payload);
      default -> throw new IllegalArgumentException("a step of an unknown type: " + json);
    };
  }

  private static byte[] bytes(String hex) {
    return HEX.parseHex(hex.replace(" ", ""));
  }
}
