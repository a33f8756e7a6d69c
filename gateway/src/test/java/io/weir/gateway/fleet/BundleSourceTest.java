package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.gateway.config.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where bundles come from, and what may go wrong there. */
class BundleSourceTest {

  /** Answers a request. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch ended = new CountDownLatch(1);
  private HttpServer server;
  private Answer answer = exchange -> send(exchange, 200, "bundle".getBytes(UTF_8));
  private final AtomicInteger elsewhere = new AtomicInteger();

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/a.bundle",
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          }
        });
    server.createContext(
        "/elsewhere",
        exchange -> {
          elsewhere.incrementAndGet();
          send(exchange, 200, new byte[1]);
        });
    server.start();
  }

  @AfterEach
  void stop() {
    ended.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private FleetConfig.Follow follow(@Nullable Path file, Duration timeout) {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/a.bundle");
    return new FleetConfig.Follow(
        file,
        file == null ? url : null,
        BundleTest.KEYS,
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        timeout,
        Map.of("authorization", new Secret("Bearer t")),
        null);
  }

  private BundleSource http() throws IOException {
    return BundleSource.of(follow(null, Duration.ofSeconds(30)));
  }

  private BundleSource file(Path file) throws IOException {
    return BundleSource.of(follow(file, Duration.ofSeconds(30)));
  }

  @Test
  void aServerIsAskedWithTheHeadersAndNotTwiceForTheSame() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    answer =
        exchange -> {
          assertThat(exchange.getRequestHeaders().getFirst("authorization")).isEqualTo("Bearer t");
          exchange.getResponseHeaders().set("etag", "\"7\"");
          if ("\"7\"".equals(exchange.getRequestHeaders().getFirst("if-none-match"))) {
            send(exchange, 304, new byte[0]);
          } else {
            sent.incrementAndGet();
            send(exchange, 200, "bundle".getBytes(UTF_8));
          }
        };
    try (BundleSource source = http()) {
      assertThat(source.fetch()).isEqualTo("bundle".getBytes(UTF_8));
      assertThat(source.fetch()).isNull();
      assertThat(sent).hasValue(1);
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    answer =
        exchange -> {
          exchange.getResponseHeaders().set("location", "/elsewhere");
          send(exchange, 302, new byte[0]);
        };
    try (BundleSource source = http()) {
      assertThatThrownBy(source::fetch)
          .isInstanceOf(IOException.class)
          .hasMessage("the server answers 302, and redirects are not followed");
    }
    assertThat(elsewhere).hasValue(0);
  }

  @Test
  void anotherStatusIsSaid() throws Exception {
    answer = exchange -> send(exchange, 403, "no".getBytes(UTF_8));
    try (BundleSource source = http()) {
      assertThatThrownBy(source::fetch).hasMessage("the server answers 403");
    }
  }

  @Test
  void anAnswerWithoutEndIsLeftAtTheBound() throws Exception {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 16];
          OutputStream out = exchange.getResponseBody();
          while (true) {
            out.write(block); // fails once nobody reads
          }
        };
    try (BundleSource source = http()) {
      assertThatThrownBy(source::fetch).hasMessageContaining("larger than 8MiB");
    }
  }

  @Test
  void anAnswerThatDripsIsLeftInTime() throws Exception {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('w');
          exchange.getResponseBody().flush();
          awaitEnd();
        };
    try (BundleSource source = BundleSource.of(follow(null, Duration.ofMillis(300)))) {
      assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aServerThatSaysNothingIsLeftInTime() throws Exception {
    answer = exchange -> awaitEnd();
    try (BundleSource source = BundleSource.of(follow(null, Duration.ofMillis(300)))) {
      assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);
    }
  }

  private void awaitEnd() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aQuestionThatWaitsEndsWhenTheGatewayStops() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    answer =
        exchange -> {
          asked.countDown();
          awaitEnd();
        };
    BundleSource source = http();
    threads.execute(
        () -> {
          try {
            asked.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          source.close();
        });
    assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);
  }

  @Test
  void aServerThatIsAwayIsSaid() throws Exception {
    try (BundleSource source = http()) {
      server.stop(0);
      assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);
    }
  }

  // ---- Files

  @Test
  void aFileIsReadAlsoThroughALink() throws Exception {
    Path real = Files.writeString(folder.resolve("real"), "bundle");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    try (BundleSource source = file(link)) {
      assertThat(source.fetch()).isEqualTo("bundle".getBytes(UTF_8));
    }
  }

  @Test
  void noLinkOfAWorkTreeOfGitIsFollowed() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.createDirectories(tree.resolve(".git"));
    Path good = Files.writeString(tree.resolve("good"), "bundle");
    Path link = Files.createSymbolicLink(tree.resolve("link"), secret);
    Path below = Files.createSymbolicLink(tree.resolve("below"), folder).resolve("secret");

    try (BundleSource source = file(good)) {
      assertThat(source.fetch()).isEqualTo("bundle".getBytes(UTF_8));
    }
    for (Path each : new Path[] {link, below}) {
      try (BundleSource source = file(each)) {
        assertThatThrownBy(source::fetch).hasMessageContaining("symbolic link in a work tree");
      }
    }
  }

  @Test
  void whatIsNoFileOrTooLargeIsSaid() throws Exception {
    try (BundleSource source = file(folder)) {
      assertThatThrownBy(source::fetch).hasMessageContaining("there is no file");
    }
    try (BundleSource source = file(folder.resolve("absent"))) {
      assertThatThrownBy(source::fetch).hasMessageContaining("there is no file");
    }
    Path huge = Files.write(folder.resolve("huge"), new byte[Bundle.MOST_BYTES + 1]);
    try (BundleSource source = file(huge)) {
      assertThatThrownBy(source::fetch).hasMessageContaining("larger than 8MiB");
    }
  }
}
