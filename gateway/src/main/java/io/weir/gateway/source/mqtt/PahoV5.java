package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SourceConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttToken;
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
 * session), no topic aliases (Paho cannot resolve inbound ones).
 */
final class PahoV5 implements Client {

  private final SourceConfig.Mqtt config;
  private final long timeoutMs;
  private volatile @Nullable MqttAsyncClient client;

  PahoV5(SourceConfig.Mqtt config) {
    this.config = config;
    this.timeoutMs = config.connectTimeout().toMillis();
  }

  @Override
  public boolean connect(Events events, @Nullable Will will) throws MqttConnectionException {
    try {
      MqttConnectionOptions options = options();
      if (will != null) {
        options.setWill(
            will.topic(), new MqttMessage(will.payload(), 1, true, new MqttProperties()));
      }
      DupFlags duplicates = new DupFlags();
      MqttAsyncClient paho = watched(duplicates);
      client = paho;
      paho.setManualAcks(true);
      paho.setCallback(new Callback(events, duplicates));
      IMqttToken token = paho.connect(options);
      token.waitForCompletion(timeoutMs);
      return token.getSessionPresent();
    } catch (MqttException e) {
      throw fault("cannot connect", e);
    }
  }

  private MqttAsyncClient watched(DupFlags duplicates) throws MqttException {
    return new MqttAsyncClient(
        Broker.paho(config.url()), config.clientId(), new MemoryPersistence()) {
      @Override
      protected NetworkModule[] createNetworkModules(String url, MqttConnectionOptions options)
          throws MqttException {
        return Stream.of(super.createNetworkModules(url, options))
            .map(duplicates::watch)
            .toArray(NetworkModule[]::new);
      }
    };
  }

  private MqttConnectionOptions options() throws MqttConnectionException {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(false);
    options.setAutomaticReconnect(false);
    options.setSessionExpiryInterval(config.sessionExpiry().toSeconds());
    options.setReceiveMaximum(config.receiveMaximum());
    options.setMaximumPacketSize((long) config.maxPacketBytes());
    options.setKeepAliveInterval((int) config.keepAlive().toSeconds());
    options.setConnectionTimeout(Broker.seconds(config.connectTimeout()));
    if (config.username() != null) {
      options.setUserName(config.username());
    }
    if (config.password() != null) {
      options.setPassword(config.password().value().getBytes(StandardCharsets.UTF_8));
    }
    if (config.tls() != null) {
      options.setSocketFactory(Tls.socketFactory(config.tls()));
    }
    return options;
  }

  @Override
  public List<Refusal> subscribe(List<SubscribeRequest> subscriptions) throws MqttConnectionException {
    MqttSubscription[] wanted =
        subscriptions.stream().map(PahoV5::asked).toArray(MqttSubscription[]::new);
    int[] codes;
    try {
      IMqttToken token = paho().subscribe(wanted);
      token.waitForCompletion(timeoutMs);
      codes = token.getReasonCodes();
    } catch (MqttException e) {
      throw fault("cannot subscribe", e);
    }
    List<Refusal> refused = new ArrayList<>();
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] >= Reasons.FIRST_FAILURE) {
        refused.add(new Refusal(subscriptions.get(i), Reasons.v5(codes[i])));
      }
    }
    return refused;
  }

  /** A shared subscription never gets retained messages. */
  private static MqttSubscription asked(SubscribeRequest subscription) {
    MqttSubscription asked = new MqttSubscription(subscription.filter(), subscription.qos());
    if (!subscription.isShared()) {
      asked.setRetainHandling(subscription.retained() ? 0 : 1);
    }
    return asked;
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
    return code >= Reasons.FIRST_FAILURE && code <= Reasons.LAST_FAILURE
        ? Reasons.v5(code)
        : Reasons.of(e, config);
  }

  private final class Callback implements MqttCallback {

    private final Events events;
    private final DupFlags duplicates;

    Callback(Events events, DupFlags duplicates) {
      this.events = events;
      this.duplicates = duplicates;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      MqttProperties properties = message.getProperties();
      int packetId = message.getQos() == 0 ? 0 : message.getId();
      events.arrived(
          new Publish(
              topic,
              message.getPayload(),
              message.getQos(),
              message.isRetained(),
              packetId != 0 && duplicates.take(packetId),
              packetId,
              properties == null ? null : properties.getContentType()));
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      MqttException cause = response.getException();
      if (cause != null && Reasons.isClosed(cause)) {
        events.closed();
        return;
      }
      String said = response.getReasonString();
      events.lost(
          cause != null
              ? "connection lost: " + reason(cause)
              : "the broker disconnected: "
                  + Reasons.v5(response.getReturnCode())
                  + (said == null ? "" : ": " + said));
    }

    @Override
    public void mqttErrorOccurred(MqttException e) {
      events.lost("protocol error: " + reason(e));
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // nobody waits for it
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
      // connect() waits for it
    }

    @Override
    public void authPacketArrived(int code, MqttProperties properties) {
      // no extended authentication was offered
    }
  }
}
