package io.weir.gateway.discover;

import io.weir.gateway.decode.Recognizer;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was heard by one topic. Guarded by the {@link Findings} that it is in. */
final class Found {

  /** Messages of a topic that are looked into; the rest is counted. */
  private static final int LOOKED_INTO = 5;

  final String topic;
  private final Set<String> keys = new TreeSet<>();
  private byte[] sample = {};
  private @Nullable String format;
  private @Nullable String whole;
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
    keys.addAll(recognized.keys());
  }

  /** The format that all looked into are in; {@code null} where there is none. */
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

  /** Messages that the broker had kept from before. */
  long retained() {
    return retained;
  }
}
