package io.weir.gateway.source.listener.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.listener.conformance.Sequence.Receive;
import io.weir.gateway.source.listener.conformance.Sequence.Send;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The player notices each way in which a server can answer otherwise. */
class SequencePlayerTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String CONNACK = "20020000";

  /** PUBLISH with QoS 1, of topic p with packet id 1234. */
  private static final String PUBLISH = "3205 000170 1234";

  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void aServerThatAnswersAsTheSequenceSaysHasNoDifference() throws Exception {
    assertThat(played(publish(false), CONNACK, "40021234", "D000")).isEmpty();
    assertThat(played(publish(true), CONNACK, "40021234")).isEmpty();
  }

  @Test
  void anotherPacketIsADifferenceAndNamesWhatWasSent() throws Exception {
    assertThat(played(publish(false), CONNACK, "50021234", "D000"))
        .containsValue("after 32050001701234: expected PUBACK 1234, came PUBREC 1234");
    assertThat(played(publish(false), "20020005"))
        .hasSize(1)
        .allSatisfy(
            (name, what) ->
                assertThat(what)
                    .endsWith(
                        "expected CONNACK session present 0, code 00,"
                            + " came CONNACK session present 0, code 05"));
  }

  @Test
  void aPacketTooManyIsADifference() throws Exception {
    assertThat(played(publish(false), CONNACK, "40021234 50020001", "D000"))
        .containsValue("after C000: expected PINGRESP, came PUBREC 0001");
    assertThat(played(publish(true), CONNACK, "40021234 E000"))
        .containsValue("after 32050001701234: the server was to close, came DISCONNECT 00");
  }

  @Test
  void aConnectionThatEndsTooEarlyIsADifference() throws Exception {
    assertThat(played(publish(false), CONNACK))
        .containsValue("after 32050001701234: expected PUBACK 1234, and the server closed");
    assertThat(played(publish(false), CONNACK, "400212"))
        .containsValue(
            "after 32050001701234: expected PUBACK 1234, came a packet of 2 bytes ends after 1:"
                + " 40 12");
  }

  @Test
  void aServerThatSaysNothingIsADifferenceAndIsAskedThreeTimesAtMost() throws Exception {
    SequencePlayer player = new SequencePlayer(server.getLocalPort(), Duration.ofMillis(20));

    Map<String, String> differences =
        player.differences(List.of(publish(true), named("b"), named("c"), named("d")));

    assertThat(differences.keySet()).containsExactly("a", "b", "c", "those after it");
    assertThat(differences.get("b")).endsWith("and nothing came in PT0.02S");
  }

  private static Sequence publish(boolean disconnects) {
    return new Sequence(
        "a",
        "a",
        4,
        true,
        List.of(
            new Send(HexFormat.of().parseHex(PUBLISH.replace(" ", ""))),
            new Receive(new Packet("PUBACK 1234"))),
        disconnects);
  }

  private static Sequence named(String name) {
    return new Sequence(name, name, 4, true, List.of(), true);
  }

  /** The server answers each packet with the next of these, then closes. */
  private Map<String, String> played(Sequence sequence, String... answers) throws Exception {
    CompletableFuture<Void> served =
        CompletableFuture.runAsync(
            () -> {
              try {
                serve(answers);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    Map<String, String> differences =
        new SequencePlayer(server.getLocalPort(), LONG).differences(List.of(sequence));
    served.join();
    return differences;
  }

  private void serve(String... answers) throws IOException {
    try (Socket socket = server.accept()) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (String each : answers) {
        if (Packet.read(in, 4).isEmpty()) {
          return; // the player has seen enough
        }
        out.write(HexFormat.of().parseHex(each.replace(" ", "")));
      }
      if (answers.length == 1) {
        Packet.read(in, 4);
      }
    }
  }
}
