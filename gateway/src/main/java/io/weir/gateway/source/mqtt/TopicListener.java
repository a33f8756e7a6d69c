package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SourceConfig;
import java.io.IOException;
import java.util.List;

/**
 * Listens to a broker and keeps nothing: QoS 0, nothing acknowledged, and no session is left behind
 * if the configuration gives the session no expiry. One connection; it is not made again.
 */
public final class TopicListener implements AutoCloseable {

  /** Told of each message, on the library's callback thread: must not wait. */
  public interface Heard {
    void message(String topic, byte[] payload, boolean retained);
  }

  private final Client client;
  private final String filter;
  private final Client.Events events;
  private volatile String lost = "";

  /**
   * @param broker where to listen, under its client id
   * @param filter an MQTT topic filter
   */
  public TopicListener(SourceConfig.Mqtt broker, String filter, Heard heard) {
    this.client = Client.of(broker);
    this.filter = filter;
    this.events =
        new Client.Events() {
          @Override
          public void arrived(Publish arrival) {
            heard.message(arrival.topic(), arrival.payload(), arrival.retained());
          }

          @Override
          public void lost(String reason) {
            lost = reason;
          }

          @Override
          public void closed() {
            lost = Reasons.CLOSED;
          }
        };
  }

  /**
   * Connects and subscribes.
   *
   * @throws IOException if the broker does not let us; the message says why
   */
  public void start() throws IOException {
    try {
      client.connect(events, null);
      List<Client.Refusal> refused = client.subscribe(List.of(new SubscribeRequest(filter, 0)));
      if (!refused.isEmpty()) {
        throw new IOException("subscription to " + filter + " refused: " + refused.get(0).reason());
      }
    } catch (MqttConnectionException e) {
      throw new IOException(e.reason(), e);
    }
  }

  /** Why the connection is gone; "" while it stands. */
  public String lost() {
    return lost;
  }

  @Override
  public void close() {
    client.disconnect();
  }
}
