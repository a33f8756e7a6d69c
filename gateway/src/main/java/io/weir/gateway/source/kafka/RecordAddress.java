package io.weir.gateway.source.kafka;

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

  private final String separator;
  private final Map<String, String> topics = new HashMap<>();

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
    String first = topics.computeIfAbsent(topic, this::slashed);
    if (key == null || key.length == 0) {
      return first;
    }
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    return first + "/" + slashed(text);
  }

  /** The address of a record whose key cannot be read. */
  String of(String topic) {
    return topics.computeIfAbsent(topic, this::slashed);
  }

  private String slashed(String text) {
    return separator.isEmpty() ? text : text.replace(separator, "/");
  }
}
