package io.weir.sim.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class PublisherTest {

  private static final Duration WHILE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final List<String> notes = new CopyOnWriteArrayList<>();

  @Test
  void messagesArriveInOrderAndAreCountedWhenAcknowledged() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder);
        Subscriber subscriber = new Subscriber(broker.url(), "reader", "order/#");
        Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
      publish(publisher, 0, 5_000);
      assertThat(publisher.drain(WHILE)).isTrue();
      assertThat(publisher.published()).isEqualTo(5_000);
      assertThat(publisher.acknowledged()).isEqualTo(5_000);
      await().until(() -> subscriber.count() >= 5_000);
      assertThat(subscriber.received().stream().map(Subscriber.Received::payload))
          .containsExactlyElementsOf(IntStream.range(0, 5_000).mapToObj(String::valueOf).toList());
    }
  }

  @Test
  void aSmallReceiveMaximumOfTheBrokerIsRespected() throws Exception {
    // Mosquitto ends the connection of a client that exceeds it.
    try (Mosquitto broker = Mosquitto.started(folder, "max_inflight_messages 3");
        Publisher publisher = publisher(broker.url(), 1, WHILE)) {
      publish(publisher, 0, 2_000);
      assertThat(publisher.drain(WHILE)).isTrue();
      assertThat(notes).isEmpty();
    }
  }

  @Test
  void aSlowBrokerIsWaitedForWhileItAnswers() throws Exception {
    try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Publisher publisher = publisher("tcp://127.0.0.1:" + broker.getLocalPort(), 1, WHILE)) {
      CompletableFuture<Void> answers =
          CompletableFuture.runAsync(() -> answerSlowly(broker, Duration.ofMillis(300), 5));
      publish(publisher, 0, 6);
      assertThat(publisher.drain(Duration.ofSeconds(1))).isFalse();
      assertThat(publisher.drainWhileAnswered(Duration.ofSeconds(1))).as("one is left").isFalse();
      assertThat(publisher.acknowledged()).isEqualTo(5);
      answers.join();
    }
  }

  /** Takes a connection, and acknowledges its first messages, one after the other. */
  private static void answerSlowly(ServerSocket broker, Duration each, int messages) {
    try {
      Socket device = broker.accept(); // the publisher closes it
      DataInputStream in = new DataInputStream(device.getInputStream());
      packet(in);
      device.getOutputStream().write(new byte[] {0x20, 3, 0, 0, 0});
      for (int i = 0; i < messages; i++) {
        ByteBuffer publish = packet(in);
        publish.position(Short.BYTES + publish.getShort(0)); // behind the topic
        Thread.sleep(each.toMillis());
        device.getOutputStream().write(new byte[] {0x40, 2, publish.get(), publish.get()});
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The next packet without its first two bytes. It is short. */
  private static ByteBuffer packet(DataInputStream in) throws IOException {
    in.readByte();
    return ByteBuffer.wrap(in.readNBytes(in.readUnsignedByte()));
  }

  @Test
  void aRestartedBrokerGetsWhatItHadNotAcknowledged() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder);
        Publisher publisher = publisher(broker.url(), 1, WHILE)) {
      publish(publisher, 0, 1_000);
      assertThat(publisher.drain(WHILE)).isTrue();
      broker.kill();
      publish(publisher, 1_000, 1_100);
      assertThat(publisher.drain(Duration.ofMillis(200))).isFalse();
      broker.start();
      try (Subscriber subscriber = new Subscriber(broker.url(), "late", "order/#")) {
        publish(publisher, 1_100, 3_000);
        assertThat(publisher.drain(WHILE)).isTrue();
        await()
            .until(
                () ->
                    subscriber.received().stream()
                        .anyMatch(received -> received.payload().equals("2999")));
      }
      assertThat(publisher.acknowledged()).isEqualTo(3_000);
      assertThat(notes).anyMatch(note -> note.startsWith("waiting for the broker at tcp://127."));
      assertThat(notes).anyMatch(note -> note.startsWith("connected to tcp://127."));
    }
  }

  @Test
  void atQos0EverythingIsSentOnce() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder);
        Subscriber subscriber = new Subscriber(broker.url(), "reader", "order/#");
        Publisher publisher = publisher(broker.url(), 0, WHILE)) {
      publish(publisher, 0, 2_000);
      assertThat(publisher.drain(WHILE)).isTrue();
      await().until(() -> subscriber.count() == 2_000);
    }
  }

  @Test
  void withoutABrokerItFailsAfterItsPatienceAndNamesTheAddress() throws Exception {
    int unused = Ports.free();
    try (Publisher publisher = publisher("tcp://127.0.0.1:" + unused, 1, Duration.ofMillis(600))) {
      publisher.publish("order/x", new byte[0]);
      assertThatThrownBy(() -> publisher.drain(WHILE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no connection to tcp://127.0.0.1:" + unused)
          .hasMessageContaining("refused");
    }
  }

  @Test
  void aWrongPasswordEndsThePublisherAndARightOneIsSent() throws Exception {
    Path passwords = folder.resolve("passwords");
    // mosquitto_passwd -b passwords sim secret
    Files.writeString(passwords, "");
    Process made =
        new ProcessBuilder("mosquitto_passwd", "-b", passwords.toString(), "sim", "secret")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("passwd.log").toFile())
            .start();
    assertThat(made.waitFor()).isZero();
    try (Mosquitto broker =
        Mosquitto.started(folder, "allow_anonymous false", "password_file " + passwords)) {
      try (Publisher wrong = publisher("tcp://sim:wrong@127.0.0.1:" + broker.port(), 1, WHILE)) {
        assertThatThrownBy(
                () -> {
                  wrong.publish("order/x", new byte[0]);
                  wrong.drain(WHILE);
                })
            .isInstanceOf(IOException.class)
            .hasMessageContaining("refuses the connection")
            .hasMessageNotContaining("wrong");
      }
      try (Publisher right = publisher("tcp://sim:secret@127.0.0.1:" + broker.port(), 1, WHILE)) {
        right.publish("order/x", new byte[0]);
        assertThat(right.drain(WHILE)).isTrue();
      }
    }
  }

  @Test
  void aClosedPublisherAcceptsNothing() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder)) {
      Publisher publisher = publisher(broker.url(), 1, WHILE);
      publisher.close();
      assertThatThrownBy(() -> publisher.publish("order/x", new byte[0]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void anInvalidAddressIsRefusedWithoutShowingThePassword() {
    assertThatThrownBy(() -> Publisher.Options.of("http://me:secret@host:1883"))
        .hasMessageContaining("tcp://host:port")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> Publisher.Options.of("localhost")).hasMessageContaining("localhost");
  }

  private Publisher publisher(String url, int qos, Duration patience) {
    return new Publisher(new Publisher.Options(URI.create(url), qos, 200, patience, notes::add));
  }

  private static void publish(Publisher publisher, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      publisher.publish("order/x", String.valueOf(i).getBytes(StandardCharsets.UTF_8));
    }
  }
}
