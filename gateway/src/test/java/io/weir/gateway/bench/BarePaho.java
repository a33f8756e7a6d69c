package io.weir.gateway.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * The yardstick of the intake: a Paho MQTT 5 subscriber that does nothing with a message but
 * acknowledge it by hand, in the callback. What the gateway reaches is reported as a share of this.
 */
public final class BarePaho implements AutoCloseable {

  private static final int RECEIVE_MAXIMUM = 2000;
  private static final long LIMIT_S = 300;

  private final MqttAsyncClient client;
  private final int count;
  private final AtomicInteger seen = new AtomicInteger();
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile long firstNs;
  private volatile long lastNs;

  private BarePaho(String url, int count) throws MqttException {
    this.count = count;
    client = new MqttAsyncClient(url, "bare-" + System.nanoTime(), new MemoryPersistence());
    client.setManualAcks(true);
    client.setCallback(new Callback());
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setReceiveMaximum(RECEIVE_MAXIMUM);
    client.connect(options).waitForCompletion(TimeUnit.SECONDS.toMillis(10));
  }

  /** Subscribes at QoS 1; a load may begin when this returns. */
  public static BarePaho subscribe(String url, String filter, int count) throws MqttException {
    BarePaho bare = new BarePaho(url, count);
    bare.client.subscribe(filter, 1).waitForCompletion(TimeUnit.SECONDS.toMillis(10));
    return bare;
  }

  /** Waits for the messages; how many came in a second, from the first to the last. */
  public double rate() throws InterruptedException {
    if (!done.await(LIMIT_S, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "only " + seen.get() + " of " + count + " messages came in " + LIMIT_S + " s");
    }
    return (count - 1) * (double) TimeUnit.SECONDS.toNanos(1) / (lastNs - firstNs);
  }

  /**
   * Subscribes and waits for {@code count} messages that someone else publishes.
   *
   * @return messages in a second
   */
  public static double run(String url, String filter, int count) throws Exception {
    try (BarePaho bare = subscribe(url, filter, count)) {
      return bare.rate();
    }
  }

  @Override
  public void close() throws MqttException {
    client.disconnect().waitForCompletion(TimeUnit.SECONDS.toMillis(10));
    client.close();
  }

  private final class Callback implements MqttCallback {

    @Override
    public void messageArrived(String topic, MqttMessage message) throws MqttException {
      int number = seen.incrementAndGet();
      if (number == 1) {
        firstNs = System.nanoTime();
      }
      client.messageArrivedComplete(message.getId(), message.getQos());
      if (number == count) {
        lastNs = System.nanoTime();
        done.countDown();
      }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      // rate() says how far it came
    }

    @Override
    public void mqttErrorOccurred(MqttException e) {
      // rate() says how far it came
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // nothing is published
    }

    @Override
    public void connectComplete(boolean reconnect, String url) {
      // connecting is waited for
    }

    @Override
    public void authPacketArrived(int code, MqttProperties properties) {
      // not offered
    }
  }
}
