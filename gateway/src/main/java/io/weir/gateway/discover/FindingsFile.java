package io.weir.gateway.discover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * What was heard, in a file, by broker: so a long run goes on where it was stopped. Written beside
 * and moved, so that it is whole whenever the process ends.
 */
public final class FindingsFile {

  private static final int VERSION = 1;
  private static final long MOST_BYTES = 512L << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private FindingsFile() {}

  /** Writes it anew. */
  public static void save(Path file, Map<String, Findings> brokers) throws IOException {
    ObjectNode all = JSON.createObjectNode().put("version", VERSION);
    ObjectNode heard = all.putObject("brokers");
    brokers.forEach((address, findings) -> write(findings, heard.putArray(address)));
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.write(beside, JSON.writeValueAsBytes(all));
    Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Adds what the file has of those brokers; nothing where there is no file.
   *
   * @throws IOException if it is no such file, or one of another version
   */
  public static void load(Path file, Map<String, Findings> brokers) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(file + " is larger than " + (MOST_BYTES >> 20) + " MiB");
    }
    JsonNode all = JSON.readTree(Files.readAllBytes(file));
    if (all.path("version").asInt() != VERSION) {
      throw new IOException(file + " is no state of this version of weir discover");
    }
    for (Map.Entry<String, Findings> each : brokers.entrySet()) {
      for (JsonNode topic : all.path("brokers").path(each.getKey())) {
        read(topic, each.getValue());
      }
    }
  }

  private static void write(Findings findings, ArrayNode topics) {
    for (Heard heard : findings.copies()) {
      ObjectNode topic = topics.addObject();
      topic.put("topic", heard.topic).put("live", heard.live()).put("retained", heard.retained());
      ArrayNode samples = topic.putArray("samples");
      for (Heard.Sample sample : heard.samples()) {
        samples
            .addObject()
            .put("payload", sample.payload())
            .put("retained", sample.retained())
            .put("received", sample.receivedNs());
      }
    }
  }

  private static void read(JsonNode topic, Findings findings) throws IOException {
    String name = topic.path("topic").asText();
    long live = topic.path("live").asLong();
    long retained = topic.path("retained").asLong();
    for (JsonNode sample : topic.path("samples")) {
      boolean isRetained = sample.path("retained").asBoolean();
      findings.heard(
          name, sample.path("payload").binaryValue(), isRetained, sample.path("received").asLong());
      live -= isRetained ? 0 : 1;
      retained -= isRetained ? 1 : 0;
    }
    findings.counted(name, Math.max(0, live), Math.max(0, retained));
  }
}
