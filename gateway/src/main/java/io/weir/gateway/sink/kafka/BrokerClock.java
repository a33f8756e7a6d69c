package io.weir.gateway.sink.kafka;

import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer.RefusedLine;
import io.weir.gateway.sink.StreamSink.Entry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Whether what brokers refuse for its time is right by our clock. Then one of the clocks is wrong,
 * which is no fault of the rows: each would be refused, and none once the clock is set.
 */
record BrokerClock(KafkaConfig config, String log, Time time) {

  /**
   * How the clocks differ; "" where nothing shows that.
   *
   * @param entries of the write, in which the refused ones have their places
   */
  String differs(List<RefusedLine> refused, List<? extends Entry> entries) {
    Map<String, OptionalLong> oldest = new HashMap<>();
    for (RefusedLine each : refused) {
      RefusedTime of = RefusedTime.of(each.detail());
      if (of != null) {
        String differs =
            of.isAhead() ? ahead(of) : old(of, topic(entries.get(each.index())), oldest);
        if (!differs.isEmpty()) {
          return differs;
        }
      }
    }
    return "";
  }

  private String topic(Entry entry) {
    return config.topic().of(config.gateway(), log, entry.series());
  }

  private String ahead(RefusedTime refused) {
    long now = nowMs();
    return refused.mayBeRight(now)
        ? "the brokers take times up to %s, and it is %s here: compare the clocks"
            .formatted(Instant.ofEpochMilli(refused.toMs()), Instant.ofEpochMilli(now))
        : "";
  }

  private String old(RefusedTime refused, String topic, Map<String, OptionalLong> known) {
    long now = nowMs();
    OptionalLong oldest =
        known.computeIfAbsent(topic, each -> new ClusterQuestions(config).oldestMs(each));
    if (oldest.isEmpty()) {
      String words =
          "the brokers take times from %s on, and it is %s here: compare the clocks, or allow"
              + " DescribeConfigs for %s, which says how old a row may be";
      Instant from = Instant.ofEpochMilli(refused.fromMs());
      return refused.mayBeOldByAClock(now)
          ? words.formatted(from, Instant.ofEpochMilli(now), topic)
          : "";
    }
    return now - refused.ms() > oldest.getAsLong()
        ? ""
        : "the brokers take times from %s on, up to %,d ms old, and it is %s here: compare the clocks"
            .formatted(
                Instant.ofEpochMilli(refused.fromMs()),
                oldest.getAsLong(),
                Instant.ofEpochMilli(now));
  }

  private long nowMs() {
    return time.wallNs() / 1_000_000L;
  }
}
