package io.weir.gateway.source.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A device that publishes; each publish returns when the broker acknowledged it. */
final class Factory implements AutoCloseable {

  private final MqttClient client;

  Factory(String url) throws MqttException {
    client = new MqttClient(url, "device-" + UUID.randomUUID(), new MemoryPersistence());
    client.connect(new MqttConnectionOptions());
  }

  void publish(String topic, String text, int qos, boolean retained) throws MqttException {
    MqttMessage message =
        new MqttMessage(text.getBytes(StandardCharsets.UTF_8), qos, retained, new MqttProperties());
    client.publish(topic, message);
  }

  /** {@code text} as QoS 1. */
  void publish(String topic, String text) throws MqttException {
    publish(topic, text, 1, false);
  }

  /** The numbers from {@code from} to below {@code to}, each its own message. */
  void publishNumbers(String topic, int from, int to) throws MqttException {
    for (int i = from; i < to; i++) {
      publish(topic, String.valueOf(i));
    }
  }

  void publishTyped(String topic, String text, String contentType) throws MqttException {
    MqttProperties properties = new MqttProperties();
    properties.setContentType(contentType);
    client.publish(
        topic, new MqttMessage(text.getBytes(StandardCharsets.UTF_8), 1, false, properties));
  }

  @Override
  public void close() throws MqttException {
    client.disconnect();
    client.close();
  }
}
