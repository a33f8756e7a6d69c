package io.weir.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.config.Secret;
import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.StoreInside;
import io.weir.gateway.sink.embedded.EmbeddedConfig;
import io.weir.gateway.sink.embedded.EmbeddedSink;
import io.weir.gateway.sink.embedded.StoreSql;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands before the store inside the gateway, tried as an attacker and as a user. */
@Tag("server")
class ConsoleTest {

  /** Takes far longer than any question may. */
  private static final String HEAVY =
      "SELECT count() FROM long_sequence(1000000) a CROSS JOIN long_sequence(1000000) b"
          + " WHERE a.x + b.x = 7";

  @TempDir static Path root;
  private static EmbeddedSink sink;
  private static Console open;
  private static Console locked;

  private final HttpClient client = HttpClient.newHttpClient();

  private Console console;

  @BeforeAll
  static void startStore() throws IOException {
    SharedClasses.forStores();
    sink =
        EmbeddedSink.start(
            new EmbeddedConfig(EmbeddedConfig.DEFAULT.common(), Ports.free(), 0, null),
            root.resolve("store"),
            Time.SYSTEM);
    assertThat(sink.write(List.of("press,machine=a t=1.5,point=1i 1000")))
        .isInstanceOf(Answer.Stored.class);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(StoreSql.rows(sink.inside(), "SELECT t FROM press").toString())
                    .isEqualTo("[[1.5]]"));
    open = started(null);
    locked = started(new Secret("s3cret"));
  }

  @AfterAll
  static void stopStore() {
    open.close();
    locked.close();
    sink.close();
  }

  private static Console started(@Nullable Secret token) throws IOException {
    StoreInside store = sink.inside();
    StoreInside elsewhere =
        new StoreInside(store.name(), Ports.free(), store.origin(), store.reader());
    Console console = new Console(elsewhere, token, null, new SimpleMeterRegistry());
    console.start();
    return console;
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console.port() + path));
  }

  private static String exec(String sql) {
    return "/exec?query=" + URLEncoder.encode(sql, UTF_8);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String raw(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), console.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void aQuestionShowsRows() throws Exception {
    console = open;
    HttpResponse<String> answer = send(at(exec("SELECT t FROM press")));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new JsonMapper().readTree(answer.body()).path("dataset").toString())
        .isEqualTo("[[1.5]]");
    assertThat(answer.headers().map()).doesNotContainKey("set-cookie");
    assertThat(answer.headers().firstValue("cross-origin-resource-policy")).hasValue("same-origin");
    assertThat(send(at("/exp?query=press")).body()).contains("1.5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE evil (x INT)",
        "CREATE TABLE evil AS (SELECT * FROM long_sequence(100000000))",
        "DROP TABLE press",
        "CHECKPOINT CREATE",
        "ALTER TABLE press DEDUP DISABLE",
        "COPY press TO 'evil' WITH FORMAT PARQUET"
      })
  void whatChangesTheStoreIsRefused(String sql) throws Exception {
    console = open;
    assertThat(send(at(exec(sql))).statusCode()).isBetween(400, 499);
    String export = exec(sql).replace("/exec", "/exp");
    assertThat(send(at(export)).statusCode()).isBetween(400, 499);
    assertThat(send(at(export + "&fmt=parquet")).statusCode()).isBetween(400, 499);
    assertThat(StoreSql.rows(sink.inside(), "SELECT t FROM press").toString()).isEqualTo("[[1.5]]");
    assertThat(
            StoreSql.rows(sink.inside(), "SELECT table_name FROM tables() WHERE dedup").toString())
        .contains("press")
        .doesNotContain("evil");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/write", "/api/v2/write", "/imp?name=evil", "/exec", "/settings", "/"})
  void nothingIsPostedOrPut(String path) throws Exception {
    console = open;
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
      HttpRequest.Builder request = at(path);
      request.method(method, BodyPublishers.ofString("evil x=1 1"));
      assertThat(send(request).statusCode()).isEqualTo(405);
    }
  }

  @Test
  void theOwnPortOfTheStoreAnswersNobodyElse() throws Exception {
    for (String login : List.of("", "Token x", "Basic YWRtaW46cXVlc3Q=")) {
      for (String path : List.of(exec("SELECT 1"), "/exp?query=press", "/write", "/imp", "/chk")) {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(sink.inside().origin().get().resolve(path));
        if (!login.isEmpty()) {
          request.header("Authorization", login);
        }
        assertThat(send(request).statusCode()).as(login + path).isIn(401, 403, 404);
      }
    }
  }

  @Test
  void whoReadsCannotWriteAtTheOwnPortEither() throws Exception {
    HttpRequest.Builder write =
        HttpRequest.newBuilder(sink.inside().origin().get().resolve("/write"))
            .header("Authorization", "Token " + sink.inside().reader().value())
            .POST(BodyPublishers.ofString("press t=9.5,point=9i 9000\n"));
    assertThat(send(write).statusCode()).isBetween(400, 499);
    assertThat(StoreSql.rows(sink.inside(), "SELECT t FROM press").toString()).isEqualTo("[[1.5]]");
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example, 421",
    "localhost.evil.example, 421",
    "127.0.0.1.nip.io, 421",
    "10.0.0.1, 421",
    "localhost, 200",
    "127.0.0.1, 200",
    "[::1], 200"
  })
  void withoutATokenOnlyLoopbackNamesAreAnswered(String host, int status) throws IOException {
    console = open;
    String head = "GET " + exec("SELECT 1") + " HTTP/1.1\r\nHost: " + host + "\r\n";
    assertThat(raw(head)).startsWith("HTTP/1.1 " + status);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin: http://evil.example",
    "Origin: null",
    "Origin: http://127.0.0.1",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: same-site"
  })
  void pagesOfOtherSitesAreRefused(String header) throws IOException {
    console = open;
    String host = "Host: 127.0.0.1:" + console.port() + "\r\n";
    for (String path : List.of(exec("SELECT 1"), "/exp?query=press", "/settings")) {
      String navigation = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
      assertThat(raw("GET " + path + " HTTP/1.1\r\n" + host + header + "\r\n" + navigation))
          .startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void aLinkElsewhereMayOpenTheConsole() throws IOException {
    console = open;
    String head =
        "GET /index.html HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n"
            + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    assertThat(raw(head)).startsWith("HTTP/1.1 200").contains("<html");
  }

  @ParameterizedTest
  @CsvSource({
    ", 401",
    "Basic x, 401",
    "Basic ####, 401",
    "Basic any:wrong, 401",
    "Basic admin:quest, 401",
    "Basic any:s3cret, 200",
    "Basic :s3cret, 200",
    "Bearer s3cret, 200",
    "Bearer wrong, 401"
  })
  void withATokenALoginIsNeeded(@Nullable String login, int status) throws Exception {
    console = locked;
    HttpRequest.Builder request = at(exec("SELECT 1"));
    if (login != null) {
      String[] parts = login.split(" ");
      boolean basic = parts[0].equals("Basic") && parts[1].contains(":");
      String sent = basic ? Base64.getEncoder().encodeToString(parts[1].getBytes(UTF_8)) : parts[1];
      request.header("Authorization", parts[0] + " " + sent);
    }
    HttpResponse<String> answer = send(request);
    assertThat(answer.statusCode()).isEqualTo(status);
    if (status == 401) {
      assertThat(answer.headers().firstValue("www-authenticate").orElseThrow()).startsWith("Basic");
    }
  }

  @Test
  void anAnswerHasAtMostAMillionRows() throws Exception {
    console = open;
    HttpResponse<String> answer = send(at(exec("SELECT x FROM long_sequence(1000010)")));
    assertThat(answer.body()).contains("[1000000]").doesNotContain("[1000001]");
  }

  @Test
  void heavyQuestionsHoldNoWriteUpAndEndWithTheirClients() throws Exception {
    console = open;
    List<CompletableFuture<HttpResponse<String>>> heavy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      heavy.add(client.sendAsync(at(exec(HEAVY)).build(), BodyHandlers.ofString()));
    }
    awaitRunning("[[2]]");
    for (int i = 0; i < 5; i++) {
      assertThat(sink.write(List.of("beside t=1.5,point=1i 100" + i)))
          .isInstanceOf(Answer.Stored.class);
    }
    assertThat(heavy).noneMatch(CompletableFuture::isDone);
    heavy.forEach(each -> each.cancel(true));
    awaitRunning("[[0]]");
  }

  private static void awaitRunning(String questions) {
    String sql = "SELECT count() FROM query_activity() WHERE query LIKE '%CROSS JOIN%b.x = 7'";
    Awaitility.await()
        .atMost(Duration.ofSeconds(25))
        .untilAsserted(
            () -> assertThat(StoreSql.rows(sink.inside(), sql).toString()).isEqualTo(questions));
  }

  @Test
  void aQuestionEndsAfterHalfAMinute() {
    String sql = "SELECT value FROM (SHOW PARAMETERS) WHERE property_path = 'query.timeout'";
    assertThat(StoreSql.rows(sink.inside(), sql).toString()).isEqualTo("[[\"30s\"]]");
  }
}
