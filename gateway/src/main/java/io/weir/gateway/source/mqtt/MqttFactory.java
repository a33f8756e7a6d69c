package io.weir.gateway.source.mqtt;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;

/** The source {@code mqtt}. */
public final class MqttFactory implements SourceFactory<MqttConfig> {

  static final String NAME = "mqtt";

  private final Client.Factory clients;

  public MqttFactory() {
    this(PahoClient.FACTORY);
  }

  /**
   * @param clients makes the client of each connection
   */
  public MqttFactory(Client.Factory clients) {
    this.clients = clients;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "an MQTT broker, version 5 or 3.1.1";
  }

  @Override
  public Class<MqttConfig> configType() {
    return MqttConfig.class;
  }

  @Override
  public MqttConfig read(Section section, ReadContext context) {
    return MqttReader.read(section, context);
  }

  /**
   * Reads the keys of a connection on which only is published: url, client-id, username, password,
   * version, tls and timeout.
   *
   * @param clientId where the file does not say
   */
  public static MqttConfig publisher(Section section, String clientId, ReadContext context) {
    return MqttReader.readPublisher(section, clientId, context);
  }

  @Override
  public Source open(MqttConfig config, SourceContext context) {
    return new MqttSource(
        config,
        context.subscriptions(),
        context.inbox(),
        context.time(),
        context.meters(),
        context.store(),
        clients);
  }

  @Override
  public boolean subscribes() {
    return true;
  }
}
