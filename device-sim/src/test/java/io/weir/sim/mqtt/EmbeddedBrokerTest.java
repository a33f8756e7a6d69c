package io.weir.sim.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.peers.Ports;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class EmbeddedBrokerTest {

  private static final Duration WHILE = Duration.ofSeconds(60);

  @TempDir Path folder;

  /** More than the broker keeps in memory, with a restart in between. */
  @Test
  void anAbsentDurableSubscriberLosesNothing() throws Exception {
    int port = Ports.free();
    int count = 2_600;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, port)) {
      new Subscriber(broker.url(), "gateway", "factory/#").close();
      try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
        for (int i = 0; i < count; i++) {
          byte[] payload = new byte[32 << 10];
          payload[0] = (byte) (i >> 8);
          payload[1] = (byte) i;
          publisher.publish("factory/" + i, payload);
        }
        assertThat(publisher.drain(WHILE)).isTrue();
      }
      assertThat(broker.pending()).isEqualTo(count);
      assertThat(broker.hasSubscriber()).isFalse();
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, port);
        Subscriber subscriber = new Subscriber(broker.url(), "gateway", "factory/#")) {
      await().atMost(WHILE).until(() -> subscriber.count() >= count);
      BitSet seen = new BitSet();
      subscriber
          .received()
          .forEach(each -> seen.set(Integer.parseInt(each.topic().substring("factory/".length()))));
      assertThat(seen.cardinality()).isEqualTo(count);
      await().until(() -> broker.pending() == 0);
      assertThat(broker.hasSubscriber()).isTrue();
    }
  }

  @Test
  void aDiskOnWhichItWouldTakeNoMessageIsSaidAtTheStart() throws Exception {
    long total = 100L << 30;
    EmbeddedBroker.checkSpace(folder, total, total / 50);
    EmbeddedBroker.checkSpace(folder, 0, 0); // not known
    assertThatThrownBy(() -> EmbeddedBroker.checkSpace(folder, total, total / 51))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the disk of " + folder + " is full: 2007 of 102400 MB are free");
  }

  @Test
  void clientsOfMqtt311AreServed() throws Exception {
    Queue<String> received = new ConcurrentLinkedQueue<>();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, Ports.free());
        MqttClient old =
            new MqttClient(
                broker.url(),
                "old",
                new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
        Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
      old.connect();
      old.subscribe("a/+", 1, (topic, message) -> received.add(topic));
      publisher.publish("a/b", new byte[] {1});
      await().until(() -> received.contains("a/b"));
      old.disconnect();
    }
  }

  @Test
  void aPortInUseIsReportedAtOnce() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort()))
          .isInstanceOf(BindException.class);
    }
  }
}
