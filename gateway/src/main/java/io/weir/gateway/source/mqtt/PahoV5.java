package io.weir.gateway.source.mqtt;

import io.weir.gateway.mqtt.Codes;
import io.weir.gateway.source.SubscribeRequest;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * MQTT 5 through Paho. Manual acknowledgement, no automatic reconnect (it would start a clean
 * session), no topic aliases (Paho cannot resolve inbound ones), no Maximum Packet Size (a broker
 * drops what is larger and says nothing; the guard sets it aside).
 */
final class PahoV5 extends PahoClient<MqttAsyncClient> {

  static {
    PahoLogger.use();
  }

  PahoV5(MqttConfig config) {
    super(config);
  }

  @Override
  MqttAsyncClient create(Events events, Wire wire) throws MqttException {
    MqttAsyncClient paho = guarded(wire);
    paho.setManualAcks(true);
    paho.setCallback(new Callback(events, wire.inbound()));
    return paho;
  }

  /** A client that is not connected yet, and reads through the guard. */
  MqttAsyncClient guarded(Wire wire) throws MqttException {
    return new MqttAsyncClient(address(), config.clientId(), new MemoryPersistence()) {
      @Override
      protected NetworkModule[] createNetworkModules(String url, MqttConnectionOptions options)
          throws MqttException {
        return Stream.of(super.createNetworkModules(url, options))
            .map(network -> new GuardedV5(network, wire))
            .toArray(NetworkModule[]::new);
      }
    };
  }

  @Override
  void connect(MqttAsyncClient paho, Events events, @Nullable OutboundMessage will)
      throws MqttException, MqttConnectionException {
    MqttConnectionOptions options = options();
    if (will != null) {
      options.setWill(
          will.topic(),
          new MqttMessage(will.payload(), will.qos(), will.retained(), new MqttProperties()));
    }
    paho.connect(
        options, null, listener(CONNECT, token -> connected(events, token.getSessionPresent())));
  }

  MqttConnectionOptions options() throws MqttConnectionException {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(false);
    options.setAutomaticReconnect(false);
    options.setSessionExpiryInterval(config.sessionExpiry().toSeconds());
    options.setReceiveMaximum(config.receiveMaximum());
    options.setKeepAliveInterval((int) config.keepAlive().toSeconds());
    options.setConnectionTimeout(seconds(config.connectTimeout()));
    if (config.username() != null) {
      options.setUserName(config.username());
    }
    if (config.password() != null) {
      options.setPassword(config.password().value().getBytes(StandardCharsets.UTF_8));
    }
    if (config.tls() != null) {
      options.setSocketFactory(tls(config.tls()));
    }
    return options;
  }

  @Override
  void subscribe(MqttAsyncClient paho, Events events, List<SubscribeRequest> subscriptions)
      throws MqttException {
    MqttSubscription[] asked =
        subscriptions.stream().map(PahoV5::subscription).toArray(MqttSubscription[]::new);
    paho.subscribe(
        asked,
        null,
        listener(
            "subscribe",
            token ->
                events.subscribed(refused(subscriptions, token.getReasonCodes(), Codes::words))),
        new MqttProperties());
  }

  /** A shared subscription never gets retained messages. */
  private static MqttSubscription subscription(SubscribeRequest request) {
    MqttSubscription asked = new MqttSubscription(request.filter(), request.qos());
    if (!request.isShared()) {
      asked.setRetainHandling(request.retained() ? 0 : 1);
    }
    return asked;
  }

  @Override
  void unsubscribe(MqttAsyncClient paho, Events events, Collection<String> filters)
      throws MqttException {
    paho.unsubscribe(
        filters.toArray(String[]::new),
        null,
        listener("unsubscribe", token -> events.unsubscribed()),
        new MqttProperties());
  }

  @Override
  void publish(MqttAsyncClient paho, OutboundMessage message) throws MqttException {
    MqttProperties properties = new MqttProperties();
    if (message.expiryS() > 0) {
      properties.setMessageExpiryInterval((long) message.expiryS());
    }
    paho.publish(
        message.topic(),
        new MqttMessage(message.payload(), message.qos(), message.retained(), properties));
  }

  @Override
  void disconnect(MqttAsyncClient paho, Events events) throws MqttException {
    paho.disconnect(
        QUIESCE_MS,
        null,
        listener("disconnect", token -> events.closed(Ending.of("disconnected"))),
        0,
        new MqttProperties());
  }

  @Override
  void abandon(MqttAsyncClient paho) throws MqttException {
    paho.disconnectForcibly(0, 0, false);
  }

  @Override
  boolean isRefusal(Throwable failure) {
    int code = code(failure);
    return code >= Codes.FIRST_FAILURE && code <= Codes.LAST_FAILURE;
  }

  @Override
  String reason(Throwable failure) {
    return isRefusal(failure) ? Codes.words(code(failure)) : Reasons.of(failure, config);
  }

  private static int code(Throwable failure) {
    return failure instanceof MqttException e ? e.getReasonCode() : 0;
  }

  private MqttActionListener listener(String verb, Consumer<IMqttToken> answered) {
    return new MqttActionListener() {
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
      MqttProperties properties = message.getProperties();
      inbound.received(
          events,
          topic,
          message.getPayload(),
          message.getQos(),
          message.isRetained(),
          message.getQos() == 0 ? 0 : message.getId(),
          properties == null ? null : properties.getContentType());
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      MqttException cause = response.getException();
      if (cause != null) {
        lost(cause);
        return;
      }
      int code = response.getReturnCode();
      events.closed(
          new Ending(
              code == Codes.SESSION_TAKEN_OVER ? Ending.Kind.TAKEN_OVER : Ending.Kind.OTHER,
              "the broker disconnected: " + Codes.words(code, response.getReasonString())));
    }

    @Override
    public void mqttErrorOccurred(MqttException e) {
      events.closed(Ending.of("protocol error: " + reason(e), e));
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // the gateway does not wait for outbound messages
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
      // the listener given to connect reports it
    }

    @Override
    public void authPacketArrived(int code, MqttProperties properties) {
      // no extended authentication was offered
    }
  }
}
