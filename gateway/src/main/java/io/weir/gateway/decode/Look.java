package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A message, looked at once for all rules of {@link Recognition}. */
public final class Look {

  private static final int MOST_BYTES = 256 * 1024;

  private static final JsonText JSON =
      new JsonText(StreamReadConstraints.builder().maxNestingDepth(64).build());

  private static final ObjectMapper TREES = new ObjectMapper();

  private final String topic;
  private final byte[] payload;
  private final String text;
  private final Set<String> keys;
  private final @Nullable JsonNode json;

  Look(String topic, byte[] payload) {
    this.topic = topic;
    this.payload = payload;
    this.text = text(payload);
    this.json = text.startsWith("{") || text.startsWith("[") ? json(text) : null;
    this.keys = json == null ? Set.of() : names(json);
  }

  private static String text(byte[] payload) {
    if (payload.length > MOST_BYTES) {
      return "";
    }
    try {
      return Utf8.decode(payload, Utf8.start(payload), Utf8.end(payload)).strip();
    } catch (CharacterCodingException e) {
      return ""; // not text, which is an answer
    }
  }

  private static @Nullable JsonNode json(String text) {
    try {
      return JSON.read(text.getBytes(UTF_8), TREES::readTree);
    } catch (IOException e) {
      return null; // not JSON, which is an answer
    }
  }

  private static Set<String> names(JsonNode node) {
    JsonNode object = node.isArray() ? node.path(0) : node;
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  public String topic() {
    return topic;
  }

  /** As it came; not to be changed. */
  byte[] payload() {
    return payload;
  }

  /** The payload as text; "" where it is not text. */
  public String text() {
    return text;
  }

  /** The names in its top object, or in the first object of its top array. */
  public Set<String> keys() {
    return keys;
  }

  /** The document; {@code null} where it is not JSON. */
  @Nullable JsonNode json() {
    return json;
  }

  public boolean isArray() {
    return json != null && json.isArray();
  }

  public boolean has(String... names) {
    return keys.containsAll(List.of(names));
  }

  public boolean hasAny(String... names) {
    return List.of(names).stream().anyMatch(keys::contains);
  }

  /** The names in the first object of the array that stands under the name. */
  public Set<String> inside(String name) {
    return json == null ? Set.of() : names(json.path(name));
  }
}
