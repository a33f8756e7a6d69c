package io.weir.gateway.sink.mqtt;

import io.weir.gateway.model.Series;
import io.weir.gateway.sink.stream.TopicTemplate;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Topics of series of one log, by the identity of these. Belongs to one thread at a time. */
final class KnownTopics {

  private static final int MOST = 10_000;

  private final TopicTemplate template;
  private final String gateway;
  private final String log;
  private final Map<Series, Map<String, String>> known = new IdentityHashMap<>();

  KnownTopics(MqttSinkConfig config, String log) {
    this.template = config.topicOf(log);
    this.gateway = config.gateway();
    this.log = log;
  }

  /**
   * The topic of a metric.
   *
   * @param metric "" where the topic is the same for all
   */
  String of(Series series, String metric) {
    Map<String, String> ofSeries = known.get(series);
    if (ofSeries == null || ofSeries.size() >= MOST) {
      if (known.size() >= MOST) {
        known.clear();
      }
      ofSeries = new HashMap<>();
      known.put(series, ofSeries);
    }
    return ofSeries.computeIfAbsent(metric, each -> topic(series, each));
  }

  private String topic(Series series, String metric) {
    String topic = template.of(gateway, log, series, metric);
    return topic.startsWith("$") ? "_" + topic.substring(1) : topic; // those of the broker
  }
}
