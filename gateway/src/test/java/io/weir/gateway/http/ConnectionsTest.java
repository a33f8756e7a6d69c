package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** More clients than there are connections, from one address and from two. */
@Tag("slow")
class ConnectionsTest {

  private static final int MOST = 256;
  private static final int SHARE = MOST / 4;
  private static final int FOR_PROBES = 16;

  private final List<SocketChannel> clients = new ArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.of(
                HttpRoute.probe("/health", ConnectionsTest::well, ConnectionsTest::well),
                HttpRoute.open("GET", "/", ConnectionsTest::well),
                HttpRoute.open(
                    "GET",
                    "/slow",
                    (request, response) -> {
                      underWay.incrementAndGet();
                      return Mono.never();
                    }))
            .bind("0.0.0.0")
            .token("token")
            .maxBodyBytes(1000)
            .timeout(Duration.ofMinutes(2))
            .start();
  }

  private static Publisher<Void> well(HttpServerRequest request, HttpServerResponse response) {
    return Answers.send(request, response, "text/plain", "well".getBytes(UTF_8));
  }

  @AfterEach
  void stop() throws IOException {
    for (SocketChannel client : clients) {
      client.close();
    }
    server.close();
  }

  /** Connections from an address of this machine, each with a request if one is given. */
  private List<SocketChannel> connect(int count, InetAddress from, String request)
      throws IOException {
    List<SocketChannel> these = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SocketChannel client = SocketChannel.open();
      client.bind(new InetSocketAddress(from, 0));
      client.connect(new InetSocketAddress(from, server.port()));
      client.configureBlocking(false);
      client.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
      clients.add(client);
      these.add(client);
    }
    return these;
  }

  /** Connections that the server has taken by now: each was answered once. */
  private List<SocketChannel> taken(int count, InetAddress from) throws IOException {
    List<SocketChannel> these = connect(count, from, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for (SocketChannel client : these) {
      StringBuilder answer = new StringBuilder();
      await().until(() -> answer.append(read(client)).toString().endsWith("well"));
    }
    return these;
  }

  private static String read(SocketChannel client) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1000);
    client.read(bytes);
    return US_ASCII.decode(bytes.flip()).toString();
  }

  /** As many as there may be, each with a request under way. */
  private List<SocketChannel> busy(InetAddress from) throws IOException {
    List<SocketChannel> busy = connect(MOST, from, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await().until(() -> underWay.get() == MOST);
    return busy;
  }

  private static long closed(List<SocketChannel> some) {
    return some.stream().filter(ConnectionsTest::isClosed).count();
  }

  private static boolean isClosed(SocketChannel client) {
    try {
      return client.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  private String ask(String path, InetAddress from) throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(from, server.port()));
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (SocketException reset) {
      return "reset";
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  /** An address of this machine that is not a loopback one: other clients for the server. */
  private static InetAddress beyond() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
        .filter(each -> each.getAddress().length == 4)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "this machine has no IPv4 address beyond loopback; root gives it one with"
                        + " ip address add 192.0.2.1/32 dev lo"));
  }

  @Test
  void idleConnectionsMakeRoomTheLongestIdleFirst() throws Exception {
    List<SocketChannel> longest = taken(40, loopback());
    List<SocketChannel> idle = connect(MOST - 40, loopback(), "");
    assertThat(closed(longest)).isZero();
    for (int i = 1; i <= 5; i++) {
      assertThat(ask("/", loopback())).startsWith("HTTP/1.1 200");
    }
    List<SocketChannel> later = connect(20, loopback(), "");
    await().until(() -> closed(longest) >= 20);
    assertThat(closed(idle)).isZero();
    assertThat(closed(later)).isZero();
    assertThat(ask("/health", loopback())).startsWith("HTTP/1.1 200");
  }

  @Test
  void whileAllAreBusyOnlyAProbeGetsIn() throws Exception {
    List<SocketChannel> busy = busy(loopback());
    assertThat(ask("/", loopback()))
        .startsWith("HTTP/1.1 503")
        .contains("application/problem+json", "retry-after: 1", "nosniff");
    List<SocketChannel> idle = connect(3 * FOR_PROBES, loopback(), "");
    await().until(() -> closed(idle) == 2 * FOR_PROBES);
    assertThat(ask("/health?verbose", loopback())).startsWith("HTTP/1.1 200").endsWith("well");
    assertThat(closed(busy)).isZero();
  }

  @Test
  void anAddressThatHoldsAllOfThemMakesRoomForAnother() throws Exception {
    InetAddress other = beyond();
    List<SocketChannel> busy = busy(other);
    assertThat(ask("/", other)).startsWith("HTTP/1.1 503");
    assertThat(ask("/", loopback())).startsWith("HTTP/1.1 200");
    await().until(() -> closed(busy) == 1);
    List<SocketChannel> mine = connect(SHARE, loopback(), "");
    await().until(() -> closed(busy) == SHARE);
    List<SocketChannel> more = connect(10, loopback(), "");
    await().until(() -> closed(mine) == 10);
    assertThat(closed(more)).isZero();
    assertThat(closed(busy)).as("busy ones of the other address").isEqualTo(SHARE);
  }

  @Test
  void aFloodFromOneAddressClosesNoIdleConnectionOfAnother() throws Exception {
    InetAddress other = beyond();
    List<SocketChannel> proxy = connect(SHARE, loopback(), "");
    List<SocketChannel> flood = connect(MOST, other, "");
    await().until(() -> closed(flood) == SHARE);
    assertThat(closed(proxy)).isZero();
  }
}
