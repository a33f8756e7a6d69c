package io.weir.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection to brokers that are faulty, or that mean harm. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinkTest {

  private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

  private ServerSocket server;
  private final List<Socket> accepted = new ArrayList<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    for (Socket each : accepted) {
      each.close();
    }
  }

  private Broker broker(int version) {
    return new Broker(
        "test",
        URI.create("tcp://127.0.0.1:" + server.getLocalPort()),
        "client",
        "user",
        null,
        version,
        null,
        Duration.ofMillis(800),
        Duration.ofSeconds(1),
        Broker.LARGEST_PACKET);
  }

  /** A peer that says these bytes after the CONNECT, and then nothing. */
  private void says(byte[]... parts) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Socket socket = server.accept();
                accepted.add(socket);
                InputStream in = socket.getInputStream();
                if (in.read(new byte[1_000]) > 0) {
                  for (byte[] part : parts) {
                    socket.getOutputStream().write(part);
                  }
                }
              } catch (IOException e) {
                return;
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private Link open(int version) throws LinkException {
    return Link.open(broker(version), null, closed::complete);
  }

  private String reason() throws Exception {
    return closed.get(20, TimeUnit.SECONDS);
  }

  @Test
  void whatTheBrokerSaysOfItselfIsKnown() throws Exception {
    says(
        new byte[] {
          0x20, 18, 0, 0, 15, 0x21, 0, 20, 0x24, 0, 0x25, 0, 0x27, 0, 0, 8, 0, 0x22, 0, 5
        });
    try (Link link = open(5)) {
      assertThat(link.limits().receiveMaximum()).isEqualTo(20);
      assertThat(link.limits().maxPacketSize()).isEqualTo(2048);
      assertThat(link.limits().confirms()).isFalse();
      assertThat(link.limits().retains()).isFalse();
    }
    assertThat(reason()).isEqualTo("disconnected");
  }

  @ParameterizedTest
  @CsvSource({
    "5, 0x84, REFUSED",
    "5, 0x86, REFUSED",
    "5, 0x87, REFUSED",
    "5, 0x8A, REFUSED",
    "5, 0x88, BUSY",
    "5, 0x97, BUSY",
    "5, 0x9F, BUSY",
    "5, 0x80, AWAY",
    "5, 0xFE, AWAY",
    "311, 0x05, REFUSED",
    "311, 0x03, BUSY",
    "311, 0x77, AWAY"
  })
  void eachRefusalSaysWhatHelps(int version, String code, LinkException.Kind kind) {
    byte[] connack =
        version == 5
            ? new byte[] {0x20, 3, 0, Integer.decode(code).byteValue(), 0}
            : new byte[] {0x20, 2, 0, Integer.decode(code).byteValue()};
    says(connack);
    assertThatThrownBy(() -> open(version))
        .isInstanceOfSatisfying(LinkException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining("the broker refuses the connection");
  }

  /** MQTT 5 forbids both (section 3.2.2.3); a sink would wait for ever, or set all aside. */
  @ParameterizedTest
  @CsvSource({"2006000003210000", "20080000052700000000"})
  void aBrokerThatTakesNoMessageIsLeft(String connack) {
    says(java.util.HexFormat.of().parseHex(connack));
    assertThatThrownBy(() -> open(5))
        .isInstanceOfSatisfying(
            LinkException.class, e -> assertThat(e.kind()).isEqualTo(LinkException.Kind.AWAY))
        .hasMessageContaining("it says that it takes no message");
  }

  @Test
  void aBrokerThatSaysNothingIsLeft() {
    says();
    assertThatThrownBy(() -> open(5)).hasMessageContaining("no answer for 800 ms");
  }

  @Test
  void nobodyIsThere() throws Exception {
    server.close();
    assertThatThrownBy(() -> open(5))
        .isInstanceOfSatisfying(
            LinkException.class, e -> assertThat(e.kind()).isEqualTo(LinkException.Kind.AWAY))
        .hasMessageContaining("no broker answers at tcp://127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "30FFFFFF7F, the broker sent a packet of",
    "30FFFFFFFF01, the broker sent a packet of",
    "3003000941, the broker sent a packet that ends too early",
    "30050001410341, the broker sent properties that end too early",
    "9003000100, ''",
    "4001, ''",
    "1000, the broker sent a packet of type 1",
    "E00198, the broker disconnected: administrative action (0x98)",
    "E00287051F0003414243, ''"
  })
  void aPacketThatLiesEndsTheConnectionOrChangesNothing(String hex, String expected)
      throws Exception {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex);
    says(CONNACK, bytes);
    try (Link link = open(5)) {
      if (!expected.isEmpty()) {
        assertThat(reason()).contains(expected);
        assertThatThrownBy(link::flush).isInstanceOf(LinkException.class);
      }
    }
  }

  @Test
  void aPacketThatEndsInTheMiddleTakesNoMemoryForItsLength() throws Exception {
    says(CONNACK, new byte[] {0x30, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 3, 0, 1, 'a'});
    try (Link link = open(5)) {
      assertThatThrownBy(link::arrive).hasMessageContaining("the broker did not answer a ping");
    }
  }

  @Test
  void aBrokerThatDoesNotAnswerPingsIsLeftWithoutAWrite() throws Exception {
    says(CONNACK);
    try (Link link = open(5)) {
      assertThat(reason()).contains("the broker did not answer a ping for 800 ms");
      assertThat(link.isOpen()).isFalse();
    }
  }

  /** The sockets' buffers fill, and the writer would wait for ever. */
  @Test
  void aBrokerThatReadsNothingIsLeft() throws Exception {
    says(CONNACK);
    try (Link link = open(5)) {
      byte[] packet = link.packet(new Publication("t", new byte[1 << 20], 0, false), 0);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  link.send(packet);
                }
              })
          .isInstanceOf(LinkException.class);
      assertThat(reason()).contains("the broker");
    }
  }

  @Test
  void idsGoRoundAndNoneIsTakenTwice() throws Exception {
    says(CONNACK);
    try (Link link = open(5)) {
      int first = link.takeId();
      for (int i = 1; i < 65_535; i++) {
        link.giveBack(link.takeId());
      }
      assertThat(link.takeId()).isNotEqualTo(first).isBetween(1, 65_535);
    }
  }
}
