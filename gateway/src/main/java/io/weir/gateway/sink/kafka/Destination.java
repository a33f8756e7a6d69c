package io.weir.gateway.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Series;
import io.weir.gateway.sink.StreamSink.Entry;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a series go.
 *
 * @param fault why there is no such topic, or {@code null}
 * @param asset the path of the asset, empty where none is known
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
record Destination(String topic, @Nullable String fault, byte[] asset) {

  /**
   * What has the order of the log: a machine, or, where none is known, what sent it. The key of the
   * record.
   */
  byte[] key(Entry entry) {
    if (asset.length > 0) {
      return asset;
    }
    String sender = entry.topic().isEmpty() ? entry.series().measurement() : entry.topic();
    return sender.getBytes(UTF_8);
  }

  /** Those of the series of one log, by the identity of these. Belongs to one thread at a time. */
  static final class Known {

    private static final int MOST = 10_000;

    private final KafkaConfig config;
    private final String log;
    private final Map<Series, Destination> known = new IdentityHashMap<>();

    Known(KafkaConfig config, String log) {
      this.config = config;
      this.log = log;
    }

    Destination of(Series series) {
      Destination found = known.get(series);
      if (found == null) {
        if (known.size() >= MOST) {
          known.clear();
        }
        String topic = config.topic().of(config.gateway(), log, series);
        found =
            new Destination(topic, TopicName.fault(topic), series.asset().path().getBytes(UTF_8));
        known.put(series, found);
      }
      return found;
    }
  }
}
