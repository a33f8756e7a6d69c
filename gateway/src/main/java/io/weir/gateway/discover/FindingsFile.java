package io.weir.gateway.discover;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * What was heard, in a file, by broker: so a long run goes on where it was stopped. Written beside
 * and moved, so that it is whole whenever the process ends. Brokers that a run does not ask stay in
 * it as they are. Bounded: where it is full, topics are kept without what they sent, then left out.
 */
public final class FindingsFile {

  private static final int VERSION = 1;
  private static final long MOST_BYTES = 512L << 20;
  private static final String BROKERS = "brokers";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Bytes of a file without brokers. */
  private static final int FRAME = 64;

  private FindingsFile() {}

  /** Takes the topics of one broker, as they are read. */
  private interface Topics {
    void read(String broker, JsonParser topics) throws IOException;
  }

  /**
   * Writes it anew.
   *
   * @return whether there was room for everything
   */
  public static boolean save(Path file, Map<String, Findings> brokers) throws IOException {
    return save(file, brokers, MOST_BYTES);
  }

  static boolean save(Path file, Map<String, Findings> brokers, long mostBytes) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    boolean isWhole;
    try (JsonGenerator json =
        JSON.createGenerator(new BufferedOutputStream(Files.newOutputStream(beside)))) {
      json.writeStartObject();
      json.writeNumberField("version", VERSION);
      json.writeObjectFieldStart(BROKERS);
      long left = mostBytes - FRAME - copied(file, brokers, json);
      isWhole = write(brokers, json, left);
      json.writeEndObject();
      json.writeEndObject();
    }
    Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    return isWhole;
  }

  /** Copies what the file has of other brokers; gives the bytes that this takes. */
  private static long copied(Path file, Map<String, Findings> brokers, JsonGenerator to)
      throws IOException {
    long[] bytes = {0};
    read(
        file,
        (broker, topics) -> {
          if (brokers.containsKey(broker)) {
            topics.skipChildren();
            return;
          }
          long before = topics.currentLocation().getByteOffset();
          to.writeFieldName(broker);
          to.copyCurrentStructure(topics);
          bytes[0] += named(broker) + topics.currentLocation().getByteOffset() - before;
        });
    return bytes[0];
  }

  private static boolean write(Map<String, Findings> brokers, JsonGenerator json, long room)
      throws IOException {
    boolean isWhole = true;
    long left = room;
    for (Map.Entry<String, Findings> each : brokers.entrySet()) {
      left -= named(each.getKey());
      json.writeArrayFieldStart(each.getKey());
      for (Heard heard : each.getValue().copies()) {
        ObjectNode topic = topic(heard);
        byte[] text = JSON.writeValueAsBytes(topic);
        if (text.length >= left) {
          isWhole = false;
          topic.putArray("samples");
          text = JSON.writeValueAsBytes(topic);
        }
        if (text.length < left) {
          json.writeRawValue(new String(text, UTF_8));
          left -= text.length + 1;
        }
      }
      json.writeEndArray();
    }
    return isWhole;
  }

  /** Bytes of the name of a broker, with what stands around its topics. */
  private static int named(String broker) {
    return 8 + 6 * broker.length();
  }

  private static ObjectNode topic(Heard heard) {
    ObjectNode topic =
        JSON.createObjectNode()
            .put("topic", heard.topic)
            .put("live", heard.live())
            .put("retained", heard.retained());
    ArrayNode samples = topic.putArray("samples");
    for (Heard.Sample sample : heard.samples()) {
      samples
          .addObject()
          .put("payload", sample.payload())
          .put("retained", sample.retained())
          .put("received", sample.receivedNs());
    }
    return topic;
  }

  /**
   * Adds what the file has of those brokers; nothing where there is no file.
   *
   * @throws IOException if it is no such file, or one of another version
   */
  public static void load(Path file, Map<String, Findings> brokers) throws IOException {
    if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
      throw new IOException(file + " is larger than " + (MOST_BYTES >> 20) + " MiB");
    }
    read(
        file,
        (broker, topics) -> {
          Findings findings = brokers.get(broker);
          while (findings != null && topics.nextToken() == JsonToken.START_OBJECT) {
            add(JSON.readTree(topics), findings);
          }
          if (findings == null) {
            topics.skipChildren();
          }
        });
  }

  /** Goes through the brokers of a file; there may be none. */
  private static void read(Path file, Topics topics) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (JsonParser json = JSON.createParser(new BufferedInputStream(Files.newInputStream(file)))) {
      boolean isOurs =
          json.nextToken() == JsonToken.START_OBJECT
              && "version".equals(json.nextFieldName())
              && json.nextIntValue(0) == VERSION
              && BROKERS.equals(json.nextFieldName())
              && json.nextToken() == JsonToken.START_OBJECT;
      if (!isOurs) {
        throw new IOException(file + " is no state of this version of weir discover");
      }
      String broker = json.nextFieldName();
      while (broker != null) {
        json.nextToken();
        topics.read(broker, json);
        broker = json.nextFieldName();
      }
    }
  }

  private static void add(JsonNode topic, Findings findings) throws IOException {
    String name = topic.path("topic").asText();
    long live = topic.path("live").asLong();
    long retained = topic.path("retained").asLong();
    for (JsonNode sample : topic.path("samples")) {
      boolean isRetained = sample.path("retained").asBoolean();
      byte[] payload = sample.path("payload").binaryValue();
      if (payload == null) {
        throw new IOException("the state of weir discover is damaged at topic " + name);
      }
      findings.heard(name, payload, isRetained, sample.path("received").asLong());
      live -= isRetained ? 0 : 1;
      retained -= isRetained ? 1 : 0;
    }
    findings.counted(name, Math.max(0, live), Math.max(0, retained));
  }
}
