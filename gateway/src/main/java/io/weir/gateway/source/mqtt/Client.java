package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SubscribeRequest;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker: made, used once, thrown away. It sends packets and reports what comes
 * back through {@link Events}. It knows no rules of the session: what to send, when, and how long
 * to wait for an answer is decided by its caller.
 *
 * <p>No method waits, but for {@link #acknowledge} in one case. All are called by one thread at a
 * time, except {@link #publish}, which any thread may call.
 */
public interface Client {

  /**
   * What a connection reports. Any thread may call it, and it may be called inside a method of the
   * client. It does not wait.
   */
  interface Events {

    /**
     * CONNACK: the broker accepted the connection.
     *
     * @param sessionPresent whether the broker resumed the session of this client id
     */
    void connected(boolean sessionPresent);

    /**
     * SUBACK.
     *
     * @param refused the subscriptions that the broker refused, or granted with less than was asked
     */
    void subscribed(List<RefusedSubscription> refused);

    /** UNSUBACK. */
    void unsubscribed();

    /** PUBLISH. May come before {@link #connected}. */
    void received(Publish publish);

    /** Whether the next PUBLISH should wait for some seconds before it is read. */
    default boolean isFull() {
      return false;
    }

    /** More of a long PUBLISH has arrived, but not all of it. */
    default void receiving() {}

    /**
     * The connection could not be made: the broker was not reached, or it refused. Its session is
     * as it was.
     */
    void notConnected(String reason);

    /**
     * The connection could not be made and it is not known why, or it is gone, also after {@link
     * #disconnect}.
     */
    void closed(Ending ending);
  }

  /** Makes a client for each connection. */
  interface Factory {

    Client create(MqttConfig config);
  }

  /**
   * A subscription that the broker refused, or granted with less than was asked.
   *
   * @param lowered whether it was granted at QoS 0 where QoS 1 was asked
   */
  record RefusedSubscription(SubscribeRequest subscription, String reason, boolean lowered) {

    public static RefusedSubscription refused(SubscribeRequest subscription, String reason) {
      return new RefusedSubscription(subscription, "refused: " + reason, false);
    }

    public static RefusedSubscription lowered(SubscribeRequest subscription) {
      return new RefusedSubscription(subscription, "granted at QoS 0 instead of 1", true);
    }

    String text() {
      return subscription.filter() + " " + reason;
    }
  }

  /**
   * CONNECT, without a clean start. Called first, and once.
   *
   * @param will what the broker publishes if the connection is lost
   */
  void connect(Events events, @Nullable OutboundMessage will) throws MqttConnectionException;

  /** SUBSCRIBE. */
  void subscribe(List<SubscribeRequest> subscriptions) throws MqttConnectionException;

  /** UNSUBSCRIBE. */
  void unsubscribe(Collection<String> filters) throws MqttConnectionException;

  /**
   * PUBACKs of QoS 1 messages, in this order. Waits where the broker has left tens of thousands of
   * them unread; the end of the connection ends that.
   */
  void acknowledge(int[] packetIds) throws MqttConnectionException;

  /** PUBLISH. */
  void publish(OutboundMessage message) throws MqttConnectionException;

  /** Sends what is queued, then DISCONNECT. The broker keeps the session and drops the will. */
  void disconnect();

  /** Drops the network connection without DISCONNECT. The broker keeps the session. */
  void abandon();
}
