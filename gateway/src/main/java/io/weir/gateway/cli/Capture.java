package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Messages of a file, one in each line: topic, tab and payload; or topic, blank and payload, as
 * {@code mosquitto_sub -v} prints them; or an object of JSON with {@code topic} and {@code
 * payload}, as {@code mosquitto_sub -F %j} (or {@code %J}) does. Blank lines and those that begin
 * with {@code # } are left out. Each line says by itself which it is.
 *
 * @param line number of its line, from 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Capture(int line, String topic, byte[] payload, boolean retained) {

  /** Numbers keep their digits. */
  private static final ObjectReader JSON =
      new ObjectMapper()
          .reader()
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** The encoding of payloads. */
  enum Encoding {
    TEXT,
    HEX
  }

  /**
   * All messages of a text.
   *
   * @throws InputException if a line is none; its message names it
   */
  static List<Capture> read(String text, Encoding encoding) throws InputException {
    List<Capture> all = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      String bare = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
      if (!bare.isBlank() && !bare.startsWith("# ")) {
        all.add(bare.startsWith("{") ? object(number, bare) : plain(number, bare, encoding));
      }
    }
    if (all.isEmpty()) {
      throw new InputException("there is no message in it");
    }
    return all;
  }

  private static Capture plain(int number, String line, Encoding encoding) throws InputException {
    int end = line.indexOf('\t') >= 0 ? line.indexOf('\t') : line.indexOf(' ');
    if (end <= 0) {
      throw new InputException(
          "line " + number + " is no message: topic, tab (or blank) and payload");
    }
    String payload = line.substring(end + 1);
    return new Capture(number, line.substring(0, end), bytes(number, payload, encoding), false);
  }

  private static byte[] bytes(int number, String payload, Encoding encoding) throws InputException {
    if (encoding == Encoding.TEXT) {
      return payload.getBytes(UTF_8);
    }
    try {
      return HexFormat.of().parseHex(payload.strip());
    } catch (IllegalArgumentException e) {
      throw new InputException("line " + number + ": the payload is not in hexadecimal digits");
    }
  }

  private static Capture object(int number, String line) throws InputException {
    JsonNode message;
    try {
      message = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new InputException("line " + number + " is not JSON: " + e.getOriginalMessage());
    }
    JsonNode topic = message.path("topic");
    JsonNode payload = message.path("payload");
    if (!topic.isTextual() || topic.textValue().isEmpty() || payload.isMissingNode()) {
      throw new InputException("line " + number + " has no topic, or no payload");
    }
    String text = payload.isTextual() ? payload.textValue() : payload.toString();
    JsonNode retain = message.path("retain");
    return new Capture(
        number, topic.textValue(), text.getBytes(UTF_8), retain.asBoolean() || retain.asInt() == 1);
  }
}
