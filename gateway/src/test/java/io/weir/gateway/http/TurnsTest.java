package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Clients that send many requests without waiting for their answers, and others beside them. */
@Tag("slow")
class TurnsTest {

  private static final int MANY = 1200;
  private static final int LOOPS = 2;

  private final AtomicInteger answered = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.of(
                HttpRoute.open(
                    "GET",
                    "/dear",
                    (request, response) -> {
                      LockSupport.parkNanos(1_000_000);
                      return text(request, response, "" + answered.incrementAndGet());
                    }),
                HttpRoute.open(
                    "GET", "/count", (request, response) -> text(request, response, "" + answered)),
                HttpRoute.open(
                    "POST",
                    "/size",
                    (request, response) ->
                        request
                            .receive()
                            .aggregate()
                            .map(ByteBuf::readableBytes)
                            .defaultIfEmpty(0)
                            .flatMap(size -> Mono.from(text(request, response, "" + size)))))
            .maxBodyBytes(1 << 20)
            .timeout(Duration.ofSeconds(20))
            .start();
  }

  private static Publisher<Void> text(
      HttpServerRequest request, HttpServerResponse response, String text) {
    return Answers.send(request, response, "text/plain", text.getBytes(UTF_8));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
  }

  private static void sendAll(Socket socket, String text) {
    try {
      send(socket.getOutputStream(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The body of the next answer. */
  private static String body(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = in.read();
      assertThat(read).describedAs("the end after " + head).isNotNegative();
      head.append((char) read);
    }
    String lower = head.toString().toLowerCase(Locale.ROOT);
    String length = lower.replaceAll("(?s).*content-length: (\\d+).*", "$1");
    return new String(in.readNBytes(Integer.parseInt(length)), UTF_8);
  }

  @Test
  void whoAsksBesideThoseWhoSendMuchAtOnceIsAnsweredBeforeAllOfTheirs() throws IOException {
    List<Socket> greedy = new ArrayList<>();
    try (Socket other = connect()) {
      for (int i = 0; i < LOOPS; i++) {
        greedy.add(connect());
      }
      for (Socket each : greedy) {
        send(each.getOutputStream(), get("/dear").repeat(MANY));
      }
      for (Socket each : greedy) {
        body(each.getInputStream()); // so all of them are being answered
      }
      send(other.getOutputStream(), get("/count"));
      int before = Integer.parseInt(body(other.getInputStream()));
      assertThat(before).isLessThan(MANY / 2);
    } finally {
      for (Socket each : greedy) {
        each.close();
      }
    }
  }

  @Test
  void allThatIsSentAtOnceIsAnsweredInItsOrder() throws IOException {
    String size = "POST /size HTTP/1.1\r\nHost: localhost\r\ncontent-length: ";
    StringBuilder sent = new StringBuilder();
    for (int i = 0; i < MANY; i++) {
      int length = i % 7 == 0 ? 37 * i : i % 3;
      sent.append(size).append(length).append("\r\n\r\n").append("x".repeat(length));
    }
    try (Socket socket = connect()) {
      new Thread(() -> sendAll(socket, sent.toString())).start();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int i = 0; i < MANY; i++) {
        assertThat(body(in))
            .describedAs("answer " + i)
            .isEqualTo("" + (i % 7 == 0 ? 37 * i : i % 3));
      }
    }
  }

  @Test
  void nothingMoreIsReadWhileRequestsWaitForTheirTurn() {
    AtomicInteger reads = new AtomicInteger();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAutoRead(false);
    Connection connection = new Connection(channel, "a client");
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext context) {
                reads.incrementAndGet();
              }
            })
        .addLast(new Turns(connection))
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object piece) {
                ReferenceCountUtil.release(piece);
                answered.incrementAndGet();
                connection.requests(1);
                connection.requests(-1);
                context.read(); // as a server does that has answered
              }
            });

    int pieces = 3 * Turns.MOST_ANSWERS;
    channel.writeOneInbound(Unpooled.wrappedBuffer(new byte[pieces << 10]));
    assertThat(answered.get()).isLessThan(pieces);
    assertThat(reads).hasValue(0);

    channel.flushInbound();
    await().until(() -> channel.runScheduledPendingTasks() < 0);
    assertThat(answered).hasValue(pieces);
    assertThat(reads).hasPositiveValue();
  }
}
