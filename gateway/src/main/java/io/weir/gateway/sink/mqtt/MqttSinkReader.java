package io.weir.gateway.sink.mqtt;

import io.weir.gateway.config.Section;
import io.weir.gateway.mqtt.Broker;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.stream.TopicTemplate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the keys of an MQTT sink. */
final class MqttSinkReader {

  private MqttSinkReader() {}

  static MqttSinkConfig read(Section section, ReadContext context) {
    SinkCommon common = SinkCommon.read(section, false);
    if (section.has("replay") && common.replay().liveFirst()) {
      section.problem("replay", "must be in-order: each topic gets its messages in order");
    }
    if (section.has("backfill-share")) {
      section.problem("backfill-share", "does not belong to topics, which are written in order");
    }
    if (section.hasSection("batch") && section.section("batch").has("gzip")) {
      section.section("batch").problem("gzip", "does not belong to messages of MQTT");
    }
    Broker broker =
        Broker.read(section, "weir-" + context.gatewayId() + "-sink-" + common.name(), context);
    MqttSinkConfig.Edge edge = edge(section, context);
    TopicTemplate topic = topic(section, "topic", MqttTopic.DEFAULT);
    TopicTemplate figures =
        topic(
            section,
            "figures-topic",
            section.has("topic") ? topic.text() + "/{tag:bucket}" : MqttTopic.DEFAULT_FIGURES);
    return new MqttSinkConfig(
        common, context.gatewayId(), broker, topic, figures, section.flag("retained", false), edge);
  }

  private static TopicTemplate topic(Section section, String key, String usual) {
    TopicTemplate topic = MqttTopic.template(section.text(key, usual));
    String problem = topic.problem();
    if (problem != null && section.has(key)) {
      section.problem(key, problem);
    }
    return topic;
  }

  private static MqttSinkConfig.@Nullable Edge edge(Section section, ReadContext context) {
    if (!section.has("sparkplug")) {
      return null;
    }
    for (String key : List.of("topic", "figures-topic", "retained")) {
      if (section.has(key)) {
        section.problem(key, "does not go with sparkplug, which has topics of its own");
      }
    }
    Section edge = section.section("sparkplug");
    return new MqttSinkConfig.Edge(
        edge.text("group", ""),
        edge.text("edge-node", context.gatewayId()),
        edge.text("primary-host"),
        edge.durationIf("device-timeout", Duration.ofSeconds(1), Duration.ofDays(7)));
  }
}
