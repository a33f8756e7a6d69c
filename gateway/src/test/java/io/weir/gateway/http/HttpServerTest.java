package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import io.weir.gateway.settings.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class HttpServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BODY = 10_000;

  @TempDir Path home;

  private final HttpClient client = HttpClient.newHttpClient();
  private final InventedView view = new InventedView();
  private final Meters meters = new Meters("plant-a-1", "0.1.0");
  private GatewayServer server;

  private final HttpRoute echo =
      HttpRoute.of(
          Right.OPERATE,
          "POST",
          "/echo",
          (request, response) ->
              response.sendByteArray(request.receive().aggregate().asByteArray()));

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    meters.close();
  }

  private void start(String token) throws IOException {
    start(token, Duration.ofSeconds(20));
  }

  private void start(String token, Duration timeout) throws IOException {
    server = GatewayServer.start(config(0, token, timeout), view, meters.registry(), List.of(echo));
  }

  private static Config.Http config(int port, String token, Duration timeout) {
    return new Config.Http(
        "127.0.0.1", port, token == null ? null : new Secret(token), null, MAX_BODY, timeout);
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(at(path));
  }

  /** What the server says to these very bytes, until it closes. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static JsonNode problem(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("title").asText()).isNotEmpty();
    assertThat(problem.get("detail").asText()).isNotEmpty();
    return problem;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2x\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\nzz\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "fffffffffff\r\nhello\r\n",
        "5\r\nhello and more"
      })
  void aBodyWhoseChunksAreBrokenIsNoBody(String chunks) throws Exception {
    start(null);

    String answer =
        raw(
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks);

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("breaks off").doesNotContain("hello");
    assertThat(send(at("/echo").POST(HttpRequest.BodyPublishers.ofString("hello"))).body())
        .isEqualTo("hello");
  }

  @Test
  void theApiShowsTheViewOfTheGateway() throws Exception {
    start(null);
    view.hear(new Asset("p", "a", "l1", "m1"), Map.of("temperature", new Value.Real(21.5)));

    JsonNode status = JSON.readTree(get("/api/v1/status").body());
    assertThat(status.get("gateway").asText()).isEqualTo("plant-a-1");
    assertThat(status.get("state").asText()).isEqualTo("running");
    assertThat(status.at("/sinks/0/state").asText()).isEqualTo("storing");
    assertThat(status.at("/sinks/0/nextTrySeconds").isNull()).isTrue();

    JsonNode ledger = JSON.readTree(get("/api/v1/ledger").body());
    assertThat(ledger.at("/sources/0/received").asLong()).isEqualTo(2);
    assertThat(ledger.at("/sources/0/unexplained").asLong()).isZero();

    JsonNode machine = JSON.readTree(get("/api/v1/assets").body()).at("/0/children/0/children/0");
    assertThat(machine.get("name").asText()).isEqualTo("l1");
    assertThat(machine.at("/children/0/metrics/0/value").asDouble()).isEqualTo(21.5);
  }

  @Test
  void figuresAreServedWhereTheyAreMade() throws Exception {
    start(null);
    problem(get("/api/v1/efficiency"), 404);
    view.efficiency =
        new EfficiencyResponse(
            null, 0.75, InventedFactory.plant(), List.of(), List.of(), 3, 0, Map.of(), Map.of());
    JsonNode efficiency = JSON.readTree(get("/api/v1/efficiency").body());
    assertThat(efficiency.path("targetOee").asDouble()).isEqualTo(0.75);
    assertThat(efficiency.path("lateReadings").asLong()).isEqualTo(3);
  }

  @Test
  void metersAreServedAsPrometheusText() throws Exception {
    start(null);
    get("/api/v1/status");
    await().until(() -> meters.registry().find(MeterNames.HTTP_REQUEST_TIME).timer() != null);
    HttpResponse<String> scrape = get("/metrics");
    assertThat(scrape.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(scrape.body())
        .contains("weir_gateway_version{gateway=\"plant-a-1\",version=\"0.1.0\"} 1.0")
        .contains("weir_http_request_time_seconds_count{path=\"/api/v1/status\",status=\"200\"} 1")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void strangePathsMakeNoMetersOfTheirOwn() throws Exception {
    start(null);
    get("/one");
    get("/two");
    await()
        .ignoreExceptions() // a request is counted after it was answered
        .until(
            () ->
                meters
                        .registry()
                        .get(MeterNames.HTTP_REQUEST_TIME)
                        .tag("path", "other")
                        .timer()
                        .count()
                    == 2);
    assertThat(meters.registry().scrape()).doesNotContain("/one");
  }

  @Test
  void aGatewayThatIsNotReadySaysWhichPartAndWhy() throws Exception {
    start("secret");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    view.brokerDown = true;
    JsonNode problem =
        problem(send(at("/health/ready").header("authorization", "Bearer secret")), 503);
    assertThat(problem.get("detail").asText()).isEqualTo("source plant: refused");
    assertThat(problem.at("/parts/0/ready").asBoolean()).isFalse();
    assertThat(problem.at("/parts/1/ready").asBoolean()).isTrue();
  }

  @Test
  void aStrangerLearnsOnlyWhetherTheGatewayIsReady() throws Exception {
    start(null);
    String rebound =
        "GET /health/ready HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assertThat(raw(rebound)).startsWith("HTTP/1.1 200").endsWith("{\"ready\":true}");
    assertThat(get("/health/ready").body()).contains("plant");
    view.brokerDown = true;
    assertThat(raw(rebound))
        .startsWith("HTTP/1.1 503")
        .contains("application/problem+json")
        .doesNotContain("plant")
        .doesNotContain("refused");
    server.close();
    start("secret");
    assertThat(get("/health/ready").body()).contains("\"status\":503").doesNotContain("plant");
  }

  @Test
  void withATokenOnlyHealthAndTheEmptyPageAreOpen() throws Exception {
    start("secret");
    for (String path :
        List.of(
            "/metrics",
            "/api/v1/status",
            "/api/v1/ledger",
            "/api/v1/assets",
            "/api/v1/efficiency",
            "/api/v1/quarantine",
            "/api/v1/stream",
            "/not/there")) {
      HttpResponse<String> refused = get(path);
      problem(refused, 401);
      assertThat(refused.headers().firstValue("www-authenticate")).isPresent();
    }
    problem(send(at("/echo").POST(HttpRequest.BodyPublishers.ofString("x"))), 401);
    problem(send(at("/api/v1/status").header("authorization", "Bearer wrong")), 401);
    problem(send(at("/api/v1/status").header("authorization", "Basic secret")), 401);
    assertThat(send(at("/api/v1/status").header("authorization", "bearer secret")).statusCode())
        .isEqualTo(200);
    assertThat(send(at("/api/v1/status").header("authorization", "Token secret")).statusCode())
        .isEqualTo(200);
    problem(send(at("/api/v1/status").header("authorization", "secret")), 401);
    problem(send(at("/api/v1/status").header("authorization", "Bearer ")), 401);
    assertThat(get("/").statusCode()).isEqualTo(200);
    assertThat(get("/main.js").statusCode()).isEqualTo(200);
  }

  @Test
  void withoutATokenOnlyLoopbackNamesAreAnswered() throws Exception {
    start(null);
    String rebound =
        raw("GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assertThat(rebound).startsWith("HTTP/1.1 421").contains("application/problem+json");
    assertThat(raw("GET /api/v1/status HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void pagesOfOtherSitesCannotPost() throws Exception {
    start(null);
    HttpRequest.Builder post = at("/echo").POST(HttpRequest.BodyPublishers.ofString("x"));
    problem(send(post.copy().header("origin", "https://evil.example")), 403);
    problem(send(post.copy().header("origin", "null")), 403);
    String own = "http://127.0.0.1:" + server.port();
    assertThat(send(post.copy().header("origin", own)).statusCode()).isEqualTo(200);
    problem(send(post.copy().header("origin", own).header("origin", "http://evil.example")), 403);
    problem(send(post.copy().header("origin", "http://a@127.0.0.1:" + server.port())), 403);
    problem(send(post.copy().header("origin", "http://[::1]:" + server.port())), 403);
    problem(send(post.copy().header("origin", own + " http://evil.example")), 403);
  }

  /**
   * A browser asks before a page of another site may send more than a form, or reach this network.
   */
  @Test
  void noPageOfAnotherSiteIsAllowedMoreThanAForm() throws Exception {
    start(null);
    for (String path : List.of("/echo", "/api/v1/status", "/api/v1/stream", "/write", "/")) {
      HttpResponse<String> answer =
          send(
              at(path)
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                  .header("origin", "https://evil.example")
                  .header("access-control-request-method", "POST")
                  .header("access-control-request-headers", "authorization,content-type")
                  .header("access-control-request-private-network", "true")
                  .header("access-control-request-local-network", "true"));
      assertThat(answer.statusCode()).as(path).isGreaterThanOrEqualTo(400);
      assertThat(answer.headers().map().keySet())
          .as(path)
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
    }
  }

  @Test
  void whatIsNotThereOrNotTakenIsAProblem() throws Exception {
    start(null);
    problem(get("/not/there"), 404);
    problem(get("/../../etc/passwd"), 404);
    problem(get("/page/../page.css"), 404);
    HttpResponse<String> refused = send(at("/api/v1/status").DELETE());
    problem(refused, 405);
    assertThat(refused.headers().firstValue("allow")).hasValue("GET, HEAD");
    assertThat(send(at("/echo")).headers().firstValue("allow")).hasValue("POST");
  }

  @Test
  void aPathThatIsNoPercentEncodingIsNotThere() throws Exception {
    start(null);
    assertThat(raw("GET /a%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 404")
        .contains("application/problem+json");
  }

  @Test
  void twoHostsAreRefusedForEitherCouldBeMeant() throws Exception {
    start(null);
    assertThat(
            raw(
                "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"
                    + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("more than one Host");
  }

  /** A proxy in front may end a request elsewhere than the server (RFC 9112, 3.2 and 6.1). */
  @Test
  void aRequestWhoseHostOrLengthIsNotClearIsRefused() throws Exception {
    start(null);
    assertThat(raw("GET /health/ready HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("has no Host");
    assertThat(raw("GET /not/there HTTP/1.1\r\nHost: a\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(raw("GET /health/ready HTTP/1.0\r\n\r\n")).contains(" 200 OK");
    assertThat(echo("1.1", "gzip, chunked")).startsWith("HTTP/1.1 501");
    assertThat(echo("1.1", "gzip")).startsWith("HTTP/1.1 400");
    assertThat(echo("1.1", "chunked, identity")).startsWith("HTTP/1.1 400");
    assertThat(echo("1.1", "chunked\r\nTransfer-Encoding: chunked")).startsWith("HTTP/1.1 400");
    assertThat(echo("1.0", "chunked")).startsWith("HTTP/1.1 400");
    assertThat(echo("1.1", "Chunked")).startsWith("HTTP/1.1 200").contains("hello");
  }

  private String echo(String version, String transferEncoding) throws IOException {
    return raw(
        "POST /echo HTTP/%s\r\nHost: localhost\r\nTransfer-Encoding: %s\r\nConnection: close\r\n\r\n"
                .formatted(version, transferEncoding)
            + "5\r\nhello\r\n0\r\n\r\n");
  }

  @Test
  void aFileOfThePageThatTheClientHoldsIsNotSentAgain() throws Exception {
    start(null);
    String tag = get("/page.css").headers().firstValue("etag").orElseThrow();
    for (String held : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
      HttpResponse<String> answer = send(at("/page.css").header("if-none-match", held));
      assertThat(answer.statusCode()).as(held).isEqualTo(304);
      assertThat(answer.headers().firstValue("etag")).hasValue(tag);
    }
    assertThat(send(at("/page.css").header("if-none-match", "\"other\"")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aHeadIsAGetWithoutItsBody() throws Exception {
    start(null);
    HttpResponse<String> head =
        send(at("/page.css").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValueAsLong("content-length"))
        .hasValue(get("/page.css").body().getBytes(UTF_8).length);
  }

  /** The first answer is made on another thread, the one behind it at once. */
  @Test
  void aRequestSentAheadOfAnAnswerLeavesTheConnectionOfUse() throws Exception {
    start(null);
    String first = "HEAD /api/v1/status HTTP/1.1\r\nhost: localhost\r\n\r\n";
    String second = "HEAD /page.css HTTP/1.1\r\nhost: localhost\r\n\r\n";
    String last = "HEAD /page.css HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      socket.getOutputStream().write((first + second).getBytes(US_ASCII));
      assertThat(head(answers)).contains("application/json");
      assertThat(head(answers)).contains("text/css");
      socket.getOutputStream().write(last.getBytes(US_ASCII));
      assertThat(head(answers)).contains("text/css");
    }
  }

  /** Else a sender takes what is told of the second one for an answer to the first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/3.7\r\nHost: localhost\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf"
      })
  void aRequestThatIsRefusedIsAnsweredBehindTheOneBefore(String refused) throws Exception {
    start(null, Duration.ofMillis(400));
    String first = "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";

    String answers = raw(first + refused);

    assertThat(answers).startsWith("HTTP/1.1 200 ").containsPattern("\\}HTTP/1.1 (400|408|505) ");
  }

  private static String head(BufferedReader answers) throws IOException {
    StringBuilder head = new StringBuilder();
    for (String line = answers.readLine(); line != null && !line.isEmpty(); ) {
      head.append(line).append('\n');
      line = answers.readLine();
    }
    return head.toString();
  }

  @Test
  void aNumberOutOfRangeIsNamed() throws Exception {
    start(null);
    assertThat(JSON.readTree(get("/api/v1/quarantine").body()).get("next").asInt()).isEqualTo(50);
    assertThat(
            JSON.readTree(get("/api/v1/quarantine?limit=7&before=9").body()).get("next").isNull())
        .isTrue();
    for (String query : List.of("limit=0", "limit=501", "limit=x", "limit=", "before=-1")) {
      String detail = problem(get("/api/v1/quarantine?" + query), 400).get("detail").asText();
      assertThat(detail).startsWith(query.substring(0, query.indexOf('=')) + " must be");
    }
  }

  @Test
  void aFailureInsideIsLoggedAndNotShown() throws Exception {
    start(null);
    view.failure = new IllegalStateException("password is hunter2");
    String body = problem(get("/api/v1/status"), 500).toString();
    assertThat(body).doesNotContain("hunter2").doesNotContain("IllegalState");
    view.failure = null;
    assertThat(get("/api/v1/status").statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyThatIsAnnouncedTooLargeIsNotWaitedFor() throws Exception {
    start(null);
    byte[] fits = new byte[MAX_BODY];
    assertThat(send(at("/echo").POST(HttpRequest.BodyPublishers.ofByteArray(fits))).statusCode())
        .isEqualTo(200);
    assertThat(raw("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10001\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("application/problem+json")
        .contains("http.max-body-size");
  }

  /** A reset, which a server sends that closes with unread bytes, would take the answer away. */
  @Test
  void whoSendsOnReadsTheAnswerThatCameBeforeTheEnd() throws Exception {
    start(null);
    String body = "x".repeat(8 << 20);
    for (String request :
        List.of(
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8388608\r\n\r\n",
            "POST /not/there HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8388608\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\n",
            "no request\r\n\r\n")) {
      assertThat(raw(request + body))
          .as(request)
          .contains("application/problem+json")
          .endsWith("}");
    }
  }

  @Test
  void overTlsWhoSendsOnReadsTheAnswerToo() throws Exception {
    PemFiles files = PemFiles.make(home);
    server =
        GatewayServer.start(tls(files.cert(), files.key()), view, meters.registry(), List.of());
    HttpClient trusting = HttpClient.newBuilder().sslContext(files.trust()).build();
    URI uri = URI.create("https://localhost:" + server.port() + "/not/there");
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofByteArray(new byte[2 << 20]);
    HttpResponse<String> response =
        trusting.send(
            HttpRequest.newBuilder(uri).POST(body).build(), HttpResponse.BodyHandlers.ofString());
    problem(response, 404);
  }

  /** Whoever never stops sending is not listened to for ever. */
  @Test
  void whoSendsWithoutEndAfterTheAnswerIsCutOff() throws Exception {
    start(null);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST /not/there HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n"
              .getBytes(US_ASCII));
      byte[] some = new byte[1 << 10];
      await()
          .untilAsserted(
              () -> assertThatThrownBy(() -> out.write(some)).isInstanceOf(IOException.class));
    }
  }

  @Test
  void whatIsNoRequestGetsAProblemToo() throws Exception {
    start(null);
    assertThat(raw("GET /" + "x".repeat(17_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 414")
        .contains("application/problem+json");
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431");
    assertThat(raw("\u0016\u0003\u0001 nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\n bad header\r\nq\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void headersRestrictWhatAPageMayDo() throws Exception {
    start(null);
    for (String path : List.of("/", "/api/v1/status", "/not/there")) {
      Map<String, List<String>> headers = get(path).headers().map();
      assertThat(headers.get("x-content-type-options")).containsExactly("nosniff");
      assertThat(headers.get("content-security-policy").get(0))
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(headers).doesNotContainKey("access-control-allow-origin");
    }
  }

  @Test
  void alsoAnswersThatNoRouteMakesRestrictWhatAPageMayDo() throws Exception {
    start(null);
    for (String request :
        List.of(
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET / HTTP/3.7\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 999\r\nConnection: close\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "\u0016\u0003\u0001 nonsense\r\n\r\n")) {
      assertThat(raw(request).toLowerCase(Locale.ROOT))
          .as(request)
          .contains(
              "x-content-type-options: nosniff", "content-security-policy: default-src 'none'")
          .contains("cross-origin-resource-policy: same-origin");
    }
    assertThat(raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        .startsWith("HTTP/1.1 505")
        .contains("application/problem+json");
    assertThat(
            raw("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .toLowerCase(Locale.ROOT))
        .containsOnlyOnce("content-security-policy:")
        .doesNotContain("strict-transport-security");
  }

  @Test
  void aSilentConnectionAndAStalledBodyAreClosed() throws Exception {
    start(null, Duration.ofMillis(300));
    assertThat(raw("")).isEmpty();
    assertThat(raw("GET / HTTP/1.1\r\nHost: loc")).isEmpty();
    assertThat(raw("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"))
        .startsWith("HTTP/1.1 408");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  GatewayServer.start(
                      config(taken.getLocalPort(), null, Duration.ofSeconds(5)),
                      view,
                      meters.registry(),
                      List.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1 port " + taken.getLocalPort())
          .hasMessageContaining("in use")
          .hasMessageContaining("http.port");
    }
  }

  @Test
  void overTlsTheCertificateOfTheFilesIsShown() throws Exception {
    PemFiles files = PemFiles.make(home);
    server =
        GatewayServer.start(tls(files.cert(), files.key()), view, meters.registry(), List.of());
    HttpClient trusting = HttpClient.newBuilder().sslContext(files.trust()).build();
    URI uri = URI.create("https://localhost:" + server.port() + "/api/v1/status");
    HttpResponse<String> response =
        trusting.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).doesNotContain("200 OK");
  }

  @Test
  void aTlsFileThatCannotBeUsedIsNamed() throws Exception {
    PemFiles files = PemFiles.make(home);
    Path missing = home.resolve("missing.pem");
    assertThatThrownBy(
            () ->
                GatewayServer.start(tls(missing, files.key()), view, meters.registry(), List.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("http.tls.cert: " + missing + " cannot be read");
    assertThatThrownBy(
            () ->
                GatewayServer.start(
                    tls(files.cert(), files.cert()), view, meters.registry(), List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("http.tls")
        .hasMessageContaining("PKCS #8");
  }

  private static Config.Http tls(Path cert, Path key) {
    return new Config.Http(
        "127.0.0.1",
        0,
        null,
        new Config.HttpTls(new TlsFiles(null, cert, key), null),
        MAX_BODY,
        Duration.ofSeconds(5));
  }

  @Test
  void theStreamBeginsAtOnceAndGoesOn() throws Exception {
    start(null);
    HttpResponse<InputStream> response =
        client.send(at("/api/v1/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
    assertThat(response.headers().firstValue("x-accel-buffering")).hasValue("no");
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      for (int i = 0; i < 3; i++) {
        String line = lines.readLine();
        while (line.startsWith(":") || line.isEmpty()) { // a slow machine has none in time
          line = lines.readLine();
        }
        JsonNode snapshot = JSON.readTree(line.substring("data: ".length()));
        assertThat(snapshot.at("/status/gateway").asText()).isEqualTo("plant-a-1");
        assertThat(snapshot.get("assets").isArray()).isTrue();
        assertThat(lines.readLine()).isEmpty();
      }
      view.failure = new IllegalStateException("no status now");
      await().until(() -> lines.readLine().startsWith(":"));
    }
    await().until(() -> clients() == 0);
    int asked = view.statusAsked.get();
    await().pollDelay(Duration.ofMillis(2500)).until(() -> view.statusAsked.get() == asked);
  }

  @Test
  void aTextWithHalfACharacterDoesNotEndTheStream() throws Exception {
    start(null);
    String note = "x".repeat(199) + "🔧".repeat(50); // cut for the page within the first one
    view.hear(new Asset(null, null, null, "m"), Map.of("note", new Value.Text(note)));
    assertThat(JSON.readTree(get("/api/v1/assets").body()).at("/0/metrics/0/value").asText())
        .isEqualTo("x".repeat(199) + "?…");
  }

  @Test
  void oneSnapshotServesAllClients() throws Exception {
    start(null);
    List<Socket> followers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      followers.add(follow());
    }
    await().until(() -> clients() == 20);
    int before = view.statusAsked.get();
    await().until(() -> view.statusAsked.get() >= before + 2);
    assertThat(view.statusAsked.get()).isLessThan(before + 20);
    for (Socket follower : followers) {
      follower.close();
    }
    await().until(() -> clients() == 0);
  }

  @Test
  void aClientThatDoesNotReadIsDroppedAndTheOthersGoOn() throws Exception {
    start(null, Duration.ofSeconds(2));
    String text = "x".repeat(190);
    for (int i = 0; i < 10_000; i++) { // some 3 MB a snapshot, more than the sockets hold
      view.hear(new Asset("p", null, null, "m" + i), Map.of("note", new Value.Text(text)));
    }
    try (Socket deaf = follow();
        Socket reader = follow()) {
      Thread reading = new Thread(() -> drain(reader), "reader");
      reading.setDaemon(true);
      reading.start();
      await().until(() -> clients() == 2);
      await().atMost(Duration.ofSeconds(20)).until(() -> clients() == 1);
      assertThat(reading.isAlive()).isTrue();
      assertThat(deaf.isConnected()).isTrue();
    }
  }

  @Test
  void healthAndTheStreamDoNotWaitForALongPassOverTheQuarantine() throws Exception {
    start(null);
    view.quarantineRead = new CountDownLatch(1);
    CompletableFuture<HttpResponse<String>> page =
        client.sendAsync(at("/api/v1/quarantine").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(send(at("/health/ready").timeout(Duration.ofSeconds(10))).statusCode())
        .isEqualTo(200);
    try (Socket follower = follow()) {
      follower.setSoTimeout(10_000);
      assertThat(follower.getInputStream().read()).isEqualTo('H');
      int asked = view.statusAsked.get();
      await().until(() -> view.statusAsked.get() > asked);
    }
    assertThat(page).isNotDone();
    view.quarantineRead.countDown();
    assertThat(page.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void passesOverTheQuarantineThatWaitAreBounded() throws Exception {
    start(null);
    view.quarantineRead = new CountDownLatch(1);
    List<CompletableFuture<HttpResponse<String>>> pages = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      pages.add(
          client.sendAsync(at("/api/v1/quarantine").build(), HttpResponse.BodyHandlers.ofString()));
    }
    await().until(() -> pages.stream().filter(CompletableFuture::isDone).count() >= 20);
    view.quarantineRead.countDown();
    List<Integer> answers = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> page : pages) {
      answers.add(page.get(10, TimeUnit.SECONDS).statusCode());
    }
    assertThat(answers).contains(200, 503).containsOnly(200, 503);
  }

  /** Each part can be read when it comes, not only when a block is full. */
  @Test
  void theStreamIsPackedForAClientThatTakesThat() throws Exception {
    start(null);
    for (String taken : List.of("gzip", "br, GZIP;q=0.5")) {
      HttpResponse<InputStream> response = stream(taken);
      assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
      assertThat(response.headers().firstValue("vary")).hasValue("accept-encoding");
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(new GZIPInputStream(response.body()), UTF_8))) {
        for (int i = 0; i < 2; i++) {
          String line = lines.readLine();
          while (line.startsWith(":") || line.isEmpty()) {
            line = lines.readLine();
          }
          JsonNode snapshot = JSON.readTree(line.substring("data: ".length()));
          assertThat(snapshot.at("/status/gateway").asText()).isEqualTo("plant-a-1");
        }
      }
    }
    for (String refused : List.of("gzip;q=0", "gzip ; q=0.00, br", "identity", "xgzip")) {
      HttpResponse<InputStream> response = stream(refused);
      assertThat(response.headers().firstValue("content-encoding")).as(refused).isEmpty();
      response.body().close();
    }
  }

  private HttpResponse<InputStream> stream(String encodings) throws Exception {
    return client.send(
        at("/api/v1/stream").header("Accept-Encoding", encodings).build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  @Test
  void aSnapshotThatIsDearIsMadeSeldomAndTheStreamStaysAlive() throws Exception {
    start(null);
    view.statusTakes = Duration.ofMillis(800);
    HttpResponse<InputStream> response =
        client.send(at("/api/v1/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      List<String> seen = new ArrayList<>();
      while (seen.stream().filter(line -> line.startsWith("data: ")).count() < 2) {
        String line = lines.readLine();
        if (!line.isEmpty()) {
          seen.add(line);
        }
      }
      assertThat(seen.get(0)).startsWith("data: ");
      assertThat(seen.subList(1, seen.size() - 1)).isNotEmpty().allMatch(l -> l.startsWith(":"));
    }
  }

  @Test
  void clientsThatComeAtOnceShareASnapshotThatIsDear() throws Exception {
    start(null);
    view.statusTakes = Duration.ofMillis(300);
    List<Socket> followers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      followers.add(follow());
    }
    for (Socket follower : followers) {
      follower.setSoTimeout(10_000);
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(follower.getInputStream(), UTF_8));
      assertThat(lines.lines().anyMatch(line -> line.startsWith("data: "))).isTrue();
    }
    assertThat(view.statusAsked.get()).isLessThan(15);
    for (Socket follower : followers) {
      follower.close();
    }
  }

  private Socket follow() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(8192);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket
        .getOutputStream()
        .write("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
    return socket;
  }

  private static void drain(Socket socket) {
    byte[] some = new byte[65_536];
    try {
      while (socket.getInputStream().read(some) >= 0) {
        // only read
      }
    } catch (IOException e) {
      // closed by the test
    }
  }

  private double clients() {
    return meters.registry().get(MeterNames.HTTP_STREAM_CLIENTS).gauge().value();
  }

  @Test
  void stoppingEndsTheStreamsAndFreesThePort() throws Exception {
    start(null);
    int port = server.port();
    try (Socket follower = follow()) {
      await().until(() -> clients() == 1);
      server.close();
      server = null;
      follower.setSoTimeout(5_000);
      follower.getInputStream().readAllBytes();
    }
    try (ServerSocket free = new ServerSocket()) {
      free.setReuseAddress(true);
      free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      assertThat(free.isBound()).isTrue();
    }
  }
}
