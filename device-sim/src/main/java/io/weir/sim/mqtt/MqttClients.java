package io.weir.sim.mqtt;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Small MQTT clients that also subscribe, for orders and their answers. */
public final class MqttClients {

  private static final int CONNECT_S = 5;

  private MqttClients() {}

  /**
   * A client that is not connected yet, and to be connected once.
   *
   * @param lost is told of the end of the connection; the client itself does not know of one that
   *     the broker ended by a DISCONNECT
   */
  public static MqttAsyncClient client(
      Publisher.Options broker, Consumer<MqttMessage> arrived, Runnable lost) throws MqttException {
    MqttAsyncClient client =
        new MqttAsyncClient(
            broker.address(), "weir-sim-" + UUID.randomUUID(), new MemoryPersistence());
    client.setCallback(new Arrivals(arrived, lost));
    return client;
  }

  public static MqttConnectionOptions options(Publisher.Options broker) {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    options.setAutomaticReconnect(false);
    options.setConnectionTimeout(CONNECT_S);
    URI url = broker.url();
    String user = url.getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      options.setUserName(colon < 0 ? user : user.substring(0, colon));
      if (colon >= 0) {
        options.setPassword(user.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
      }
    }
    return options;
  }

  /** Whether a reason is one of MQTT 5 and says no; Paho has others of its own. */
  public static boolean isRefusal(int reason) {
    return reason >= 0x80 && reason <= 0xFF;
  }

  /**
   * Paho takes any answer to a subscription for a grant.
   *
   * @param subscribed the answer, complete
   * @throws IOException if the broker refused it, or the connection ended before
   */
  public static void requireGranted(String topic, IMqttToken subscribed) throws IOException {
    if (subscribed.getException() != null) {
      throw new IOException(subscribed.getException());
    }
    int reason = subscribed.getReasonCodes()[0];
    if (isRefusal(reason)) {
      throw new IOException(
          "the broker refuses the subscription to %s: reason 0x%02X".formatted(topic, reason));
    }
  }

  private record Arrivals(Consumer<MqttMessage> arrived, Runnable lost) implements MqttCallback {

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      arrived.accept(message);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      lost.run();
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
  }
}
