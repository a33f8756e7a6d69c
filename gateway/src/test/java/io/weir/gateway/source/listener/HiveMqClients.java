package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The client of HiveMQ, for both versions. */
final class HiveMqClients {

  private static final int PATIENCE_S = 60;

  private HiveMqClients() {}

  private static MqttClientBuilder builder(int port) {
    return MqttClient.builder()
        .identifier("hivemq")
        .serverHost("127.0.0.1")
        .serverPort(port)
        .automaticReconnect()
        .initialDelay(50, TimeUnit.MILLISECONDS)
        .maxDelay(1, TimeUnit.SECONDS)
        .applyAutomaticReconnect();
  }

  /** MQTT 5. */
  static final class Five implements ForeignClient {

    private final Mqtt5AsyncClient client;
    private final List<CompletableFuture<Mqtt5PublishResult>> sent = new ArrayList<>();

    Five(int port) throws Exception {
      client = builder(port).useMqttVersion5().buildAsync();
      client
          .connectWith()
          .cleanStart(false)
          .sessionExpiryInterval(EXPIRY_S)
          .send()
          .get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Override
    public void publish(int qos, boolean retained, String text) {
      sent.add(
          client
              .publishWith()
              .topic(TOPIC)
              .qos(MqttQos.fromCode(qos))
              .retain(retained)
              .payload(text.getBytes(UTF_8))
              .send());
    }

    @Override
    public void finish() throws Exception {
      for (CompletableFuture<Mqtt5PublishResult> each : sent) {
        Mqtt5PublishResult result = each.get(PATIENCE_S, TimeUnit.SECONDS);
        if (result.getError().isPresent()) {
          throw new AssertionError(result.getError().get());
        }
      }
    }

    @Override
    public void close() throws Exception {
      client.disconnect().get(PATIENCE_S, TimeUnit.SECONDS);
    }
  }

  /** MQTT 3.1.1. */
  static final class Three implements ForeignClient {

    private final Mqtt3AsyncClient client;
    private final List<CompletableFuture<?>> sent = new ArrayList<>();

    Three(int port) throws Exception {
      client = builder(port).useMqttVersion3().buildAsync();
      client.connectWith().cleanSession(false).send().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Override
    public void publish(int qos, boolean retained, String text) {
      sent.add(
          client
              .publishWith()
              .topic(TOPIC)
              .qos(MqttQos.fromCode(qos))
              .retain(retained)
              .payload(text.getBytes(UTF_8))
              .send());
    }

    @Override
    public void finish() throws Exception {
      for (CompletableFuture<?> each : sent) {
        each.get(PATIENCE_S, TimeUnit.SECONDS);
      }
    }

    @Override
    public void close() throws Exception {
      client.disconnect().get(PATIENCE_S, TimeUnit.SECONDS);
    }
  }
}
