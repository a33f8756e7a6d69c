package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.peers.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What any client can do wrong is no warning: it could fill the log, and push out the others. */
@Tag("server")
class QuietLogTest {

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** A POST to {@code /body} whose body is to come. */
  private static final String REQUEST = "00000c010400000001 838704052f626f6479010161";

  /** What ends the connection. */
  private static final String END = "00000100000000000941";

  @TempDir Path folder;
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private Certificates certificates;

  @BeforeEach
  void listen() {
    lines.start();
    root.addAppender(lines);
  }

  @AfterEach
  void stop() {
    root.detachAppender(lines);
  }

  private HttpServer serve(ServerOptions.@Nullable Tls tls) throws IOException {
    return TestServer.of(
            HttpRoute.of(
                Right.EVERYONE,
                "POST",
                "/body",
                (request, response) ->
                    request
                        .receive()
                        .aggregate()
                        .doOnSubscribe(begins -> begun.countDown())
                        .publishOn(Schedulers.boundedElastic())
                        .doFinally(end -> ended.countDown())
                        .then(response.send())))
        .token("a-token")
        .tls(tls)
        .start();
  }

  private void isQuiet() {
    assertThat(lines.list)
        .filteredOn(each -> each.getLevel().isGreaterOrEqual(Level.WARN))
        .filteredOn(each -> each.getThreadName().matches("http-.*|boundedElastic.*"))
        // LogSetup leaves it out
        .filteredOn(each -> !each.getLoggerName().equals("reactor.netty.channel.FluxReceive"))
        // told long after, by whoever takes memory next
        .filteredOn(each -> !each.getLoggerName().equals(ResourceLeakDetector.class.getName()))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "no preface, 6e6f6e73656e73656e6f6e73656e73656e6f6e73656e736521",
    "a window above its bound, 000000040000000000 0000040800000000007fffffff",
    "an even stream, 000000040000000000 000003010500000002828784",
    "data of no stream, 000000040000000000 00000100000000000041",
    "headers that are none, 000000040000000000 000004010500000001ffffffff",
    "a window of nothing for a request, 000000040000000000 @ 00000408000000000100000000 #",
    "a window of a request above its bound, 000000040000000000 @ 0000040800000000017fffffff #",
    "a request that ends twice, 000000040000000000 @ 000000000100000001 000000000100000001 #"
  })
  void framesThatNobodyMaySend(String what, String hex) throws Exception {
    certificates = new Certificates(folder);
    certificates.sign("server", "EC", "IP:127.0.0.1");
    ServerOptions.Tls tls =
        new ServerOptions.Tls(
            null, certificates.path("server.pem"), certificates.path("server.key"), null);
    TlsFiles files = new TlsFiles(certificates.path("ca.pem"), null, null);
    try (HttpServer server = serve(tls);
        SSLSocket socket =
            (SSLSocket)
                Tls.socketFactory(files)
                    .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
      SSLParameters offers = socket.getSSLParameters();
      offers.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(offers);
      socket.setSoTimeout(20_000);
      String all = hex.replace("@", REQUEST).replace("#", END);
      byte[] frames = HexFormat.of().parseHex(all.replace(" ", ""));
      if (!what.equals("no preface")) {
        socket.getOutputStream().write(PREFACE.getBytes(US_ASCII));
      }
      socket.getOutputStream().write(frames);
      readToTheEnd(socket);
    }
    isQuiet();
  }

  private static void readToTheEnd(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      return; // closed with something on its way
    }
  }

  @RepeatedTest(20)
  void aBodyThatBreaksOff() throws Exception {
    try (HttpServer server = serve(null)) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket
            .getOutputStream()
            .write(
                "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{".getBytes(US_ASCII));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        socket.setSoLinger(true, 0); // so that closing it resets the connection
      }
      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }
    isQuiet();
  }

  /** What is written to nobody fails, in ways of Java and of Reactor Netty. */
  @Test
  void clientsThatLeaveBeforeTheirAnswersAreMade() throws Exception {
    Scheduler worker = Schedulers.newSingle("http-late");
    HttpRoute late =
        HttpRoute.of(
            Right.EVERYONE,
            "GET",
            "/late",
            (request, response) ->
                Mono.defer(
                        () -> response.send(Flux.just(Unpooled.EMPTY_BUFFER), flush -> true).then())
                    .subscribeOn(worker));
    byte[] question = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);
    try (HttpServer server = TestServer.of(late).token("a-token").start()) {
      for (int i = 0; i < 3000; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          socket.getOutputStream().write(question);
          LockSupport.parkNanos(i * 300L); // sooner or later
          socket.setSoLinger(true, 0);
        }
      }
      Thread.sleep(300);
    } finally {
      worker.dispose();
    }
    isQuiet();
  }
}
