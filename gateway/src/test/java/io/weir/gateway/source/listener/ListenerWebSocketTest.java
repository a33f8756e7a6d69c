package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.Sources;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.TestServer;
import io.weir.gateway.source.Shelf;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT by the WebSocket of the HTTP server. */
class ListenerWebSocketTest {

  private final ListenerRig rig = new ListenerRig(new ListenerSetup().webSocketPath("/mqtt"));

  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = serve(null);
  }

  private HttpServer serve(@Nullable String token) throws Exception {
    return TestServer.of(Sources.routes(rig.listener)).token(token).start();
  }

  @AfterEach
  void stop() {
    server.close();
    rig.close();
  }

  /** A client whose bytes can be awaited. */
  private static final class Socket implements WebSocket.Listener {
    private final LinkedBlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean asks = true;

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      frames.add(part);
      if (asks) {
        socket.request(1);
      }
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.complete(-1);
    }

    /** As many bytes as asked for. */
    byte[] read(int count) throws InterruptedException {
      while (bytes.size() < count) {
        byte[] next = frames.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("bytes from the listener").isNotNull();
        bytes.writeBytes(next);
      }
      byte[] all = bytes.toByteArray();
      bytes.reset();
      bytes.write(all, count, all.length - count);
      return java.util.Arrays.copyOf(all, count);
    }
  }

  private WebSocket open(Socket listener, String origin) {
    WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
    if (origin != null) {
      builder.header("Origin", origin);
    }
    return builder
        .subprotocols("mqtt")
        .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/mqtt"), listener)
        .join();
  }

  private static void send(WebSocket socket, byte[] bytes)
      throws ExecutionException, InterruptedException {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).get();
  }

  private static final byte[] CONNECT =
      RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "ws"));
  private static final byte[] PING = {(byte) 0xC0, 0};

  @Test
  void aClientPublishesByFramesOfAnyCut() throws Exception {
    Socket socket = new Socket();
    WebSocket client = open(socket, null);
    assertThat(client.getSubprotocol()).isEqualTo("mqtt");
    send(client, CONNECT);
    assertThat(socket.read(4)).containsExactly(0x20, 2, 0, 0);
    assertThat(rig.meters.counter("weir.source.connects", "source", "direct").count()).isEqualTo(1);
    byte[] publish =
        RawClient.packet(0x32, RawClient.bytes("a/b", (short) 5, "payload".getBytes()));
    send(client, java.util.Arrays.copyOf(publish, 6));
    send(client, java.util.Arrays.copyOfRange(publish, 6, publish.length));
    assertThat(socket.read(4)).containsExactly(0x40, 2, 0, 5);
    assertThat(rig.shelf.texts()).containsExactly("payload");
    client.abort();
  }

  /** Empty ones, parts of one, a ping between them, many packets in one, and no goodbye. */
  @Test
  void framesOfOddSizesAreTakenAndAnEndWithoutAGoodbyeIsOne() throws Exception {
    Socket socket = new Socket();
    WebSocket client = open(socket, null);
    send(client, new byte[0]);
    for (int i = 0; i < CONNECT.length; i++) {
      boolean isLast = i == CONNECT.length - 1;
      client.sendBinary(ByteBuffer.wrap(CONNECT, i, 1), isLast).get();
      client.sendPing(ByteBuffer.allocate(1)).get();
    }
    socket.read(4);
    send(client, new byte[0]);
    byte[] pings = new byte[200_000];
    for (int i = 0; i < pings.length; i += 2) {
      pings[i] = PING[0];
    }
    send(client, pings);
    byte[] answers = socket.read(pings.length);
    assertThat(answers[0]).isEqualTo((byte) 0xD0);
    assertThat(answers[answers.length - 2]).isEqualTo((byte) 0xD0);
    client.abort();
    await()
        .untilAsserted(
            () -> assertThat(rig.meters.get("weir.source.connections").gauge().value()).isZero());
  }

  /** As a sign of life, which some clients send unasked (RFC 6455, 5.5.3). */
  @Test
  void aPongThatNobodyAskedForMeansNothing() throws Exception {
    Socket socket = new Socket();
    WebSocket client = open(socket, null);
    client.sendPong(ByteBuffer.allocate(0)).get();
    send(client, CONNECT);
    assertThat(socket.read(4)).containsExactly(0x20, 2, 0, 0);
    for (int i = 0; i < 100; i++) {
      client.sendPong(ByteBuffer.wrap(CONNECT)).get();
    }
    client.sendBinary(ByteBuffer.wrap(PING, 0, 1), false).get();
    client.sendPong(ByteBuffer.allocate(1)).get();
    client.sendBinary(ByteBuffer.wrap(PING, 1, 1), true).get();
    assertThat(socket.read(2)).containsExactly(0xD0, 0);
    client.abort();
  }

  @Test
  void whereTheLogIsFullItWaitsToo() throws Exception {
    rig.shelf.mode(Shelf.Mode.NO_ROOM);
    Socket socket = new Socket();
    WebSocket client = open(socket, null);
    send(client, CONNECT);
    socket.read(4);
    for (int id = 1; id <= 5; id++) {
      send(client, RawClient.packet(0x32, RawClient.bytes("t", (short) id, new byte[] {'x'})));
    }
    rig.shelf.mode(Shelf.Mode.DURABLE);
    for (int id = 1; id <= 5; id++) {
      assertThat(socket.read(4)).containsExactly(0x40, 2, 0, id);
    }
    client.abort();
  }

  @Test
  void textIsNoMqtt() throws Exception {
    Socket socket = new Socket();
    WebSocket client = open(socket, null);
    send(client, CONNECT);
    socket.read(4);
    client.sendText("hello", true).get();
    assertThat(socket.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1003);
    assertThat(rig.shelf.taken()).isEmpty();
  }

  /** No extension is agreed that gives reserved bits a meaning (RFC 6455, 5.2). */
  @ParameterizedTest
  @ValueSource(ints = {0xC2, 0xA2, 0x92})
  void aFrameWithReservedBitsEndsTheConnection(int firstByte) throws Exception {
    try (java.net.Socket client = new java.net.Socket("127.0.0.1", server.port())) {
      client.setSoTimeout(20_000);
      String upgrade =
          """
          GET /mqtt HTTP/1.1
          Host: 127.0.0.1:%d
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
          Sec-WebSocket-Protocol: mqtt

          """
              .formatted(server.port())
              .replace("\n", "\r\n");
      client.getOutputStream().write(upgrade.getBytes(US_ASCII));
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) client.getInputStream().read());
      }
      assertThat(head).startsWith("HTTP/1.1 101 ");
      byte[] noMask = new byte[4];
      client
          .getOutputStream()
          .write(
              RawClient.bytes(
                  new byte[] {(byte) firstByte, (byte) (0x80 | CONNECT.length)}, noMask, CONNECT));

      byte[] answer = client.getInputStream().readAllBytes();

      assertThat(answer).startsWith(0x88, answer.length - 2, 1002 >> 8, 1002 & 0xFF);
    }
  }

  @Test
  void aPageOfAnotherSiteIsRefused() {
    assertThatThrownBy(() -> open(new Socket(), "https://evil.example"))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(WebSocketHandshakeException.class);
  }

  /** A proxy on this machine brings strangers, and they too come from this machine. */
  @Test
  void whereTheListenerAsksForNoLoginThatOfTheServerIsNeeded() throws Exception {
    try (HttpServer withToken = serve("a-token")) {
      URI address = URI.create("ws://127.0.0.1:" + withToken.port() + "/mqtt");
      WebSocket.Builder stranger = HttpClient.newHttpClient().newWebSocketBuilder();
      assertThatThrownBy(() -> stranger.buildAsync(address, new Socket()).join())
          .hasCauseInstanceOf(WebSocketHandshakeException.class);
      Socket socket = new Socket();
      WebSocket known =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .header("Authorization", "Bearer a-token")
              .subprotocols("mqtt")
              .buildAsync(address, socket)
              .join();
      send(known, CONNECT);
      assertThat(socket.read(4)[3]).isZero();
    }
  }

  @Test
  void whoDoesNotReadItsAnswersIsNotReadFromEither() throws Exception {
    Socket socket = new Socket();
    socket.asks = false;
    WebSocket client = open(socket, null);
    send(client, CONNECT);
    byte[] pings = new byte[20_000];
    for (int i = 0; i < pings.length; i += 2) {
      pings[i] = PING[0];
    }
    CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(client);
    int rounds = 2000; // 40 MB of answers, above all buffers on the way
    for (int i = 0; i < rounds && !sent.isCompletedExceptionally(); i++) {
      sent = client.sendBinary(ByteBuffer.wrap(pings), true);
      try {
        sent.get(2, TimeUnit.SECONDS);
      } catch (java.util.concurrent.TimeoutException e) {
        client.abort();
        return; // the listener reads no more
      }
    }
    throw new AssertionError("all pings were read, though no answer was");
  }
}
