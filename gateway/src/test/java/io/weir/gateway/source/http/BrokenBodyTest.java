package io.weir.gateway.source.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.Right;
import io.weir.gateway.http.TestServer;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Shelf;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Hooks;

/** Half a body is none: half a line has another value. */
class BrokenBodyTest {

  private final Shelf shelf = new Shelf();
  private HttpSource source;
  private HttpServer server;
  private final List<Throwable> dropped = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    start(Duration.ofSeconds(30));
  }

  private void start(Duration timeout) throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    source = new HttpSource(new HttpSourceConfig("posts", 10_000), shelf, Time.SYSTEM, meters);
    source.start(Threads.SYSTEM);
    server =
        TestServer.of(
                HttpRoute.of(Right.EVERYONE, "POST", "/write", source::handle),
                HttpRoute.of(Right.EVERYONE, "POST", "/api/v2/write", source::handle),
                HttpRoute.of(Right.EVERYONE, "POST", "/api/v1/readings", source::handle))
            .timeout(timeout)
            .meters(meters)
            .start();
  }

  @BeforeEach
  void keepWhatIsDropped() {
    Hooks.onErrorDropped(dropped::add);
  }

  @AfterEach
  void stop() {
    Hooks.resetOnErrorDropped();
    server.close();
    source.close();
    shelf.close();
  }

  @ParameterizedTest
  @CsvSource({"/write, m f=12345", "/api/v1/readings, '{\"temperature\": 12345}'"})
  void nothingIsTakenOfABodyWhoseChunksAreBroken(String path, String body) throws Exception {
    for (int cut = 1; cut < body.length(); cut++) {
      String head =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
              .formatted(path);
      String chunks = "%x\r\n%s\r\nx%s".formatted(cut, body.substring(0, cut), body.substring(cut));
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write((head + chunks + "\r\n").getBytes(US_ASCII));

        String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("nothing of it was taken");
      }
    }
    assertThat(shelf.taken()).isEmpty();
    assertThat(dropped).as("what Reactor logs as an error").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/write", "/api/v2/write", "/api/v1/readings"})
  void aBodyThatDoesNotComeInTimeIsAnsweredSoAndNothingOfItIsTaken(String path) throws Exception {
    stop();
    start(Duration.ofMillis(300));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      String request =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nm f=1\n"
              .formatted(path);
      socket.getOutputStream().write(request.getBytes(US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);

      assertThat(answer).startsWith("HTTP/1.1 408 ").contains("application/problem+json");
    }
    assertThat(shelf.taken()).isEmpty();
  }
}
