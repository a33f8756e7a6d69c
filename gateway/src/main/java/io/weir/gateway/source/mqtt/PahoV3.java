package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SourceConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

/**
 * MQTT 3.1.1 through Paho, for brokers that speak nothing newer. There is no Receive Maximum and no
 * packet limit to tell the broker; the window bounds what is held. Nor is there a session expiry:
 * the session is kept for ever, or with an expiry of nothing is a clean one.
 */
final class PahoV3 implements Client {

  /** Messages that may be under way to the broker; Paho's own bound of 10 is soon reached. */
  private static final int MAX_INFLIGHT = 1_000;

  private final SourceConfig.Mqtt config;
  private final long timeoutMs;
  private volatile @Nullable MqttAsyncClient client;

  PahoV3(SourceConfig.Mqtt config) {
    this.config = config;
    this.timeoutMs = config.connectTimeout().toMillis();
  }

  @Override
  public boolean connect(Events events, @Nullable Will will) throws MqttConnectionException {
    try {
      MqttConnectOptions options = options();
      if (will != null) {
        options.setWill(will.topic(), will.payload(), 1, true);
      }
      MqttAsyncClient paho =
          new MqttAsyncClient(
              Broker.paho(config.url()), config.clientId(), new MemoryPersistence());
      client = paho;
      paho.setManualAcks(true);
      paho.setCallback(new Callback(events));
      IMqttToken token = paho.connect(options);
      token.waitForCompletion(timeoutMs);
      return token.getSessionPresent();
    } catch (MqttException e) {
      throw fault("cannot connect", e);
    }
  }

  private MqttConnectOptions options() throws MqttConnectionException {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(config.sessionExpiry().isZero());
    options.setAutomaticReconnect(false);
    options.setMaxInflight(MAX_INFLIGHT);
    options.setKeepAliveInterval((int) config.keepAlive().toSeconds());
    options.setConnectionTimeout(Broker.seconds(config.connectTimeout()));
    if (config.username() != null) {
      options.setUserName(config.username());
    }
    if (config.password() != null) {
      options.setPassword(config.password().value().toCharArray());
    }
    if (config.tls() != null) {
      options.setSocketFactory(Tls.socketFactory(config.tls()));
    }
    return options;
  }

  @Override
  public List<Refusal> subscribe(List<SubscribeRequest> subscriptions) throws MqttConnectionException {
    String[] filters = subscriptions.stream().map(SubscribeRequest::filter).toArray(String[]::new);
    int[] qos = subscriptions.stream().mapToInt(SubscribeRequest::qos).toArray();
    int[] granted;
    try {
      IMqttToken token = paho().subscribe(filters, qos);
      token.waitForCompletion(timeoutMs);
      granted = token.getGrantedQos();
    } catch (MqttException e) {
      throw fault("cannot subscribe", e);
    }
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < granted.length; i++) {
      if (granted[i] >= Reasons.FIRST_FAILURE) {
        refused.add(new Refusal(subscriptions.get(i), "refused by the broker"));
      }
    }
    return refused;
  }

  @Override
  public void unsubscribe(Collection<String> filters) throws MqttConnectionException {
    try {
      paho().unsubscribe(filters.toArray(String[]::new)).waitForCompletion(timeoutMs);
    } catch (MqttException e) {
      throw fault("cannot unsubscribe", e);
    }
  }

  @Override
  public void acknowledge(int packetId) throws MqttConnectionException {
    try {
      paho().messageArrivedComplete(packetId, 1);
    } catch (MqttException e) {
      throw fault("cannot acknowledge", e);
    }
  }

  @Override
  public void publish(String topic, byte[] payload, int qos, boolean retained) throws MqttConnectionException {
    try {
      paho().publish(topic, payload, qos, retained);
    } catch (MqttException e) {
      throw fault("cannot publish", e);
    }
  }

  @Override
  public void disconnect() {
    MqttAsyncClient paho = client;
    if (paho == null) {
      return;
    }
    try {
      paho.disconnect(Broker.QUIESCE_MS).waitForCompletion(2 * Broker.QUIESCE_MS);
    } catch (MqttException e) {
      abandon();
    }
  }

  @Override
  public void abandon() {
    MqttAsyncClient paho = client;
    if (paho != null) {
      Broker.abandon(
          config.name(),
          () -> {
            paho.disconnectForcibly(0, 0, false);
          });
    }
  }

  private MqttAsyncClient paho() throws MqttConnectionException {
    MqttAsyncClient paho = client;
    if (paho == null) {
      throw new MqttConnectionException("not connected");
    }
    return paho;
  }

  private MqttConnectionException fault(String what, MqttException e) {
    return new MqttConnectionException(what + ": " + reason(e), e);
  }

  private String reason(MqttException e) {
    int code = e.getReasonCode();
    return code >= 1 && code <= Reasons.LAST_V3 ? Reasons.v3(code) : Reasons.of(e, config);
  }

  private final class Callback implements MqttCallback {

    private final Events events;

    Callback(Events events) {
      this.events = events;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      events.arrived(
          new Publish(
              topic,
              message.getPayload(),
              message.getQos(),
              message.isRetained(),
              message.isDuplicate(),
              message.getQos() == 0 ? 0 : message.getId(),
              null));
    }

    @Override
    public void connectionLost(Throwable cause) {
      if (Reasons.isClosed(cause)) {
        events.closed();
      } else {
        events.lost("connection lost: " + Reasons.of(cause, config));
      }
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // nobody waits for it
    }
  }
}
