package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.peers.Certificates;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** HTTP/2 on the port that is there: with Java's client, and frame by frame. */
@Tag("server")
class Http2Test {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;

  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  @TempDir Path folder;
  private Certificates certificates;
  private HttpServer server;

  /** Requests to {@code /wait} that have arrived. */
  private final AtomicInteger waiting = new AtomicInteger();

  private final AtomicLong received = new AtomicLong();
  private final OutboundBytes unread = new OutboundBytes(1 << 20);

  @BeforeEach
  void start() throws Exception {
    certificates = new Certificates(folder);
    certificates.sign("server", "EC", "DNS:localhost,IP:127.0.0.1");
    start(Duration.ofSeconds(5));
  }

  private void start(Duration timeout) throws IOException {
    List<HttpRoute> routes =
        List.of(
            HttpRoute.of(
                Right.VIEW,
                "GET",
                "/hello",
                (request, response) -> response.sendString(Mono.just("hello"))),
            HttpRoute.of(
                Right.VIEW,
                "GET",
                "/events",
                (request, response) ->
                    response
                        .sse()
                        .sendString(Flux.interval(Duration.ofMillis(20)).map(n -> n + "\n"))),
            HttpRoute.of(
                Right.VIEW,
                "GET",
                "/large",
                (request, response) -> response.sendByteArray(Mono.just(new byte[4 << 20]))),
            HttpRoute.of(
                Right.VIEW,
                "GET",
                "/wait",
                (request, response) -> {
                  waiting.incrementAndGet();
                  return Mono.never();
                }),
            HttpRoute.probe(
                "/health",
                (request, response) -> response.sendString(Mono.just("well")),
                (request, response) -> response.sendString(Mono.just("well"))),
            HttpRoute.of(
                Right.INGEST,
                "POST",
                "/count",
                (request, response) ->
                    request
                        .receive()
                        .asByteArray()
                        .doOnNext(part -> received.addAndGet(part.length))
                        .then(
                            Mono.defer(
                                () -> Mono.from(response.sendString(Mono.just("" + received)))))));
    server =
        TestServer.of(routes)
            .tls(
                new ServerOptions.Tls(
                    certificates.path("ca.pem"),
                    certificates.path("server.pem"),
                    certificates.path("server.key"),
                    Duration.ofDays(1)))
            .maxBodyBytes(1 << 20)
            .timeout(timeout)
            .unread(unread)
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpClient client() throws Exception {
    return HttpClient.newBuilder()
        .sslContext(Tls.context(new TlsFiles(certificates.path("ca.pem"), null, null)))
        .version(HttpClient.Version.HTTP_2)
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path));
  }

  @Test
  void aClientThatOffersItIsAnsweredInIt() throws Exception {
    HttpResponse<String> response =
        client().send(request("/hello").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.headers().firstValue("content-security-policy")).isPresent();
    assertThat(response.headers().firstValue("strict-transport-security"))
        .hasValue("max-age=86400");
    HttpResponse<String> older =
        client()
            .send(
                request("/hello").version(HttpClient.Version.HTTP_1_1).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(older.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(older.headers().firstValue("strict-transport-security")).isPresent();
  }

  @Test
  void curlSpeaksItToo() throws Exception {
    Process curl =
        new ProcessBuilder(
                "curl",
                "--http2",
                "--silent",
                "--cacert",
                certificates.path("ca.pem").toString(),
                "--write-out",
                " by %{http_version}",
                "https://localhost:" + server.port() + "/hello")
            .start();
    String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(curl.waitFor()).isZero();
    assertThat(said).isEqualTo("hello by 2");
  }

  @Test
  void manyRequestsShareAConnection() throws Exception {
    HttpClient client = client();
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(client.sendAsync(request("/hello").build(), HttpResponse.BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> each : all) {
      assertThat(each.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(each.get().version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
  }

  @Test
  void aBodyLargerThanTheWindowArrives() throws Exception {
    HttpResponse<String> response =
        client()
            .send(
                request("/count")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 20]))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(response.body()).isEqualTo("" + (1 << 20));
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
    HttpClient client = client();
    HttpResponse<String> response =
        client.send(
            request("/count")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2 << 20]))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("at most");
    assertThat(received).hasValue(0);
    assertThat(
            client
                .send(request("/hello").build(), HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aStreamOfEventsGoesOnBesideOtherRequests() throws Exception {
    HttpClient client = client();
    HttpResponse<InputStream> events =
        client.send(request("/events").build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(events.version()).isEqualTo(HttpClient.Version.HTTP_2);
    try (InputStream body = events.body()) {
      for (int i = 0; i < 5; i++) {
        assertThat(body.read()).isPositive();
        assertThat(
                client
                    .send(request("/hello").build(), HttpResponse.BodyHandlers.ofString())
                    .statusCode())
            .isEqualTo(200);
      }
    }
  }

  // ---- Frame by frame

  private record Frame(int type, int flags, int stream, byte[] payload) {

    int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }
  }

  /** A client that says what it likes. */
  private final class Frames implements AutoCloseable {
    final SSLSocket socket;
    final DataOutputStream out;
    final DataInputStream in;

    Frames() throws Exception {
      socket =
          (SSLSocket)
              Tls.socketFactory(new TlsFiles(certificates.path("ca.pem"), null, null))
                  .createSocket("127.0.0.1", server.port());
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(20_000);
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
      out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream()));
      in = new DataInputStream(socket.getInputStream());
      out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      frame(SETTINGS, 0, 0, new byte[0]);
      out.flush();
    }

    void frame(int type, int flags, int stream, byte[] payload) throws IOException {
      out.writeByte(payload.length >> 16);
      out.writeShort(payload.length);
      out.writeByte(type);
      out.writeByte(flags);
      out.writeInt(stream);
      out.write(payload);
    }

    /** A request of HPACK without its tables. */
    void get(int stream, String path, String... more) throws IOException {
      headers(stream, END_HEADERS | END_STREAM, "GET", path, more);
    }

    void headers(int stream, int flags, String method, String path, String... more)
        throws IOException {
      java.io.ByteArrayOutputStream block = new java.io.ByteArrayOutputStream();
      literal(block, ":method", method);
      literal(block, ":scheme", "https");
      literal(block, ":authority", "localhost");
      literal(block, ":path", path);
      for (int i = 0; i < more.length; i += 2) {
        literal(block, more[i], more[i + 1]);
      }
      frame(HEADERS, flags, stream, block.toByteArray());
    }

    private void literal(java.io.ByteArrayOutputStream block, String name, String value) {
      block.write(0);
      text(block, name);
      text(block, value);
    }

    private void text(java.io.ByteArrayOutputStream block, String text) {
      if (text.length() < 127) {
        block.write(text.length());
      } else {
        block.write(127);
        int rest = text.length() - 127;
        while (rest >= 128) {
          block.write(rest % 128 + 128);
          rest /= 128;
        }
        block.write(rest);
      }
      block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    Frame read() throws IOException {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      return new Frame(type, flags, stream, in.readNBytes(length));
    }

    /** The status line and headers, as far as they are not compressed, and the body. */
    String answer(int stream) throws IOException {
      StringBuilder all = new StringBuilder();
      while (true) {
        Frame frame = read();
        if (frame.stream() == stream) {
          all.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
        }
        if (frame.stream() == stream && (frame.type() == RST_STREAM || frame.type() == DATA)) {
          return all.toString();
        }
      }
    }

    /** The last words of the server, {@code null} where it has closed without. */
    Frame goAway() {
      try {
        Frame frame = read();
        while (frame.type() != GOAWAY) {
          frame = read();
        }
        return frame;
      } catch (IOException e) {
        return null;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private void othersAreServed() throws Exception {
    assertThat(
            client()
                .send(request("/hello").build(), HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
  }

  /** CVE-2023-44487. */
  @Test
  void whoBeginsAndGivesUpRequestsWithoutEndIsCutOff() throws Exception {
    try (Frames frames = new Frames()) {
      boolean cut = false;
      try {
        for (int i = 0; i < 20_000; i++) {
          frames.get(1 + 2 * i, "/hello");
          frames.frame(RST_STREAM, 0, 1 + 2 * i, new byte[] {0, 0, 0, 8});
        }
        frames.out.flush();
      } catch (IOException e) {
        cut = true;
      }
      Frame last = frames.goAway();
      assertThat(cut || last != null).isTrue();
      if (last != null) {
        assertThat(last.error()).as("ENHANCE_YOUR_CALM").isEqualTo(11);
      }
      assertThat(isClosed(frames)).isTrue();
    }
    othersAreServed();
  }

  private static boolean isClosed(Frames frames) {
    try {
      while (true) {
        frames.read();
      }
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void whoSendsSettingsOrPingsAndReadsNoAnswerIsCutOff() throws Exception {
    for (int type : new int[] {SETTINGS, PING}) {
      try (Frames frames = new Frames()) {
        byte[] payload = new byte[type == PING ? 8 : 0];
        boolean cut = false;
        for (int i = 0; i < 4_000_000 && !cut; i++) {
          try {
            frames.frame(type, 0, 0, payload);
          } catch (IOException e) {
            cut = true;
          }
        }
        assertThat(cut).as("type %d", type).isTrue();
      }
      othersAreServed();
    }
  }

  @Test
  void moreRequestsAtOnceThanAllowedAreRefused() throws Exception {
    try (Frames frames = new Frames()) {
      int asked = HttpServer.MOST_STREAMS + 40;
      for (int i = 0; i < asked; i++) {
        frames.get(1 + 2 * i, "/events");
      }
      frames.out.flush();
      Map<Integer, Integer> refused = new HashMap<>();
      java.util.Set<Integer> answered = new java.util.HashSet<>();
      while (refused.size() + answered.size() < asked) {
        Frame frame = frames.read();
        if (frame.type() == RST_STREAM) {
          refused.put(frame.stream(), frame.error());
        } else if (frame.type() == HEADERS) {
          answered.add(frame.stream());
        }
      }
      assertThat(answered).hasSize(HttpServer.MOST_STREAMS);
      assertThat(refused.values()).as("REFUSED_STREAM").containsOnly(7);
    }
    othersAreServed();
  }

  @Test
  void headersThatAreTooLongAreRefused() throws Exception {
    try (Frames frames = new Frames()) {
      frames.get(1, "/hello", "x-long", "a".repeat(9_000));
      frames.get(3, "/hello");
      frames.out.flush();
      Frame first = frames.read();
      while (first.stream() == 0) {
        first = frames.read();
      }
      assertThat(first.stream()).isEqualTo(1);
      assertThat(new String(first.payload(), StandardCharsets.ISO_8859_1)).contains("431");
      Frame next = first;
      while (next.stream() != 3 || next.type() != DATA) {
        next = frames.read();
      }
    }
    try (Frames frames = new Frames()) {
      frames.get(1, "/hello", "x-long", "a".repeat(16_000));
      frames.out.flush();
      assertThat(isClosed(frames)).isTrue();
    }
    othersAreServed();
  }

  @Test
  void aSilentConnectionAndAStalledBodyAreEnded() throws Exception {
    try (Frames silent = new Frames();
        Frames stalled = new Frames()) {
      stalled.headers(1, END_HEADERS, "POST", "/count");
      stalled.out.flush();
      Frame frame = stalled.read();
      while (frame.stream() != 1) {
        frame = stalled.read();
      }
      assertThat(frame.type()).isIn(HEADERS, RST_STREAM);
      assertThat(isClosed(silent)).isTrue();
    }
  }

  /** Connections of HTTP/2 make room like others, and the last places are for probes. */
  @Test
  void connectionsAreLimitedLikeOthers() throws Exception {
    server.close();
    start(Duration.ofMinutes(2)); // so that none of them ends by itself
    List<Frames> all = new ArrayList<>();
    try {
      for (int i = 0; i < 257; i++) {
        all.add(new Frames());
      }
      assertThat(isClosed(all.get(0))).as("the longest idle one goes").isTrue();
      for (Frames each : all.subList(1, 257)) {
        each.get(1, "/wait");
        each.out.flush();
      }
      // one whose request was not read yet is idle, and would make room
      await().atMost(Duration.ofMinutes(1)).until(() -> waiting.get() == 256);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                try (Frames next = new Frames()) {
                  next.get(1, "/hello");
                  next.out.flush();
                  return next.answer(1).contains("503");
                }
              });
      try (Frames probe = new Frames()) {
        probe.get(1, "/health");
        probe.out.flush();
        assertThat(probe.answer(1)).doesNotContain("503");
      }
    } finally {
      for (Frames each : all) {
        each.close();
      }
    }
    await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(this::othersAreServed);
  }

  /** What waits for a client without room for it counts as unread, and ends with its connection. */
  @Test
  void aClientThatGivesNoRoomIsCountedAndDropped() throws Exception {
    try (Frames frames = new Frames()) {
      frames.get(1, "/large");
      frames.out.flush();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                try {
                  unread.check();
                  return false;
                } catch (ProblemDocument full) {
                  return true;
                }
              });
      Frame end = frames.read();
      while (end.type() != RST_STREAM && end.type() != GOAWAY) {
        end = frames.read();
      }
    } catch (IOException closed) {
      // as good
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                org.assertj.core.api.Assertions.assertThatCode(unread::check)
                    .doesNotThrowAnyException());
    othersAreServed();
  }
}
