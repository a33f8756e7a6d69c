package io.weir.gateway.source.mqtt;

import io.weir.gateway.mqtt.Codes;
import io.weir.gateway.source.SubscribeRequest;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.internal.NetworkModule;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

/**
 * MQTT 3.1.1 through Paho, for brokers without MQTT 5. It has no Receive Maximum and no limit on
 * packets; the in-flight window bounds what is held. It has no session expiry: the session is kept
 * without end, or with an expiry of zero it is a clean session.
 */
final class PahoV3 extends PahoClient<MqttAsyncClient> {

  /** Outbound messages in flight; Paho's own limit of 10 is soon reached. */
  private static final int MAX_INFLIGHT = 1_000;

  PahoV3(MqttConfig config) {
    super(config);
  }

  @Override
  MqttAsyncClient create(Events events, Wire wire) throws MqttException {
    MqttAsyncClient paho =
        new MqttAsyncClient(address(), config.clientId(), new MemoryPersistence()) {
          @Override
          protected NetworkModule[] createNetworkModules(String url, MqttConnectOptions options)
              throws MqttException {
            return Stream.of(super.createNetworkModules(url, options))
                .map(network -> new GuardedV3(network, wire))
                .toArray(NetworkModule[]::new);
          }
        };
    paho.setManualAcks(true);
    paho.setCallback(new Callback(events, wire.inbound()));
    return paho;
  }

  @Override
  void connect(MqttAsyncClient paho, Events events, @Nullable OutboundMessage will)
      throws MqttException, MqttConnectionException {
    MqttConnectOptions options = options();
    if (will != null) {
      options.setWill(will.topic(), will.payload(), will.qos(), will.retained());
    }
    paho.connect(
        options, null, listener(CONNECT, token -> connected(events, token.getSessionPresent())));
  }

  MqttConnectOptions options() throws MqttConnectionException {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(config.sessionExpiry().isZero());
    options.setAutomaticReconnect(false);
    options.setMaxInflight(MAX_INFLIGHT);
    options.setKeepAliveInterval((int) config.keepAlive().toSeconds());
    options.setConnectionTimeout(seconds(config.connectTimeout()));
    if (config.username() != null) {
      options.setUserName(config.username());
    }
    if (config.password() != null) {
      options.setPassword(config.password().value().toCharArray());
    }
    if (config.tls() != null) {
      options.setSocketFactory(tls(config.tls()));
    }
    return options;
  }

  @Override
  void subscribe(MqttAsyncClient paho, Events events, List<SubscribeRequest> subscriptions)
      throws MqttException {
    String[] filters = subscriptions.stream().map(SubscribeRequest::filter).toArray(String[]::new);
    int[] qos = subscriptions.stream().mapToInt(SubscribeRequest::qos).toArray();
    paho.subscribe(
        filters,
        qos,
        null,
        listener(
            "subscribe",
            token ->
                events.subscribed(
                    refused(
                        subscriptions, token.getGrantedQos(), code -> "refused by the broker"))));
  }

  @Override
  void unsubscribe(MqttAsyncClient paho, Events events, Collection<String> filters)
      throws MqttException {
    paho.unsubscribe(
        filters.toArray(String[]::new),
        null,
        listener("unsubscribe", token -> events.unsubscribed()));
  }

  @Override
  void publish(MqttAsyncClient paho, OutboundMessage message) throws MqttException {
    paho.publish(message.topic(), message.payload(), message.qos(), message.retained());
  }

  @Override
  void disconnect(MqttAsyncClient paho, Events events) throws MqttException {
    paho.disconnect(
        QUIESCE_MS,
        null,
        listener("disconnect", token -> events.closed(Ending.of("disconnected"))));
  }

  @Override
  void abandon(MqttAsyncClient paho) throws MqttException {
    paho.disconnectForcibly(0, 0, false);
  }

  @Override
  boolean isRefusal(Throwable failure) {
    int code = code(failure);
    return code >= 1 && code <= Codes.LAST_OLD;
  }

  @Override
  String reason(Throwable failure) {
    return isRefusal(failure) ? Codes.oldWords(code(failure)) : Reasons.of(failure, config);
  }

  private static int code(Throwable failure) {
    return failure instanceof MqttException e ? e.getReasonCode() : 0;
  }

  private IMqttActionListener listener(String verb, Consumer<IMqttToken> answered) {
    return new IMqttActionListener() {
      @Override
      public void onSuccess(IMqttToken token) {
        answered.accept(token);
      }

      @Override
      public void onFailure(IMqttToken token, Throwable failure) {
        failed(verb, failure);
      }
    };
  }

  private final class Callback implements MqttCallback {

    private final Events events;
    private final Inbound inbound;

    Callback(Events events, Inbound inbound) {
      this.events = events;
      this.inbound = inbound;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      inbound.received(
          events,
          topic,
          message.getPayload(),
          message.getQos(),
          message.isRetained(),
          message.getQos() == 0 ? 0 : message.getId(),
          null);
    }

    @Override
    public void connectionLost(Throwable cause) {
      lost(cause);
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // the gateway does not wait for outbound messages
    }
  }
}
