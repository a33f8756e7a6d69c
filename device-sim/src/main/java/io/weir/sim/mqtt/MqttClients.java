package io.weir.sim.mqtt;

import java.io.IOException;
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

/** Paho clients that publish and subscribe, for a few messages: orders and their answers. */
public final class MqttClients {

  private static final int CONNECT_S = 5;

  private MqttClients() {}

  /**
   * A client that is not connected yet. It must be connected only once.
   *
   * @param lost called when the connection ends; {@code isConnected()} of the client stays true if
   *     the broker ended it with a DISCONNECT
   */
  public static MqttAsyncClient client(
      Publisher.Options broker, Consumer<MqttMessage> arrived, Runnable lost) throws MqttException {
    MqttAsyncClient client =
        new MqttAsyncClient(
            broker.address(), "weir-sim-" + UUID.randomUUID(), new MemoryPersistence());
    client.setCallback(new Callback(arrived, lost));
    return client;
  }

  public static MqttConnectionOptions options(Publisher.Options broker) {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    options.setAutomaticReconnect(false);
    options.setConnectionTimeout(CONNECT_S);
    String user = broker.user();
    if (user != null) {
      options.setUserName(user);
    }
    String password = broker.password();
    if (password != null) {
      options.setPassword(password.getBytes(StandardCharsets.UTF_8));
    }
    return options;
  }

  /** Whether a reason code is an error of MQTT 5. Paho adds codes of its own, which are not. */
  public static boolean isRefusal(int reason) {
    return reason >= 0x80 && reason <= 0xFF;
  }

  /**
   * Checks the answer to a subscription. Paho itself treats every SUBACK as success.
   *
   * @param subscribed the completed token
   * @throws IOException if the broker refused the subscription, or the connection ended before
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

  private record Callback(Consumer<MqttMessage> arrived, Runnable lost) implements MqttCallback {

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
