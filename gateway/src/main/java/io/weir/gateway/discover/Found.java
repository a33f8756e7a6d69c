package io.weir.gateway.discover;

import io.weir.gateway.decode.Recognizer;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The messages of one topic. Guarded by its {@link Findings}. */
final class Found {

  /** How many messages of a topic are examined; the rest is counted. */
  private static final int LOOKED_INTO = 5;

  private static final int BYTES_OF_ENTRY = 100;

  final String topic;
  private final Set<String> keys = new TreeSet<>();
  private byte[] sample = {};
  private @Nullable String format;
  private @Nullable String whole;
  private long bytesOfKeys;
  private boolean mixed;
  private long live;
  private long retained;

  Found(String topic) {
    this.topic = topic;
  }

  void heard(byte[] payload, boolean fromStore) {
    long before = live + retained;
    if (fromStore) {
      retained++;
    } else {
      live++;
    }
    if (payload.length == 0 || before >= LOOKED_INTO) {
      return;
    }
    Recognizer.Recognized recognized = Recognizer.of(topic, payload);
    String now = recognized.format();
    mixed |= format != null && !format.equals(now);
    if (format == null) {
      format = now;
      whole = recognized.topic();
      sample = payload;
    }
    for (String key : recognized.keys()) {
      bytesOfKeys += keys.add(key) ? BYTES_OF_ENTRY + 2L * key.length() : 0;
    }
  }

  /** What it takes of the heap, about. */
  long bytes() {
    return 4 * BYTES_OF_ENTRY + 2L * topic.length() + sample.length + bytesOfKeys;
  }

  /** The format of all examined messages, or {@code null}. */
  @Nullable String format() {
    return mixed ? null : format;
  }

  /** The filter that belongs to the format as a whole, or {@code null}. */
  @Nullable String whole() {
    return whole;
  }

  Set<String> keys() {
    return keys;
  }

  byte[] sample() {
    return sample;
  }

  /** Messages that were sent while listening. */
  long live() {
    return live;
  }

  /** Retained messages. */
  long retained() {
    return retained;
  }
}
