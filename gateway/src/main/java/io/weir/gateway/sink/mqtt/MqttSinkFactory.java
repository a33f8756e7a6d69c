package io.weir.gateway.sink.mqtt;

import io.weir.gateway.config.Section;
import io.weir.gateway.mqtt.Link;
import io.weir.gateway.mqtt.LinkException;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.sink.stream.TopicTemplate;

/** The sink {@code mqtt}. */
public final class MqttSinkFactory implements SinkFactory<MqttSinkConfig> {

  static final String NAME = "mqtt";

  /** A template of topics. */
  public static TopicTemplate topic(String text) {
    return MqttTopic.template(text);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "topics at an MQTT broker: a Unified Namespace, or a Sparkplug edge node";
  }

  @Override
  public Class<MqttSinkConfig> configType() {
    return MqttSinkConfig.class;
  }

  @Override
  public MqttSinkConfig read(Section section, ReadContext context) {
    return MqttSinkReader.read(section, context);
  }

  @Override
  public Sink open(MqttSinkConfig config, SinkContext context) {
    return config.edge() == null
        ? new Namespace(config, context)
        : new EdgeNode(config, config.edge(), context);
  }

  /** Under a client id of its own: the same would end the connection of a sink that runs. */
  @Override
  public Sink.Answer ask(MqttSinkConfig config) {
    try (Link link = Link.open(config.broker().asking(), null, reason -> {})) {
      return Answers.unfit(config, link);
    } catch (LinkException e) {
      return Answers.of(e);
    }
  }
}
