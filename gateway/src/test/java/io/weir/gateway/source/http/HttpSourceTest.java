package io.weir.gateway.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.airlift.compress.zstd.ZstdOutputStream;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Shelf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The handlers on a real server, asked by a real client. */
class HttpSourceTest {

  private static final int MAX_BODY = 10_000;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Shelf shelf = new Shelf();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private HttpSource source;
  private DisposableServer server;

  @BeforeEach
  void start() {
    source =
        new HttpSource(new HttpSourceConfig("http-in", MAX_BODY), shelf, Time.SYSTEM, registry);
    source.start(Threads.SYSTEM);
    server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(
                routes ->
                    routes
                        .route(request -> request.path().endsWith("readings"), source::handle)
                        .route(request -> request.path().endsWith("write"), source::handle))
            .bindNow();
  }

  @AfterEach
  void stop() {
    source.close();
    server.disposeNow();
    shelf.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(10));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> postJson(String body) throws Exception {
    return send(
        to("/api/v1/readings")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> postLines(String path, String body) throws Exception {
    return send(to(path).POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }

  private static void assertProblem(HttpResponse<String> response, int status) throws IOException {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(response).get("status").asInt()).isEqualTo(status);
    assertThat(json(response).get("title").asText()).isNotBlank();
    assertThat(json(response).get("detail").asText()).isNotBlank();
  }

  private static byte[] zipped(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  @Test
  void theLogWaitsForMoreWhileAnotherRequestIsArriving() throws Exception {
    shelf.mode(Shelf.Mode.HOLD);
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      OutputStream out = slow.getOutputStream();
      out.write(
          "POST /write HTTP/1.1\r\nHost: weir\r\nContent-Length: 7\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await().untilAsserted(() -> assertThat(source.status().unacknowledged()).isEqualTo(1));

      CompletableFuture<HttpResponse<String>> whole =
          CLIENT.sendAsync(
              to("/write").POST(BodyPublishers.ofString("m f=1")).build(), BodyHandlers.ofString());
      await().untilAsserted(() -> assertThat(shelf.taken()).hasSize(1));
      assertThat(shelf.lingersEnded()).isZero();

      out.write("m f=2 1".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await().untilAsserted(() -> assertThat(shelf.lingersEnded()).isEqualTo(1));
      assertThat(shelf.taken()).hasSize(2);
      shelf.settle();
      assertThat(whole.get().statusCode()).isEqualTo(204);
    }
  }

  @Test
  void aSenderThatWaitsAloneIsNotSlowedDown() throws Exception {
    assertThat(postLines("/write", "m f=1").statusCode()).isEqualTo(204);
    assertThat(shelf.lingersEnded()).isEqualTo(1);
    assertThat(postJson("{\"temp\":1}").statusCode()).isEqualTo(200);
    assertThat(shelf.lingersEnded()).isEqualTo(2);
  }

  @Test
  void readingsAreAnsweredWithAReceipt() throws Exception {
    shelf.receipt(
        new Inbox.Receipt(
            4, 2, 1, List.of(new Rejected(Reason.BAD_VALUE, "temp is NaN, not a number"))));

    HttpResponse<String> response = postJson("{\"temp\":1}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"received":4,"appended":2,"filtered":1,
                     "rejected":[{"reason":"bad-value","detail":"temp is NaN, not a number"}]}
                    """));
    Delivery delivery = shelf.taken().get(0);
    assertThat(delivery.source()).isEqualTo("http-in");
    assertThat(delivery.topic()).isEqualTo("/api/v1/readings");
    assertThat(delivery.format()).isEqualTo("json");
    assertThat(delivery.contentType()).isEqualTo("application/json");
    assertThat(Shelf.text(delivery)).isEqualTo("{\"temp\":1}");
    assertThat(registry.get(MeterNames.ACKNOWLEDGED).tag("source", "http-in").counter().count())
        .isEqualTo(1);
  }

  @Test
  void theAnswerWaitsForTheSyncAndNoThreadDoes() throws Exception {
    shelf.mode(Shelf.Mode.HOLD);
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(
          CLIENT.sendAsync(
              to("/write").POST(BodyPublishers.ofString("m f=" + i)).build(),
              BodyHandlers.ofString()));
    }
    await().until(() -> shelf.taken().size() == 20);
    assertThat(answers).noneMatch(CompletableFuture::isDone);
    assertThat(source.status().unacknowledged()).isEqualTo(20);

    shelf.settle();

    assertThat(answers).allMatch(answer -> answer.join().statusCode() == 204);
    await().until(() -> source.status().unacknowledged() == 0);
  }

  @Test
  void whenAllIsRejectedTheAnswerIsAProblem() throws Exception {
    shelf.receipt(
        new Inbox.Receipt(1, 0, 0, List.of(new Rejected(Reason.MALFORMED, "not JSON at byte 3"))));

    HttpResponse<String> response = postJson("{{{");

    assertProblem(response, 400);
    assertThat(json(response).at("/rejected/0/reason").asText()).isEqualTo("malformed");
    assertThat(json(response).at("/rejected/0/detail").asText()).isEqualTo("not JSON at byte 3");
  }

  @ParameterizedTest
  @CsvSource({
    "/write, influx-line",
    "/write?db=x&precision=n, influx-line",
    "/write?precision=u, influx-line:us",
    "/write?precision=ms, influx-line:ms",
    "/write?precision=s, influx-line:s",
    "/api/v2/write?bucket=b&org=o&precision=us, influx-line:us"
  })
  void writtenLinesAreAnsweredAsInfluxDbDoes(String path, String format) throws Exception {
    HttpResponse<String> response = postLines(path, "m,t=a f=1 1");

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
    assertThat(shelf.taken().get(0).format()).isEqualTo(format);
  }

  @Test
  void aParameterThatReadingsDoNotTakeIsRefused() throws Exception {
    HttpResponse<String> response = postLines("/api/v1/readings?topic=plant/a", "{}");

    assertProblem(response, 400);
    assertThat(json(response).get("detail").asText())
        .isEqualTo("there are no parameters here; the readings say themselves what they are of");
    assertThat(shelf.taken()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/write?precision=%zz", "/api/v2/write?precision=%", "/write?db=%4"})
  void aQueryThatIsNoPercentEncodingIsRefused(String uri) {
    List<Reply> replies = new CopyOnWriteArrayList<>();

    source.receive(head(uri, "identity"), bytes("m f=1 1"), replies::add);

    assertThat(replies).singleElement().satisfies(each -> assertThat(each.status()).isEqualTo(400));
    assertThat(new String(replies.get(0).body(), StandardCharsets.UTF_8))
        .contains("percent-encoding");
    assertThat(shelf.taken()).isEmpty();
  }

  @Test
  void anUnknownPrecisionIsRefused() throws Exception {
    HttpResponse<String> response = postLines("/write?precision=h", "m f=1 1");

    assertProblem(response, 400);
    assertThat(json(response).get("error").asText()).contains("precision is one of");
    assertThat(shelf.taken()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/write, error", "/api/v2/write, message"})
  void aPartlyBadWriteNamesTheLines(String path, String member) throws Exception {
    byte[] line = "broken line =".getBytes(StandardCharsets.UTF_8);
    shelf.receipt(
        new Inbox.Receipt(
            3, 2, 0, List.of(new Rejected(Reason.MALFORMED, "line 2: missing field value", line))));

    HttpResponse<String> response = postLines(path, "m f=1\nbroken line =\nm f=2");

    assertProblem(response, 400);
    assertThat(json(response).get(member).asText())
        .isEqualTo(
            "partial write: unable to take 'broken line =': line 2: missing field value dropped=1");
  }

  @Test
  void aWriteOfBadLinesOnlyIsNotCalledPartial() throws Exception {
    shelf.receipt(new Inbox.Receipt(1, 0, 0, List.of(new Rejected(Reason.MALFORMED, "no fields"))));

    HttpResponse<String> response = postLines("/write", "nonsense");

    assertProblem(response, 400);
    assertThat(json(response).get("error").asText()).isEqualTo("no fields dropped=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/readings", "/write", "/api/v2/write"})
  void aFullLogAsksTheSenderToRetry(String path) throws Exception {
    shelf.mode(Shelf.Mode.NO_ROOM);

    HttpResponse<String> response =
        send(
            to(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));

    assertProblem(response, 503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(shelf.refused()).hasSize(1);
  }

  @Test
  void whatCannotBeReadYetAsksTheSenderToRetry() throws Exception {
    shelf.notYet("{}");

    HttpResponse<String> response =
        send(
            to("/api/v1/readings")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));

    assertProblem(response, 503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(response.body()).contains("is on its way; nothing was stored");
    assertThat(shelf.refused()).hasSize(1);
  }

  @Test
  void aFailedSyncAsksTheSenderToRetry() throws Exception {
    shelf.mode(Shelf.Mode.FAIL);

    HttpResponse<String> response = postJson("{}");

    assertProblem(response, 503);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
    assertThat(shelf.refused()).hasSize(1);
    assertThat(registry.get(MeterNames.ACKNOWLEDGED).counter().count()).isZero();
  }

  @Test
  void aBodyPastTheLimitIsRefusedBeforeItIsSent() throws Exception {
    HttpResponse<String> response = postJson("x".repeat(MAX_BODY + 1));

    assertProblem(response, 413);
    assertThat(postJson("x".repeat(MAX_BODY)).statusCode()).isEqualTo(200);
    assertThat(shelf.taken()).hasSize(1);
  }

  @Test
  void aBodyOfUnknownLengthIsRefusedWhereItPassesTheLimit() throws Exception {
    byte[] chunk = "x".repeat(4000).getBytes(StandardCharsets.UTF_8);

    HttpResponse<String> response =
        send(to("/write").POST(BodyPublishers.ofByteArrays(List.of(chunk, chunk, chunk))));

    assertProblem(response, 413);
    assertThat(shelf.taken()).isEmpty();
  }

  private static byte[] packed(String encoding, byte[] plain) throws IOException {
    if (encoding.equals("gzip")) {
      return zipped(plain);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packing =
        encoding.equals("zstd") ? new ZstdOutputStream(out) : new DeflaterOutputStream(out)) {
      packing.write(plain);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "zstd"})
  void aPackedBodyIsUnpacked(String encoding) throws Exception {
    byte[] packed = packed(encoding, "m f=1".getBytes(StandardCharsets.UTF_8));

    HttpResponse<String> response =
        send(
            to("/write")
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofByteArray(packed)));

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(shelf.texts()).containsExactly("m f=1");
  }

  @Test
  void aZippedBodyMayNotGrowPastTheLimit() throws Exception {
    byte[] bomb = zipped(new byte[5_000_000]);
    assertThat(bomb.length).isLessThan(MAX_BODY);

    HttpResponse<String> response =
        send(
            to("/write").header("Content-Encoding", "gzip").POST(BodyPublishers.ofByteArray(bomb)));

    assertProblem(response, 413);
    assertThat(shelf.taken()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"gzip, 400", "deflate, 400", "zstd, 400", "br, 415"})
  void aBodyInAnotherEncodingThanItSaysIsRefused(String encoding, int status) throws Exception {
    HttpResponse<String> response =
        send(
            to("/write")
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofString("m f=1")));

    assertProblem(response, status);
    assertThat(shelf.taken()).isEmpty();
  }

  @Test
  void aJsonBodyIsTakenUnderTheContentTypeThatCurlGivesIt() throws Exception {
    HttpResponse<String> response =
        send(
            to("/api/v1/readings")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("{\"a\":1}")));

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void readingsThatAreNotJsonAreRefused() throws Exception {
    HttpResponse<String> response =
        send(
            to("/api/v1/readings")
                .header("Content-Type", "text/xml")
                .POST(BodyPublishers.ofString("{}")));

    assertProblem(response, 415);
    assertThat(json(response).get("detail").asText()).contains("application/json");
  }

  @Test
  void onlyPostIsAllowed() throws Exception {
    HttpResponse<String> response = send(to("/write").GET());

    assertProblem(response, 405);
    assertThat(response.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void bodiesTogetherAreBounded() throws Exception {
    shelf.mode(Shelf.Mode.HOLD);
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      answers.add(
          CLIENT.sendAsync(
              to("/write").POST(BodyPublishers.ofString("m f=" + "1".repeat(5_000))).build(),
              BodyHandlers.ofString()));
    }
    await().until(() -> answers.stream().filter(CompletableFuture::isDone).count() > 10);
    shelf.settle();
    shelf.mode(Shelf.Mode.DURABLE);
    await().until(() -> source.status().unacknowledged() == 0);

    List<Integer> codes = answers.stream().map(answer -> answer.join().statusCode()).toList();
    assertThat(codes).containsOnly(204, 503).contains(204, 503);
    assertThat(postLines("/write", "m f=1").statusCode()).isEqualTo(204);
  }

  @Test
  void aSenderThatGoesAwayLeavesNothingBehind() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /write HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nm f="
                  .getBytes(StandardCharsets.US_ASCII));
      await().until(() -> source.status().unacknowledged() == 1);
    }

    await().until(() -> source.status().unacknowledged() == 0);
    assertThat(shelf.taken()).isEmpty();
  }

  @Test
  void aDefectBehindTheInboxIsAProblemAndNeighboursGoOn() throws Exception {
    shelf.mode(Shelf.Mode.BROKEN);
    assertProblem(postJson("{}"), 500);

    shelf.mode(Shelf.Mode.DURABLE);

    assertThat(postJson("{}").statusCode()).isEqualTo(200);
  }

  @Test
  void whileStoppingWhatIsTakenIsAnsweredAndWhatIsNewIsRefused() throws Exception {
    shelf.mode(Shelf.Mode.HOLD);
    CompletableFuture<HttpResponse<String>> taken =
        CLIENT.sendAsync(
            to("/write").POST(BodyPublishers.ofString("m f=1")).build(), BodyHandlers.ofString());
    await().until(() -> shelf.taken().size() == 1);

    source.stopReceiving();
    assertProblem(postJson("{}"), 503);
    assertThat(source.status().ready()).isFalse();
    shelf.settle();
    source.close();

    assertThat(taken.join().statusCode()).isEqualTo(204);
  }

  @Test
  void aWholeRequestIsHandledOnTheCallingThreadWithoutAServer() throws Exception {
    HttpSource stepped =
        new HttpSource(
            new HttpSourceConfig("stepped", MAX_BODY),
            shelf,
            Time.SYSTEM,
            new SimpleMeterRegistry());
    List<Reply> replies = new CopyOnWriteArrayList<>();
    shelf.mode(Shelf.Mode.HOLD);

    stepped.receive(head("/write?precision=ms", "gzip"), zipped(bytes("m f=1 1")), replies::add);
    assertThat(shelf.texts()).containsExactly("m f=1 1");
    assertThat(shelf.taken().get(0).format()).isEqualTo("influx-line:ms");
    assertThat(replies).as("not durable yet").isEmpty();
    assertThat(stepped.status().unacknowledged()).isEqualTo(1);
    shelf.settle();
    await().until(() -> replies.size() == 1);
    assertThat(replies.get(0).status()).isEqualTo(204);
    assertThat(stepped.status().unacknowledged()).isZero();

    shelf.mode(Shelf.Mode.NO_ROOM);
    stepped.receive(head("/api/v1/readings", null), bytes("{}"), replies::add);
    assertThat(replies.get(1).status()).isEqualTo(503);
    assertThat(replies.get(1).headers()).containsEntry("retry-after", "1");
    stepped.receive(head("/write", null), new byte[MAX_BODY + 1], replies::add);
    assertThat(replies.get(2).status()).isEqualTo(413);
    stepped.close();
    stepped.receive(head("/write", null), bytes("m f=1"), replies::add);
    assertThat(replies.get(3).status()).isEqualTo(503);
  }

  private static RequestHead head(String uri, String encoding) {
    return new RequestHead("POST", uri, null, encoding, -1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
