package io.weir.gateway.source.listener;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;

/** The source {@code mqtt-listener}. */
public final class ListenerFactory implements SourceFactory<ListenerConfig> {

  static final String NAME = "mqtt-listener";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "devices that publish over MQTT to the gateway itself, without a broker";
  }

  @Override
  public Class<ListenerConfig> configType() {
    return ListenerConfig.class;
  }

  @Override
  public ListenerConfig read(Section section, ReadContext context) {
    return ListenerReader.read(section, context);
  }

  @Override
  public Source open(ListenerConfig config, SourceContext context) {
    return new MqttListener(config, context);
  }
}
