package io.weir.gateway.source.listener;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/**
 * The two clients of Eclipse Paho for Java. They are disconnected and not closed: a close takes the
 * callback away from a thread that may still be about to call it.
 */
final class PahoClients {

  private static final long PATIENCE_MS = 60_000;
  private static final String CLIENT = "paho-java";

  private PahoClients() {}

  static String url(int port) {
    return "tcp://127.0.0.1:" + port;
  }

  /** MQTT 5. */
  static final class Five implements ForeignClient {

    private final org.eclipse.paho.mqttv5.client.MqttAsyncClient client;
    private final List<org.eclipse.paho.mqttv5.client.IMqttToken> sent = new ArrayList<>();

    Five(int port) throws Exception {
      client =
          new org.eclipse.paho.mqttv5.client.MqttAsyncClient(
              url(port), CLIENT, new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setCleanStart(false);
      options.setSessionExpiryInterval((long) EXPIRY_S);
      options.setAutomaticReconnect(true);
      options.setAutomaticReconnectDelay(1, 1);
      client.connect(options).waitForCompletion(PATIENCE_MS);
    }

    @Override
    public void publish(int qos, boolean retained, String text) throws Exception {
      sent.add(client.publish(TOPIC, text.getBytes(), qos, retained));
    }

    @Override
    public boolean isReady() {
      return client.isConnected();
    }

    @Override
    public void finish() throws Exception {
      for (org.eclipse.paho.mqttv5.client.IMqttToken each : sent) {
        each.waitForCompletion(PATIENCE_MS);
      }
    }

    @Override
    public void close() throws Exception {
      client.disconnect().waitForCompletion(PATIENCE_MS);
    }
  }

  /** MQTT 3. */
  static final class Three implements ForeignClient {

    private final org.eclipse.paho.client.mqttv3.MqttAsyncClient client;
    private final List<org.eclipse.paho.client.mqttv3.IMqttToken> sent = new ArrayList<>();

    /**
     * @param version 3 or 4, which is 3.1.1
     */
    Three(int port, int version) throws Exception {
      client =
          new org.eclipse.paho.client.mqttv3.MqttAsyncClient(
              url(port), CLIENT, new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
      MqttConnectOptions options = new MqttConnectOptions();
      options.setMqttVersion(version);
      options.setCleanSession(false);
      options.setAutomaticReconnect(true);
      client.connect(options).waitForCompletion(PATIENCE_MS);
    }

    @Override
    public void publish(int qos, boolean retained, String text) throws Exception {
      sent.add(client.publish(TOPIC, text.getBytes(), qos, retained));
    }

    @Override
    public boolean isReady() {
      return client.isConnected();
    }

    @Override
    public void finish() throws Exception {
      for (org.eclipse.paho.client.mqttv3.IMqttToken each : sent) {
        each.waitForCompletion(PATIENCE_MS);
      }
    }

    @Override
    public void close() throws Exception {
      client.disconnect().waitForCompletion(PATIENCE_MS);
    }
  }
}
