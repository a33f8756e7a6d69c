package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SourceConfig;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker: made, used once, thrown away. The adapters behind it hold no state of
 * the protocol beyond what their library holds.
 */
interface Client {

  /** What a connection tells, on a thread of its library: never wait in it. */
  interface Events {

    void arrived(Publish arrival);

    /** It is gone. Not called for one that was closed from this side. */
    void lost(String reason);

    /** It is gone, and the broker gave no reason. Not called for one closed from this side. */
    void closed();
  }

  /**
   * Connects, without a clean start. Events may come before this returns.
   *
   * @param will what the broker publishes at QoS 1, retained, should the connection be lost
   * @return whether the broker knew the session
   */
  boolean connect(Events events, @Nullable Will will) throws MqttConnectionException;

  /** A will; see {@link #connect}. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Will(String topic, byte[] payload) {}

  /**
   * Subscribes and waits for the answer.
   *
   * @return what the broker refused
   */
  List<Refusal> subscribe(List<SubscribeRequest> subscriptions) throws MqttConnectionException;

  /** Unsubscribes and waits for the answer. */
  void unsubscribe(Collection<String> filters) throws MqttConnectionException;

  /** Queues the acknowledgement of a QoS 1 message; does not wait. */
  void acknowledge(int packetId) throws MqttConnectionException;

  /** Queues a message; does not wait. */
  void publish(String topic, byte[] payload, int qos, boolean retained) throws MqttConnectionException;

  /** Sends what is queued, then leaves without ending the session. Waits a bounded time. */
  void disconnect();

  /**
   * Drops the connection as it is, for one that may not answer any more. Does not wait. The broker
   * keeps the session.
   */
  void abandon();

  /** A subscription that the broker refused, and why. */
  record Refusal(SubscribeRequest subscription, String reason) {}

  /** The adapter for the configured version of MQTT. */
  static Client of(SourceConfig.Mqtt config) {
    return config.version() == 5 ? new PahoV5(config) : new PahoV3(config);
  }
}
