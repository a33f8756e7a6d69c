package io.weir.gateway.source.kafka;

import io.weir.gateway.model.Names;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of topic and key the address that routes match: {@code plant.area} and {@code press-01}
 * become {@code plant/area/press-01}. Used by one thread.
 */
final class RecordAddress {

  /** Addresses of a topic that are kept; beyond that all are made anew. */
  private static final int MOST_KEPT = 10_000;

  /** Stands for bytes that are not UTF-8, and for itself. */
  private static final char REPLACEMENT = '\uFFFD';

  private final String separator;
  private final Map<String, String> topics = new HashMap<>();
  private final Map<String, Map<String, String>> known = new HashMap<>();

  /**
   * @param separator what becomes a '/'; "" for nothing
   */
  RecordAddress(String separator) {
    this.separator = separator;
  }

  /**
   * The address.
   *
   * @param key of the record; without one, or with an empty one, the address is that of the topic
   * @throws CharacterCodingException if the key is not UTF-8
   */
  String of(String topic, byte @Nullable [] key) throws CharacterCodingException {
    if (key == null || key.length == 0) {
      return of(topic);
    }
    String text = Names.of(key, 0, key.length);
    if (text.indexOf(REPLACEMENT) >= 0) { // of another key too, perhaps, so it is not kept
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key));
      return made(topic, text);
    }
    Map<String, String> ofTopic = known.computeIfAbsent(topic, first -> new HashMap<>());
    String address = ofTopic.get(text);
    if (address == null) {
      address = made(topic, text);
      if (ofTopic.size() >= MOST_KEPT) {
        ofTopic.clear();
      }
      ofTopic.put(text, address);
    }
    return address;
  }

  private String made(String topic, String key) {
    return of(topic) + "/" + slashed(key);
  }

  /** The address of a record whose key cannot be read. */
  String of(String topic) {
    return topics.computeIfAbsent(topic, this::slashed);
  }

  private String slashed(String text) {
    return separator.isEmpty() ? text : text.replace(separator, "/");
  }
}
