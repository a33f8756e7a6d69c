package io.weir.gateway.source.mqtt;

import io.weir.gateway.mqtt.Codes;
import java.io.IOException;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Sends one message to a broker and waits for its answer: QoS 1, on a connection and in a session
 * that end with it. Whoever sends one message an hour keeps no connection for it.
 */
public final class SinglePublish {

  private final MqttConfig broker;

  private SinglePublish(MqttConfig broker) {
    this.broker = broker;
  }

  /**
   * Returns once the broker has taken the message.
   *
   * @param broker with a client id that no other client has, and no expiry of the session
   * @throws IOException if it has not taken it, or it is not known; the message says why
   */
  public static void send(MqttConfig broker, OutboundMessage message) throws IOException {
    SinglePublish sending = new SinglePublish(broker);
    try {
      if (broker.version() == 5) {
        sending.sendV5(message);
      } else {
        sending.sendV3(message);
      }
    } catch (MqttConnectionException e) {
      throw new IOException(e.reason(), e);
    }
  }

  private long limitMs() {
    return broker.connectTimeout().toMillis();
  }

  private void sendV5(OutboundMessage message) throws IOException, MqttConnectionException {
    PahoV5 adapter = new PahoV5(broker);
    try {
      var options = adapter.options();
      options.setCleanStart(true);
      var unheard = new Unheard();
      var paho = adapter.create(unheard, adapter.wire(unheard));
      try {
        paho.connect(options).waitForCompletion(limitMs());
        IMqttToken answer =
            paho.publish(message.topic(), message.payload(), message.qos(), message.retained());
        answer.waitForCompletion(limitMs());
        refusal(answer);
        paho.disconnect().waitForCompletion(limitMs());
      } finally {
        end(() -> paho.disconnectForcibly(0, 0, false), paho.isConnected());
        paho.close(true);
      }
    } catch (MqttException e) {
      throw new IOException(adapter.reason(e), e);
    }
  }

  /** What the broker does not let this user publish, it takes with a code of failure. */
  private static void refusal(IMqttToken answer) throws IOException {
    int[] codes = answer.getReasonCodes();
    if (codes != null && codes.length > 0 && codes[0] >= Codes.FIRST_FAILURE) {
      throw new IOException("the broker refused the message: " + Codes.words(codes[0]));
    }
  }

  private void sendV3(OutboundMessage message) throws IOException, MqttConnectionException {
    PahoV3 adapter = new PahoV3(broker);
    try {
      var unheard = new Unheard();
      var paho = adapter.create(unheard, adapter.wire(unheard));
      try {
        paho.connect(adapter.options()).waitForCompletion(limitMs());
        paho.publish(message.topic(), message.payload(), message.qos(), message.retained())
            .waitForCompletion(limitMs());
        paho.disconnect().waitForCompletion(limitMs());
      } finally {
        end(() -> paho.disconnectForcibly(0, 0, false), paho.isConnected());
        paho.close(true);
      }
    } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
      throw new IOException(adapter.reason(e), e);
    }
  }

  /** Ends a connection. */
  private interface End<E extends Exception> {
    void run() throws E;
  }

  private static <E extends Exception> void end(End<E> end, boolean isConnected) throws E {
    if (isConnected) {
      end.run();
    }
  }

  /** Nothing is subscribed, and the calls that wait for an answer report what fails. */
  private static final class Unheard implements Client.Events {

    @Override
    public void connected(boolean sessionPresent) {}

    @Override
    public void subscribed(java.util.List<Client.RefusedSubscription> refused) {}

    @Override
    public void unsubscribed() {}

    @Override
    public void received(Publish publish) {}

    @Override
    public void notConnected(String reason) {}

    @Override
    public void closed(Ending ending) {}
  }
}
