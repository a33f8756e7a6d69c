package io.weir.gateway.source.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.mqtt.Codes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * Asks a broker what it would grant a source, without disturbing it: under a client id of its own,
 * with a session that ends with the connection, and never as a member of a shared subscription,
 * whose messages it would take away. What it receives meanwhile is not used.
 */
public final class BrokerProbe {

  private static final String VERSION = "$SYS/broker/version";
  private static final String DROPPED = "$SYS/broker/publish/messages/dropped";

  /** Retained topics are sent at once after the subscription. */
  private static final long WAIT_FOR_SYS_MS = 1_000;

  /**
   * What the broker grants.
   *
   * @param version in its own words; "" where it does not say
   * @param dropped messages that it dropped since its start, or {@code null} where it does not say
   * @param limits what it allows less than the source asks for, each in a sentence
   * @param refused filters that it refuses, or grants with a lower QoS, each with the reason
   */
  public record Found(
      String version, @Nullable String dropped, List<String> limits, List<String> refused) {}

  private final MqttConfig config;
  private final Map<String, String> heard = new ConcurrentHashMap<>();
  private final CountDownLatch versionHeard = new CountDownLatch(1);

  private BrokerProbe(MqttConfig config) {
    this.config = config;
  }

  /**
   * Connects, subscribes at QoS 1, and ends the session again.
   *
   * @param config of the source, with a client id that no other client has; with MQTT 3.1.1 also
   *     without a session that lasts
   * @param filters of the source
   * @throws IOException if the broker does not accept the connection; the message says why
   */
  public static Found ask(MqttConfig config, List<String> filters) throws IOException {
    BrokerProbe probe = new BrokerProbe(config);
    return config.version() == 5 ? probe.askV5(filters) : probe.askV3(filters);
  }

  private long limitMs() {
    return config.connectTimeout().toMillis();
  }

  private void hear(String topic, byte[] payload) {
    if (topic.startsWith("$SYS/")) {
      heard.put(topic, new String(payload, UTF_8));
      if (topic.equals(VERSION)) {
        versionHeard.countDown();
      }
    }
  }

  private Found found(List<String> limits, List<String> refused) throws IOException {
    try {
      if (!versionHeard.await(WAIT_FOR_SYS_MS, TimeUnit.MILLISECONDS)) {
        limits.add("it does not publish " + VERSION + ", so its version is not known");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the broker", e);
    }
    return new Found(
        heard.getOrDefault(VERSION, ""),
        heard.get(DROPPED),
        List.copyOf(limits),
        List.copyOf(refused));
  }

  // ---- MQTT 5

  private Found askV5(List<String> filters) throws IOException {
    PahoV5 adapter = new PahoV5(config);
    MqttAsyncClient paho = null;
    try {
      MqttConnectionOptions options = adapter.options();
      options.setCleanStart(true);
      Inbound inbound = new Inbound(config, () -> {}, () -> false);
      paho = adapter.guarded(new Wire(inbound));
      paho.setCallback(new Hearing(inbound));
      IMqttToken connected = paho.connect(options);
      connected.waitForCompletion(limitMs());
      List<String> limits = limits(connected.getResponse().getProperties());
      subscribeSys(paho);
      List<String> refused = new ArrayList<>();
      for (String filter : filters) {
        MqttSubscription asked = new MqttSubscription(filter, 1);
        asked.setRetainHandling(2);
        IMqttToken answer =
            paho.subscribe(new MqttSubscription[] {asked}, null, null, new MqttProperties());
        note(filter, codeOf(answer), refused);
        paho.unsubscribe(filter).waitForCompletion(limitMs());
      }
      return found(limits, refused);
    } catch (MqttException | MqttConnectionException e) {
      throw new IOException(
          e instanceof MqttConnectionException known ? known.reason() : adapter.reason(e), e);
    } finally {
      if (paho != null) {
        end(paho);
      }
    }
  }

  private void subscribeSys(MqttAsyncClient paho) {
    for (String topic : List.of(VERSION, DROPPED)) {
      try {
        paho.subscribe(topic, 0).waitForCompletion(limitMs());
      } catch (MqttException refused) {
        heard.remove(topic); // many brokers do not let every user read these
      }
    }
  }

  /** The reason code of a SUBACK, which Paho throws if it is a failure. */
  private int codeOf(IMqttToken answer) throws MqttException {
    try {
      answer.waitForCompletion(limitMs());
    } catch (MqttException e) {
      if (e.getReasonCode() < Codes.FIRST_FAILURE || e.getReasonCode() > Codes.LAST_FAILURE) {
        throw e;
      }
      return e.getReasonCode();
    }
    return answer.getReasonCodes()[0];
  }

  private static void note(String filter, int code, List<String> refused) {
    if (code >= Codes.FIRST_FAILURE) {
      refused.add(filter + ": " + Codes.words(code));
    } else if (code == 0) {
      refused.add(filter + ": granted with QoS 0 only, so messages can be lost");
    }
  }

  private List<String> limits(@Nullable MqttProperties granted) {
    List<String> limits = new ArrayList<>();
    if (granted == null) {
      return limits;
    }
    Integer qos = granted.getMaximumQoS();
    if (qos != null && qos < 1) {
      limits.add("it allows QoS 0 only, so messages can be lost");
    }
    Long expiry = granted.getSessionExpiryInterval();
    if (expiry != null && expiry < config.sessionExpiry().toSeconds()) {
      limits.add(
          "it keeps a session for %s, not for %s: what comes in a longer outage is lost"
              .formatted(Duration.ofSeconds(expiry), config.sessionExpiry()));
    }
    Integer keepAlive = granted.getServerKeepAlive();
    if (keepAlive != null && keepAlive != config.keepAlive().toSeconds()) {
      limits.add("it sets the keep-alive to " + keepAlive + " s");
    }
    if (config.share() != null && !granted.isSharedSubscriptionAvailable()) {
      limits.add("it has no shared subscriptions, which share: needs");
    }
    if (!granted.isWildcardSubscriptionsAvailable()) {
      limits.add("it has no wildcard subscriptions, which most routes need");
    }
    return limits;
  }

  private void end(MqttAsyncClient paho) throws IOException {
    try {
      if (paho.isConnected()) {
        MqttProperties ended = new MqttProperties();
        ended.setSessionExpiryInterval(0L);
        paho.disconnect(0, null, null, 0, ended).waitForCompletion(limitMs());
      }
      paho.close();
    } catch (MqttException e) {
      throw new IOException("the connection of the check did not end: " + e.getMessage(), e);
    }
  }

  private final class Hearing implements MqttCallback {

    private final Inbound inbound;

    Hearing(Inbound inbound) {
      this.inbound = inbound;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      inbound.heard(topic, message.getPayload(), BrokerProbe.this::hear);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      // the call that waits for an answer reports it
    }

    @Override
    public void mqttErrorOccurred(MqttException e) {
      // as above
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // it publishes nothing
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
      // the token given by connect reports it
    }

    @Override
    public void authPacketArrived(int code, MqttProperties properties) {
      // no extended authentication was offered
    }
  }

  // ---- MQTT 3.1.1, whose broker does not say what it grants

  private Found askV3(List<String> filters) throws IOException {
    try (TopicListener listener =
        new TopicListener(config, VERSION, (topic, payload, retained) -> hear(topic, payload))) {
      listener.start();
      Found found = found(new ArrayList<>(), List.of());
      List<String> refused = new ArrayList<>();
      for (String filter : filters) {
        refusal(filter).ifPresent(refused::add);
      }
      return new Found(found.version(), null, found.limits(), List.copyOf(refused));
    }
  }

  private Optional<String> refusal(String filter) {
    try (TopicListener listener =
        new TopicListener(config, filter, (topic, payload, retained) -> hear(topic, payload))) {
      listener.start();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(filter + ": " + e.getMessage());
    }
  }
}
