package io.weir.gateway.notify.mqtt;

import io.weir.gateway.notify.Beat;
import io.weir.gateway.notify.Notice;
import io.weir.gateway.notify.NoticeJson;
import io.weir.gateway.notify.Outlet;
import io.weir.gateway.source.mqtt.OutboundMessage;
import io.weir.gateway.source.mqtt.SinglePublish;
import java.io.IOException;

/** Publishes each message on a connection of its own. A sign of life is always retained. */
final class MqttOutlet implements Outlet {

  private static final String HEARTBEAT = "/heartbeat";

  private final MqttOutletConfig config;

  MqttOutlet(MqttOutletConfig config) {
    this.config = config;
  }

  @Override
  public void send(Notice notice) throws IOException {
    publish(config.topic(), NoticeJson.of(notice), config.retained());
  }

  @Override
  public void beat(Beat beat) throws IOException {
    publish(config.topic() + HEARTBEAT, NoticeJson.of(beat), true);
  }

  private void publish(String topic, byte[] payload, boolean retained) throws IOException {
    SinglePublish.send(config.broker(), new OutboundMessage(topic, payload, 1, retained));
  }
}
