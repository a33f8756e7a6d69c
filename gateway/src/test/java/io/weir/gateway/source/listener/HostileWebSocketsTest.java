package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.weir.gateway.Sources;
import io.weir.gateway.http.Caller;
import io.weir.gateway.http.Callers;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.OutboundBytes;
import io.weir.gateway.http.Role;
import io.weir.gateway.http.TestServer;
import io.weir.gateway.source.Shelf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.netty.NettyPipeline;

/** WebSockets byte by byte, from whoever wants to stay without being of use. */
class HostileWebSocketsTest {

  private static final byte[] CONNECT =
      RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "ws"));

  private final ListenerRig rig =
      new ListenerRig(
          new ListenerSetup().connectTimeout(Duration.ofSeconds(5)).webSocketPath("/mqtt"));

  /** Above all buffers on the way. */
  private static final long MOST_SENT = 100_000_000;

  private final OutboundBytes unread = new OutboundBytes(3 << 20);
  private final AtomicBoolean holds = new AtomicBoolean(true);
  private final Queue<WebSocketFrame> frames = new ConcurrentLinkedQueue<>();
  private HttpServer server;

  /** One program that has a token, until it is taken away. */
  private final class OneToken implements Callers {

    @Override
    public @Nullable Caller ofToken(String token) {
      return holds.get() && token.equals("a-token")
          ? Caller.token("plc", Role.INGEST, holds::get)
          : null;
    }

    @Override
    public @Nullable Caller ofSession(String secret) {
      return null;
    }

    @Override
    public String cookie() {
      return "none";
    }
  }

  @BeforeEach
  void serve() throws Exception {
    server =
        TestServer.of(Sources.routes(rig.listener).stream().map(this::watched).toList())
            .callers(new OneToken())
            .unread(unread)
            .start();
  }

  /** Keeps every frame that comes to the listener. */
  private HttpRoute watched(HttpRoute route) {
    return HttpRoute.of(
        route.right(),
        route.method(),
        route.path(),
        (request, response) -> {
          request.withConnection(
              each ->
                  each.channel()
                      .pipeline()
                      .addBefore(
                          NettyPipeline.ReactiveBridge,
                          null,
                          new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object read) {
                              if (read instanceof WebSocketFrame frame) {
                                frames.add(frame);
                              }
                              ctx.fireChannelRead(read);
                            }
                          }));
          return route.handler().apply(request, response);
        });
  }

  @AfterEach
  void stop() {
    server.close();
    rig.close();
  }

  /** Sends the beginning of a WebSocket, with these lines in its head. */
  private Socket asks(String method, String... lines) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(20_000);
    String head =
        method
            + " /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer a-token\r\n"
            + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + String.join("\r\n", lines)
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(US_ASCII));
    return socket;
  }

  private static String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as(head.toString()).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  private Socket open() throws IOException {
    Socket socket = asks("GET", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: mqtt");
    assertThat(head(socket)).startsWith("HTTP/1.1 101 ");
    return socket;
  }

  private static byte[] frame(int first, byte[] content) {
    return RawClient.bytes(first, 0x80 | content.length, new byte[4], content);
  }

  private Socket connected() throws IOException {
    Socket socket = open();
    socket.getOutputStream().write(frame(0x82, CONNECT));
    assertThat(socket.getInputStream().readNBytes(6)).containsExactly(0x82, 4, 0x20, 2, 0, 0);
    return socket;
  }

  @Test
  void whoIsOneTooManyLeavesNothingBehind() throws Exception {
    ListenerSetup one =
        new ListenerSetup()
            .limits(new ListenerConfig.Limits(1, 0, 10, 0, 0))
            .connectTimeout(Duration.ofMinutes(10))
            .webSocketPath("/mqtt");
    server.close();
    try (ListenerRig full = new ListenerRig(one);
        HttpServer its =
            TestServer.of(Sources.routes(full.listener)).callers(new OneToken()).start()) {
      server = its;
      try (Socket first = connected()) {
        for (int i = 0; i < 100; i++) {
          try (Socket more = open()) {
            more.getInputStream().readAllBytes();
          }
        }
        await()
            .untilAsserted(() -> assertThat(LiveObjects.of(ClientConnection.class)).isLessThan(20));
      }
    }
  }

  private double connections() {
    return rig.meters.get("weir.source.connections").gauge().value();
  }

  /** MQTT 5, 6: a client must name mqtt. Nobody would serve what comes by another protocol. */
  @ParameterizedTest
  @ValueSource(strings = {"X-Nothing: 1", "Sec-WebSocket-Protocol: chat, mqttv5"})
  void whoDoesNotNameTheProtocolIsRefused(String line) throws Exception {
    try (Socket socket = asks("GET", "Sec-WebSocket-Version: 13", line)) {
      assertThat(head(socket)).startsWith("HTTP/1.1 400 ");
    }
  }

  /** MQTT-6.0.0-4: that of MQTT 3.1 is agreed with those that know no other. */
  @ParameterizedTest
  @CsvSource({
    "'mqtt', mqtt",
    "'mqttv3.1', mqttv3.1",
    "'mqttv3.1, mqtt', mqtt",
    "'chat,mqttv3.1,mqtt', mqtt",
  })
  void whereAClientOffersMqttThatIsAgreed(String offered, String agreed) throws Exception {
    try (Socket socket =
        asks("GET", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: " + offered)) {
      assertThat(head(socket).lines())
          .anyMatch(line -> line.equalsIgnoreCase("Sec-WebSocket-Protocol: " + agreed));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Nothing: 1", "Sec-WebSocket-Version: 7", "Sec-WebSocket-Version: 14"})
  void aVersionThatIsNoStandardIsRefusedWithTheOneThatIs(String line) throws Exception {
    try (Socket socket = asks("GET", line, "Sec-WebSocket-Protocol: mqtt")) {
      assertThat(head(socket))
          .startsWith("HTTP/1.1 426 ")
          .containsIgnoringCase("\r\nsec-websocket-version: 13\r\n");
    }
  }

  @Test
  void whatIsNoWebSocketIsRefused() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(20_000);
      String get = "GET /mqtt HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a-token\r\n\r\n";
      socket.getOutputStream().write(get.getBytes(US_ASCII));
      assertThat(head(socket)).startsWith("HTTP/1.1 426 ");
    }
    try (Socket socket =
        asks("HEAD", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: mqtt")) {
      assertThat(head(socket)).startsWith("HTTP/1.1 426 ");
    }
  }

  /** RFC 6455, 4.2.1: the answer is made of it. */
  @Test
  void whoSendsNoKeyIsRefused() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(20_000);
      String get =
          "GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer a-token\r\n"
              + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
      socket.getOutputStream().write(get.getBytes(US_ASCII));
      assertThat(head(socket)).startsWith("HTTP/1.1 400 ");
    }
  }

  /** In hexadecimal: the bytes of frames, and the code of the close that answers them. */
  @ParameterizedTest
  @CsvSource({
    "without a mask, 820110, 1002",
    "a length of 2^63, 82FF800000000000000000000000, 1002",
    "a length of 2^63 - 1, 82FF7FFFFFFFFFFFFFFF00000000, 1009",
    "longer than a frame may be, 82FF000000000005000000000000, 1009",
    "a ping in pieces, 09810000000001, 1002",
    "a long ping, 89FE007E00000000, 1002",
    "goes on with nothing, 80810000000010, 1002",
    "a kind that is not known, 83810000000010, 1002",
    "a message within a message, 0281000000001082810000000010, 1002",
    "a length with more digits than needed, 82FE00010000000010, 1002",
    "a goodbye of one byte, 8881000000000A, 1002",
    "text, 81810000000010, 1003"
  })
  void framesThatNobodyMaySendEndTheConnection(String what, String bytes, int code)
      throws Exception {
    try (Socket socket = open()) {
      socket.getOutputStream().write(HexFormat.of().parseHex(bytes));
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(answer).startsWith(0x88, answer.length - 2, code >> 8, code & 0xFF);
    }
    await().untilAsserted(() -> assertThat(connections()).isZero());
  }

  /** However both sides end it at the same time: whoever comes and goes would fill the log. */
  @ParameterizedTest
  @ValueSource(strings = {"", "828200000000E000", "828200000000E000FFFF", "8081000000000A"})
  void aConnectionThatEndsLeavesNoLineInTheLog(String last) throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    root.addAppender(lines);
    try {
      for (int i = 0; i < 60; i++) {
        try (Socket socket = connected()) {
          socket.getOutputStream().write(HexFormat.of().parseHex(last));
        }
      }
      await().untilAsserted(() -> assertThat(connections()).isZero());
    } finally {
      root.detachAppender(lines);
    }
    assertThat(List.copyOf(lines.list))
        .filteredOn(HostileWebSocketsTest::isOfAnEnd)
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEmpty();
  }

  /** Of an error that nobody took, or of a goodbye on a channel that is gone. */
  private static boolean isOfAnEnd(ILoggingEvent line) {
    IThrowableProxy thrown = line.getThrowableProxy();
    boolean isGoodbye =
        thrown != null
            && Stream.of(thrown.getStackTraceElementProxyArray())
                .anyMatch(
                    each -> each.getSTEAsString().contains("FluxReceive.unsubscribeReceiver"));
    return isGoodbye || line.getLoggerName().equals("reactor.core.publisher.Operators");
  }

  @Test
  void whoSaysNothingIsSentAway() throws Exception {
    try (Socket socket = open()) {
      assertThat(socket.getInputStream().readAllBytes()).startsWith(0x88);
    }
  }

  /** Each ping is answered with a pong, which would gather where the client takes none. */
  @Test
  void whoReadsNoPongIsNotReadFromEither() throws Exception {
    try (Socket socket = connected()) {
      assertThat(floodedWithPings(socket)).as("it cannot send all").isNotDone();
    }
  }

  /** Sends pings and reads nothing. Returns once nothing more gets through. */
  private CompletableFuture<Void> floodedWithPings(Socket socket) {
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 1000; i++) {
      many.writeBytes(frame(0x89, new byte[125]));
    }
    AtomicLong sent = new AtomicLong();
    CompletableFuture<Void> flood =
        CompletableFuture.runAsync(
            () -> {
              try {
                while (sent.get() < MOST_SENT) {
                  many.writeTo(socket.getOutputStream());
                  sent.addAndGet(many.size());
                }
              } catch (IOException e) {
                return; // it was closed
              }
            });
    AtomicLong before = new AtomicLong();
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(1500))
        .until(
            () -> {
              unread.check();
              return before.getAndSet(sent.get()) == sent.get() && sent.get() > 0;
            });
    return flood;
  }

  /** The session was given at once; but the place of the connection was kept for half a minute. */
  @Test
  void whoNeverReadsIsClosedWhereItsSessionIsTakenOver() throws Exception {
    try (Socket deaf = connected()) {
      CompletableFuture<Void> flood = floodedWithPings(deaf);
      try (RawClient next = rig.client().send(CONNECT)) {
        assertThat(next.read(RawClient.CONNACK).u8(1)).isZero();
        await().atMost(Duration.ofSeconds(10)).until(() -> connections() == 1);
        assertThat(flood).succeedsWithin(Duration.ofSeconds(5));
      }
    }
  }

  /** Frames that came with one read, behind the one that the link has taken. */
  @Test
  void whatNobodyHasTakenGoesWithItsConnection() throws Exception {
    rig.shelf.mode(Shelf.Mode.NO_ROOM); // nothing is read behind what waits for room
    byte[] publish = RawClient.packet(0x32, RawClient.bytes("t", (short) 1, new byte[] {'x'}));
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.writeBytes(frame(0x82, publish));
    for (int i = 0; i < 400; i++) {
      many.writeBytes(frame(0x82, new byte[1]));
    }
    try (Socket socket = connected()) {
      many.writeTo(socket.getOutputStream());
      await().until(() -> frames.size() > 4);
      holds.set(false); // which closes the connection
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
    await()
        .untilAsserted(() -> assertThat(frames).extracting(WebSocketFrame::refCnt).containsOnly(0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPartOfAPacketGoesWithItsConnection(boolean listenerFirst) throws Exception {
    try (Socket socket = connected()) {
      socket.getOutputStream().write(frame(0x82, new byte[] {0x32, 100, 0, 1, 't'}));
      await().until(() -> frames.size() == 2);
      if (listenerFirst) {
        rig.listener.close();
      }
      server.close();
      rig.listener.close();
      await()
          .untilAsserted(
              () -> assertThat(frames).extracting(WebSocketFrame::refCnt).containsOnly(0));
    }
  }

  @Test
  void aConnectionEndsWithTheLoginThatItWasOpenedBy() throws Exception {
    try (Socket socket = connected()) {
      socket.getOutputStream().write(frame(0x82, new byte[] {(byte) 0xC0, 0}));
      assertThat(socket.getInputStream().readNBytes(4)).containsExactly(0x82, 2, 0xD0, 0);
      holds.set(false);
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
    await().untilAsserted(() -> assertThat(connections()).isZero());
  }
}
