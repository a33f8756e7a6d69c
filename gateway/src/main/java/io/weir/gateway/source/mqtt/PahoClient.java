package io.weir.gateway.source.mqtt;

import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.mqtt.Codes;
import io.weir.gateway.source.SubscribeRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the adapters to Paho's two libraries share: one for each version of MQTT, with types of
 * their own. Paho brings threads of its own; its callback thread calls {@link Client.Events}.
 *
 * @param <P> Paho's client
 */
abstract class PahoClient<P> implements Client {

  /** Clients for the configured version of MQTT. */
  public static final Client.Factory FACTORY =
      config -> config.version() == 5 ? new PahoV5(config) : new PahoV3(config);

  private static final Logger LOG = LoggerFactory.getLogger(PahoClient.class);

  static final String CONNECT = "connect";

  /** How long a clean disconnect waits for what is queued, milliseconds. */
  static final long QUIESCE_MS = 2_000;

  final MqttConfig config;
  private volatile @Nullable Open<P> open;

  PahoClient(MqttConfig config) {
    this.config = config;
  }

  /** Paho's client, where it reports, and its connection. */
  private record Open<P>(P paho, Events events, Wire wire) {}

  // ---- What each library has its own types for

  /** A client that is not connected yet, with its callback set. */
  abstract P create(Events events, Wire wire) throws Exception;

  abstract void connect(P paho, Events events, @Nullable OutboundMessage will) throws Exception;

  abstract void subscribe(P paho, Events events, List<SubscribeRequest> subscriptions)
      throws Exception;

  abstract void unsubscribe(P paho, Events events, Collection<String> filters) throws Exception;

  abstract void publish(P paho, OutboundMessage message) throws Exception;

  abstract void disconnect(P paho, Events events) throws Exception;

  abstract void abandon(P paho) throws Exception;

  /** Whether the broker answered to CONNECT, with a refusal. */
  abstract boolean isRefusal(Throwable failure);

  /** Why a call failed, in a few words. */
  abstract String reason(Throwable failure);

  // ---- What is the same

  @Override
  public final void connect(Events events, @Nullable OutboundMessage will)
      throws MqttConnectionException {
    try {
      Wire wire = wire(events);
      open = new Open<>(create(events, wire), events, wire);
    } catch (Exception e) {
      throw failure(CONNECT, e);
    }
    call(CONNECT, now -> connect(now.paho(), events, will));
  }

  @Override
  public final void subscribe(List<SubscribeRequest> subscriptions) throws MqttConnectionException {
    call("subscribe", now -> subscribe(now.paho(), now.events(), subscriptions));
  }

  @Override
  public final void unsubscribe(Collection<String> filters) throws MqttConnectionException {
    call("unsubscribe", now -> unsubscribe(now.paho(), now.events(), filters));
  }

  /** The connection of a client that reports there. */
  final Wire wire(Events events) {
    return new Wire(new Inbound(config, events::receiving, events::isFull));
  }

  @Override
  public final void acknowledge(int[] packetIds) throws MqttConnectionException {
    call("acknowledge", now -> now.wire().acknowledge(packetIds));
  }

  @Override
  public final void publish(OutboundMessage message) throws MqttConnectionException {
    call("publish", now -> publish(now.paho(), message));
  }

  private interface Call<P> {
    void on(Open<P> now) throws Exception;
  }

  private void call(String verb, Call<P> call) throws MqttConnectionException {
    Open<P> now = open;
    if (now == null) {
      throw new MqttConnectionException("cannot " + verb + ": not connected");
    }
    try {
      call.on(now);
    } catch (Exception e) {
      throw failure(verb, e);
    }
  }

  private MqttConnectionException failure(String verb, Exception e) {
    return e instanceof MqttConnectionException known
        ? known
        : new MqttConnectionException("cannot " + verb + ": " + reason(e), e);
  }

  /** Paho reports the CONNACK. From now on messages need not go through its callback thread. */
  final void connected(Events events, boolean sessionPresent) {
    events.connected(sessionPresent);
    Open<P> now = open;
    if (now != null) {
      now.wire().inbound().deliverTo(events);
    }
  }

  /** Paho reports that a call has failed: an answer did not come, or it was a refusal. */
  final void failed(String verb, @Nullable Throwable failure) {
    String reason =
        "cannot " + verb + ": " + (failure == null ? "no reason given" : reason(failure));
    Open<P> now = open;
    if (now != null && verb.equals(CONNECT) && isUnmade(failure)) {
      now.events().notConnected(reason);
    } else {
      closed(Ending.of(reason, failure));
    }
  }

  /** Whether there was no connection at any time. */
  private boolean isUnmade(@Nullable Throwable failure) {
    return failure != null && (isRefusal(failure) || Reasons.isUnreached(failure));
  }

  /** Paho reports that the connection is gone. */
  final void lost(@Nullable Throwable cause) {
    closed(
        cause == null || Reasons.isClosed(cause)
            ? Ending.UNSAID
            : Ending.of("connection lost: " + reason(cause), cause));
  }

  private void closed(Ending ending) {
    Open<P> now = open;
    if (now != null) {
      now.events().closed(ending);
    }
  }

  /** Those whose code in the SUBACK is a failure, or a lower QoS than was asked. */
  static List<RefusedSubscription> refused(
      List<SubscribeRequest> asked, int[] codes, IntFunction<String> reason) {
    List<RefusedSubscription> refused = new ArrayList<>();
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] >= Codes.FIRST_FAILURE) {
        refused.add(RefusedSubscription.refused(asked.get(i), reason.apply(codes[i])));
      } else if (codes[i] < asked.get(i).qos()) {
        refused.add(RefusedSubscription.lowered(asked.get(i)));
      }
    }
    return refused;
  }

  @Override
  public final void disconnect() {
    try {
      call("disconnect", now -> disconnect(now.paho(), now.events()));
    } catch (MqttConnectionException e) {
      abandon();
      closed(Ending.of(e.reason(), e));
    }
  }

  /**
   * Uses a thread of its own: closing a TLS socket whose peer is gone can take minutes, and nothing
   * else should wait for that.
   */
  @Override
  public final void abandon() {
    Thread thread =
        new Thread(
            () -> {
              try {
                call("close", now -> abandon(now.paho()));
              } catch (MqttConnectionException e) {
                LOG.debug("{}: {}", config.name(), e.reason());
              }
            },
            "mqtt-" + config.name() + "-abandon");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The address as Paho spells it: it knows {@code tcp} and {@code ssl}, not {@code mqtt}, and no
   * path.
   */
  final String address() {
    URI url = config.url();
    boolean tls = url.getScheme().equals("ssl") || url.getScheme().equals("mqtts");
    int port = url.getPort() > 0 ? url.getPort() : tls ? 8883 : 1883;
    return "%s://%s:%d".formatted(tls ? "ssl" : "tcp", url.getHost(), port);
  }

  /** Whole seconds, and at least one: Paho takes 0 for "no limit". */
  static int seconds(Duration duration) {
    return (int) Math.max(1, duration.toSeconds());
  }

  /**
   * @throws MqttConnectionException if a file cannot be used
   */
  static SSLSocketFactory tls(TlsFiles files) throws MqttConnectionException {
    try {
      return Tls.socketFactory(files);
    } catch (IOException e) {
      throw new MqttConnectionException(String.valueOf(e.getMessage()), e);
    }
  }
}
