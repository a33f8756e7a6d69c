package io.weir.gateway.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.ImmediateExecutor;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.Right;
import io.weir.gateway.http.ServerOptions;
import io.weir.gateway.http.TestServer;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.peers.TlsBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that keep to TLS and still want to do harm, or do what few others do. */
@Tag("server")
class HostileTlsTest {

  /** Where a message begins in its record. */
  private static final int HELLO = 5;

  private static final byte CLIENT_HELLO = 1;
  private static final byte SERVER_HELLO = 2;
  private static final int COOKIE = 44;
  private static final int KEY_SHARE = 51;

  @TempDir static Path home;
  private static Certificates certificates;
  private HttpServer server;

  @BeforeAll
  static void sign() throws Exception {
    certificates = new Certificates(home.resolve("c"));
    certificates.sign("server", "EC", "IP:127.0.0.1");
  }

  @BeforeEach
  void serve() throws Exception {
    server =
        TestServer.of(
                HttpRoute.of(
                    Right.EVERYONE,
                    "GET",
                    "/who",
                    (request, response) -> response.status(204).send()))
            .token("a-token")
            .tls(
                new ServerOptions.Tls(
                    null, certificates.path("server.pem"), certificates.path("server.key"), null))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static final byte[] REQUEST = "GET /who HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);

  private static void isServed(TlsBytes client) throws Exception {
    client.write(REQUEST);
    assertThat(new String(client.read(), US_ASCII)).startsWith("HTTP/1.1 204");
  }

  /**
   * Counts the reads of a connection, and those while its client does not take what was written.
   */
  private static final class Reads extends ChannelInboundHandlerAdapter {

    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger whileFull = new AtomicInteger();
    private final AtomicBoolean full = new AtomicBoolean();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      all.incrementAndGet();
      if (full.get()) {
        whileFull.incrementAndGet();
      }
      context.fireChannelRead(message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      full.set(!context.channel().isWritable());
      context.fireChannelWritabilityChanged();
    }
  }

  /**
   * Java answers each with a record of its own. The machine holds little of them here, and little
   * is read at once; as servers are, it takes seconds until one is full.
   */
  @Test
  void nothingIsReadFromWhoAsksForNewKeysUntilItReads() throws Exception {
    SslContext context =
        SslContextBuilder.forServer(
                certificates.path("server.pem").toFile(), certificates.path("server.key").toFile())
            .build();
    Reads reads = new Reads();
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Channel listening =
          new ServerBootstrap()
              .group(loop)
              .channel(NioServerSocketChannel.class)
              .childOption(ChannelOption.SO_SNDBUF, 4096)
              .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(2048))
              .childOption(ChannelOption.MAX_MESSAGES_PER_READ, 1)
              .childHandler(
                  new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                      SSLEngine engine = context.newEngine(channel.alloc());
                      channel
                          .pipeline()
                          .addLast(
                              reads, new OneHandshake(engine, false, ImmediateExecutor.INSTANCE));
                    }
                  })
              .bind("127.0.0.1", 0)
              .sync()
              .channel();
      int port = ((InetSocketAddress) listening.localAddress()).getPort();
      try (TlsBytes client = TlsBytes.connect(port, "TLSv1.3")) {
        int sent = 0;
        while (!reads.full.get()) {
          byte[] asking = client.keyUpdates(200);
          client.send(asking);
          sent += asking.length;
          assertThat(sent).as("bytes, and all are read").isLessThan(1 << 20);
        }
        for (int i = 0; i < 10; i++) {
          client.send(client.keyUpdates(200));
        }
        Thread.sleep(500);
        assertThat(reads.whileFull.get()).isZero();
        int before = reads.all.get();
        while (reads.all.get() == before) {
          client.record();
        }
      }
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  /** No answer of HTTP counts what Java answers by itself. */
  @Tag("soak")
  @Test
  void whoAsksForNewKeysWithoutEndAndReadsNothingIsNotReadFromEither() throws Exception {
    try (TlsBytes client = TlsBytes.connect(server.port(), "TLSv1.3");
        TlsBytes other = TlsBytes.connect(server.port(), "TLSv1.3")) {
      assertThat(client.isLeftUnread(300_000)).isTrue();
      isServed(other);
    }
  }

  @Test
  void newKeysNowAndThenAreGiven() throws Exception {
    try (TlsBytes client = TlsBytes.connect(server.port(), "TLSv1.3")) {
      for (int i = 0; i < 5; i++) {
        client.send(client.keyUpdates(3));
        isServed(client);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, 7", "TLSv1.2, 100", "TLSv1.3, 7", "TLSv1.3, 100"})
  void aHandshakeMayComeInManyRecords(String protocol, int most) throws Exception {
    try (TlsBytes client = TlsBytes.connect(server.port(), protocol, most)) {
      isServed(client);
    }
  }

  /** The extensions of a hello begin with their length. */
  private static int extensions(byte[] hello) {
    int at = HELLO + 4 + 2 + 32;
    at += 1 + hello[at];
    if (hello[HELLO] == CLIENT_HELLO) {
      at += 2 + u16(hello, at);
      return at + 1 + hello[at];
    }
    return at + 3; // the suite and no compression
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  /** An extension with its head; empty where there is none. */
  private static byte[] extension(byte[] hello, int type) {
    int at = extensions(hello) + 2;
    while (at < hello.length) {
      int end = at + 4 + u16(hello, at + 2);
      if (u16(hello, at) == type) {
        return Arrays.copyOfRange(hello, at, end);
      }
      at = end;
    }
    return new byte[0];
  }

  /** The same hello with an extension in place of another one. */
  private static byte[] with(byte[] hello, byte[] instead, int type) throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    int at = extensions(hello) + 2;
    while (at < hello.length) {
      int end = at + 4 + u16(hello, at + 2);
      if (u16(hello, at) != type) {
        rest.write(hello, at, end - at);
      }
      at = end;
    }
    rest.write(instead);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(hello, 0, extensions(hello));
    all.write(new byte[] {(byte) (rest.size() >> 8), (byte) rest.size()});
    rest.writeTo(all);
    byte[] made = all.toByteArray();
    set(made, HELLO - 2, made.length - HELLO);
    set(made, HELLO + 2, made.length - HELLO - 4);
    return made;
  }

  private static void set(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  /** A client that offers no key is asked for a second hello (RFC 8446, 4.1.4). */
  @ParameterizedTest
  @ValueSource(ints = {7, 100, 10_000})
  void aSecondHelloMayComeInManyRecordsToo(int most) throws Exception {
    try (TlsBytes client = TlsBytes.open(server.port(), "TLSv1.3")) {
      byte[] hello = client.hello();
      client.send(with(hello, new byte[] {0, KEY_SHARE, 0, 2, 0, 0}, KEY_SHARE));
      byte[] retry = client.record();
      assertThat(retry[HELLO]).isEqualTo(SERVER_HELLO);
      byte[] second = with(hello, extension(retry, COOKIE), COOKIE);
      client.send(new byte[] {20, 3, 3, 0, 1, 1});
      client.send(TlsBytes.inPieces(second, most));
      byte[] answer = client.record();
      while (answer[0] == 20) {
        answer = client.record();
      }
      assertThat(answer[0]).isEqualTo((byte) 22);
      assertThat(answer[HELLO]).isEqualTo(SERVER_HELLO);
    }
  }
}
