package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.FakeStore.Reply;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxSinks;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store may answer over HTTP, and what becomes of the readings. */
class StoreAnswersTest {

  private FakeStore store;
  private LineSink sink;
  private Bench bench;

  @BeforeEach
  void start() throws IOException {
    store = new FakeStore();
    use(2, store.url(), Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    sink.close();
    store.close();
  }

  private void use(int version, URI url, Duration timeout) {
    if (sink != null) {
      sink.close();
    }
    StoreConfig named =
        StoreConfig.of(version, url, "plant")
            .batch(50, 1 << 20, Duration.ofMillis(200))
            .gzip()
            .precision(SinkConfig.Precision.US)
            .timeout(timeout);
    InfluxConfig config =
        (version == 1
                ? named.retentionPolicy("month").user("weir", "s3cret")
                : named.token("s3cret"))
            .make();
    sink = InfluxSinks.of(config);
    bench = new Bench(sink, config, new MemoryFeed(), new MemoryRejects());
  }

  private void feed(int count) {
    for (int i = 0; i < count; i++) {
      bench.feed.add(reading("m" + i, "t", i, 1_000_000_000L + i * 1_000L));
    }
  }

  /** Answers this once, then stores. */
  private void answerOnce(Reply reply) {
    int[] calls = {0};
    store.behave(lines -> calls[0]++ == 0 ? reply : Reply.stored());
  }

  private void assertAllStored(int count) {
    bench.settleAll();
    assertThat(store.lines()).hasSize(count);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(count, 0, 0, 0, 0));
    assertThat(bench.rejects.entries()).isEmpty();
  }

  @Test
  void version1WritesToItsDatabaseWithItsPassword() {
    use(1, store.url(), Duration.ofSeconds(5));
    feed(3);
    assertAllStored(3);
    assertThat(store.requests().get(0).get("query").get(0))
        .startsWith("/write?")
        .contains("db=plant", "rp=month", "precision=u");
    assertThat(store.requests().get(0).get("Authorization").get(0)).startsWith("Basic ");
    assertThat(store.requests().get(0).get("User-agent").get(0)).startsWith("weir/");
    assertThat(store.requests().get(0).get("Content-encoding")).containsExactly("gzip");
  }

  @Test
  void version2WritesToItsBucketWithItsToken() {
    feed(3);
    assertAllStored(3);
    assertThat(store.requests().get(0).get("query").get(0))
        .startsWith("/api/v2/write?")
        .contains("org=factory", "bucket=plant", "precision=us");
    assertThat(store.requests().get(0).get("Authorization")).containsExactly("Token s3cret");
    assertThat(store.requests().get(0).get("User-agent").get(0)).startsWith("weir/");
  }

  @Test
  void version3NeedsNoOrganisation() {
    use(3, store.url(), Duration.ofSeconds(5));
    feed(3);
    assertAllStored(3);
    assertThat(store.requests().get(0).get("query").get(0))
        .contains("bucket=plant")
        .doesNotContain("org=");
  }

  @Test
  void aPathBeforeTheStoresOwnIsKept() {
    use(2, URI.create(store.url() + "/proxy/influx"), Duration.ofSeconds(5));
    feed(1);
    assertAllStored(1);
    assertThat(store.requests().get(0).get("query").get(0))
        .startsWith("/proxy/influx/api/v2/write");
  }

  @Test
  void aMalformedLineOfVersion2IsFoundThoughNothingWasStored() {
    store.behave(
        lines ->
            lines.stream().anyMatch(line -> line.contains("machine=m7 "))
                ? Reply.of(400, "{\"code\":\"invalid\",\"message\":\"unable to parse\"}")
                : Reply.stored());
    feed(20);
    bench.settleAll();
    assertThat(store.lines()).hasSize(19);
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(19, 1, 0, 0, 0));
  }

  @Test
  void aPartialWriteOfVersion3NamesItsLines() {
    use(3, store.url(), Duration.ofSeconds(5));
    store.behave(
        lines ->
            Reply.of(
                    400,
                    "{\"error\":\"partial write of line protocol occurred\",\"data\":[{\"original_line\":"
                        + "\"x\",\"line_number\":2,\"error_message\":\"invalid column type\"}]}")
                .storing(line -> !line.equals(lines.get(1))));
    feed(3);
    bench.settleAll();
    assertThat(store.writes()).hasSize(1);
    assertThat(store.lines()).hasSize(2);
    assertThat(bench.rejects.entries().get(0).detail()).isEqualTo("invalid column type");
  }

  @Test
  void pointsBeyondTheRetentionAreSetAsideByAnswer422() {
    store.behave(
        lines -> {
          long old = lines.stream().filter(line -> line.contains("machine=m3 ")).count();
          return old == 0
              ? Reply.stored()
              : Reply.of(
                      422,
                      "{\"code\":\"unprocessable entity\",\"message\":\"failure writing points to"
                          + " database: partial write: points beyond retention policy dropped="
                          + old
                          + "\"}")
                  .storing(line -> !line.contains("machine=m3 "));
        });
    feed(10);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(9, 1, 0, 0, 0));
    assertThat(store.lines()).hasSize(9);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void aRefusedTokenOrAMissingBucketHoldsEverything(int status) {
    store.behave(lines -> Reply.of(status, "{\"code\":\"x\",\"message\":\"no\"}"));
    feed(3);
    bench.steps(30);
    assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(bench.drain.condition().detail()).isEqualTo("HTTP " + status + " no");
    store.behave(lines -> Reply.stored());
    assertAllStored(3);
  }

  @Test
  void anOverLargeBodyAnsweredInHtmlIsHalved() {
    store.behave(
        lines ->
            lines.size() > 4
                ? Reply.of(413, "<html><body><h1>413 Request Entity Too Large</h1></body></html>")
                : Reply.stored());
    feed(30);
    assertAllStored(30);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void retryAfterInSecondsIsHonoured(int status) {
    answerOnce(Reply.of(status, "busy").with("Retry-After", "25"));
    assertWaits(Duration.ofSeconds(25));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void retryAfterAsADateIsHonoured(int status) {
    ZonedDateTime then = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(60);
    answerOnce(
        Reply.of(status, "busy")
            .with("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(then)));
    assertWaits(Duration.ofSeconds(60));
  }

  private void assertWaits(Duration expected) {
    feed(1);
    long since = 0;
    while (bench.drain.condition().state() != State.BUSY) {
      since = bench.time.elapsedNs();
      bench.step();
    }
    while (bench.drain.condition().state() != State.UP) {
      bench.step();
    }
    assertThat(Duration.ofNanos(bench.time.elapsedNs() - since))
        .isBetween(expected.minusSeconds(3), expected.plusSeconds(expected.toSeconds() / 8 + 2));
    assertAllStored(1);
  }

  @Test
  void aStoreThatNeverAnswersIsDownAndSaysSo() {
    use(2, store.url(), Duration.ofMillis(200));
    int[] calls = {0};
    store.behave(lines -> calls[0]++ == 0 ? store.hang() : Reply.stored());
    feed(2);
    while (bench.drain.condition().state() == State.UNKNOWN) {
      bench.step();
    }
    assertThat(bench.drain.condition().state()).isEqualTo(State.DOWN);
    // The words in brackets are those of the layer whose clock ran out first: "timeout" of the
    // call, "Read timed out" of the socket.
    assertThat(bench.drain.condition().detail()).startsWith("no answer in time (");
    assertAllStored(2);
  }

  @Test
  void aConnectionThatDiesIsDownAndTheLinesAreSentAgain() {
    int[] calls = {0};
    store.behave(
        lines -> {
          if (calls[0]++ < 2) {
            throw new FakeStore.Reset();
          }
          return Reply.stored();
        });
    feed(2);
    assertAllStored(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://127.0.0.1:1", "http://nosuchhost.invalid:8086", "https://127.0.0.1:PORT"})
  void whatCannotBeReachedIsDownWithAReasonAndNeverThrows(String url) {
    String port = String.valueOf(store.url().getPort());
    for (int version : new int[] {1, 2, 3}) {
      use(version, URI.create(url.replace("PORT", port)), Duration.ofSeconds(2));
      Sink.Answer answer = sink.write(List.of("m f=1 1"));
      assertThat(answer)
          .isInstanceOfSatisfying(
              Sink.Answer.Down.class,
              down -> assertThat(down.detail()).isNotBlank().doesNotContain("Exception"));
    }
  }

  @Test
  void aBatchThatTheStoreFailsOnWhileOthersPassIsSearchedForItsPoison() {
    store.behave(
        lines ->
            lines.stream().anyMatch(line -> line.contains("machine=m61 "))
                ? Reply.of(500, "{\"code\":\"internal error\",\"message\":\"panic\"}")
                : Reply.stored());
    feed(100);
    bench.settleAll();
    assertThat(store.lines()).hasSize(99);
    assertThat(bench.rejects.lines()).singleElement().asString().contains("m61");
  }

  /**
   * Whatever a store answers, and however often the gateway dies, in the end each reading is stored
   * or set aside, and the ledger says so.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theLedgerAddsUpUnderAnyAnswers(int seed) {
    Random random = new Random(seed);
    store.behave(lines -> moody(random, lines));
    MemoryFeed feed = bench.feed;
    Set<String> offered = new HashSet<>();
    int time = 0;
    for (int record = 0; record < 120; record++) {
      List<Reading> readings = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        boolean bad = random.nextInt(40) == 0;
        String machine = (bad ? "bad" : "m") + record + "-" + i;
        readings.add(reading(machine, "t", 1, 1_000_000L * ++time));
        readings.add(reading(machine, "u", 1, 1_000_000L * time));
        offered.add(machine);
      }
      feed.add(readings);
      bench.steps(random.nextInt(4));
      if (random.nextInt(15) == 0) {
        feed.crash();
        bench.rejects.crash();
        bench =
            new Bench(
                sink, StoreConfig.of(2, store.url(), "b").maxLines(20).make(), feed, bench.rejects);
      }
    }
    bench.settleAll();
    SinkTotals ledger = bench.drain.ledger();
    assertThat(ledger.settled()).isEqualTo(feed.offered());
    assertThat(ledger.quarantined()).isEqualTo(bench.rejects.readings());
    Set<String> stored = machines(store.lines());
    Set<String> aside = machines(bench.rejects.lines());
    assertThat(ledger.stored()).isEqualTo(2L * (offered.size() - aside.size()));
    stored.addAll(aside);
    assertThat(stored).isEqualTo(offered);
  }

  /** Lines of bad machines are refused in one of the ways of the versions; else moods pass by. */
  private Reply moody(Random random, List<String> lines) throws IOException {
    switch (random.nextInt(12)) {
      case 0:
        return Reply.of(503, "busy").with("Retry-After", "3");
      case 1:
        return Reply.of(500, "oops").storing(line -> random.nextBoolean());
      case 2:
        throw new FakeStore.Reset();
      case 3:
        return lines.size() > 3 ? Reply.of(413, "") : Reply.of(401, "");
      default:
    }
    List<Integer> bad = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("machine=bad")) {
        bad.add(i + 1);
      }
    }
    if (bad.isEmpty()) {
      return Reply.stored();
    }
    return switch (random.nextInt(5)) {
      case 0 -> Reply.of(400, "{\"error\":\"unable to parse\"}");
      case 1 ->
          Reply.of(400, "{\"error\":\"partial write: conflict dropped=" + bad.size() + "\"}")
              .storing(line -> !line.contains("machine=bad"));
      case 2 ->
          Reply.of(
              400,
              "{\"code\":\"invalid\",\"message\":\"error in line "
                  + bad.get(0)
                  + ": no\",\"line\":"
                  + bad.get(0)
                  + "}");
      case 3 ->
          Reply.of(
                  400,
                  "{\"error\":\"partial write of line protocol occurred\",\"data\":["
                      + String.join(
                          ",",
                          bad.stream()
                              .map(n -> "{\"line_number\":" + n + ",\"error_message\":\"no\"}")
                              .toList())
                      + "]}")
              .storing(line -> !line.contains("machine=bad"));
      default -> Reply.of(500, "{\"error\":\"panic\"}");
    };
  }

  private static Set<String> machines(List<String> lines) {
    Set<String> machines = new HashSet<>();
    for (String line : lines) {
      machines.add(line.replaceAll(".*machine=([^ ,]*).*", "$1"));
    }
    return machines;
  }

  @Test
  void textWithEveryEscapeArrivesWhole() {
    bench.feed.add(
        MemoryFeed.reading(
            MemoryFeed.series("telemetry", "m"), "s", new Value.Text("a\"b\\c, d=e"), 1_000));
    bench.settleAll();
    assertThat(store.lines())
        .containsExactly("telemetry,site=s,machine=m s=\"a\\\"b\\\\c, d=e\" 1");
  }
}
