package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.Asset;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.http.RequestHead;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A correction on its way from the HTTP server through the log to the rows in a store, in a whole
 * gateway that is stepped, with a clock and a disk of the test.
 */
@Tag("slow")
class CorrectedGatewayTest {

  private static final long DAY = TimeUnit.DAYS.toNanos(1);

  private static final String MACHINE =
      "\"site\":\"s\",\"area\":\"a\",\"line\":\"l\",\"machine\":\"m\"";

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private long deviceIsBehindNs;
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final List<String> lines = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  /** A gateway that serves and is not started: the test steps it. */
  private Gateway served() throws Exception {
    String yaml =
        """
        gateway: { id: stepped, data-dir: data }
        http: { port: %d }
        sources: [ { name: posts, type: http } ]
        corrections: { max-size: 1MiB }
        buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
        efficiency:
          defaults: { state: { metric: state, running: [RUNNING], down: [DOWN] } }
        """;
    Path file = folder.resolve("weir.yaml");
    port = Ports.free();
    Files.writeString(file, yaml.formatted(port));
    Gateway gateway = SteppedParts.build(file, SteppedParts.of(time, disk, this::write));
    gateway.serve();
    return gateway;
  }

  private Answer write(String sink, List<String> batch) {
    lines.addAll(batch);
    return new Answer.Stored();
  }

  private void steps(Gateway gateway, int count) {
    for (int i = 0; i < count; i++) {
      gateway.step();
      time.advance(Duration.ofSeconds(10));
    }
  }

  /** The machine tells a state each half minute. */
  private void tell(Gateway gateway, String state, int minutes) throws IOException {
    for (int i = 0; i < 2 * minutes; i++) {
      HttpSource posts = (HttpSource) gateway.sources().get(0);
      String line = "telemetry,site=s,area=a,line=l,machine=m state=\"" + state + "\" ";
      posts.receive(
          new RequestHead("POST", "/write", null, null, -1),
          (line + (time.wallNs() - deviceIsBehindNs)).getBytes(StandardCharsets.UTF_8),
          reply -> {});
      steps(gateway, 3);
    }
  }

  private CompletableFuture<HttpResponse<String>> post(Gateway gateway, long from, long to) {
    String body =
        "{\"kind\":\"reason-given\",\"reason\":\"crane\",\"who\":\"anna\",%s,\"from\":\"%s\",\"to\":\"%s\"}"
            .formatted(MACHINE, instant(from), instant(to));
    return post(gateway, "corrections", body);
  }

  private CompletableFuture<HttpResponse<String>> start(Gateway gateway, String order) {
    String body = "{\"kind\":\"order-started\",\"order\":\"%s\",\"who\":\"anna\",%s}";
    return post(gateway, "orders", body.formatted(order, MACHINE));
  }

  private CompletableFuture<HttpResponse<String>> post(Gateway gateway, String path, String body) {
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/" + path);
    return client.sendAsync(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Instant instant(long ns) {
    return Instant.EPOCH.plus(ns, ChronoUnit.NANOS);
  }

  /** Steps until there is an answer. */
  private static HttpResponse<String> answer(
      Gateway gateway, CompletableFuture<HttpResponse<String>> asked) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              gateway.step();
              return asked.isDone();
            });
    return asked.join();
  }

  private List<String> stops(String reason) {
    return lines.stream()
        .filter(line -> line.startsWith("stops,") && line.contains("reason=" + reason))
        .toList();
  }

  @Test
  void aCorrectionIsInTheStoreAlsoWhereThePowerFailsOnceItIsAnswered() throws Exception {
    Gateway first = served();
    tell(first, "RUNNING", 5);
    long from = time.wallNs();
    tell(first, "DOWN", 5);
    long to = time.wallNs();
    tell(first, "RUNNING", 3);
    assertThat(stops("DOWN")).singleElement().asString().contains("duration_s=300");
    HttpResponse<String> answer = answer(first, post(first, from, to));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(stops("crane")).as("the figures follow within a second").isEmpty();
    disk.crash();
    Gateway second = served();
    assertThat(post(second, from, to).join().statusCode())
        .as("before the log is read it cannot say that there is no such machine")
        .isEqualTo(503);
    steps(second, 20);
    assertThat(stops("crane")).isNotEmpty().allMatch(line -> line.contains("duration_s=300"));
    assertThat(stops("DOWN").get(stops("DOWN").size() - 1)).contains("duration_s=0");
    second.close();
  }

  /**
   * A person who says something of a shift that is over sees it at once, not with the next hour,
   * though the machine goes on in the same state since then.
   */
  @Test
  void aCorrectionOfAFinishedShiftIsInTheStoreWithinMinutes() throws Exception {
    time.advance(Duration.ofNanos(DAY - time.wallNs() % DAY).minusMinutes(30));
    try (Gateway gateway = served()) {
      tell(gateway, "RUNNING", 5);
      long from = time.wallNs();
      tell(gateway, "DOWN", 5);
      long to = time.wallNs();
      tell(gateway, "RUNNING", 40);
      assertThat(stops("DOWN")).isNotEmpty().last().asString().contains("duration_s=300");
      String said = "{\"kind\":\"planned-stop-declared\",\"reason\":\"crane\",\"who\":\"anna\",%s,";
      String span = "\"from\":\"%s\",\"to\":\"%s\"}".formatted(instant(from), instant(to));
      String body = said.formatted(MACHINE) + span;
      lines.clear();
      assertThat(answer(gateway, post(gateway, "corrections", body)).statusCode()).isEqualTo(201);
      steps(gateway, 30);
      assertThat(stops("DOWN")).last().asString().as("it was none").contains("duration_s=0");
      for (String level : List.of("machine", "line", "area", "site")) {
        for (String bucket : List.of("hour", "shift", "day")) {
          assertThat(lines)
              .as("%s of the %s", bucket, level)
              .anyMatch(
                  line -> isOf(line, level, bucket) && line.contains("planned_stop_s=300.0,"));
        }
      }
    }
  }

  /** Also of a machine that tells of a time that is long over: a wrong clock, or an import. */
  @ParameterizedTest
  @ValueSource(ints = {0, 240})
  void scrapThatIsBookedForAFinishedShiftIsInTheStoreWithinMinutes(int daysBehind)
      throws Exception {
    time.advance(Duration.ofNanos(DAY - time.wallNs() % DAY).minusMinutes(30));
    deviceIsBehindNs = TimeUnit.DAYS.toNanos(daysBehind);
    try (Gateway gateway = served()) {
      long from = time.wallNs() - deviceIsBehindNs;
      tell(gateway, "RUNNING", 5);
      long to = time.wallNs() - deviceIsBehindNs;
      tell(gateway, "RUNNING", 45);
      String said =
          "{\"kind\":\"scrap-booked\",\"amount\":3,\"reason\":\"jam\",\"who\":\"anna\",%s,";
      String span = "\"from\":\"%s\",\"to\":\"%s\"}".formatted(instant(from), instant(to));
      String body = said.formatted(MACHINE) + span;
      lines.clear();
      HttpResponse<String> answer = answer(gateway, post(gateway, "corrections", body));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      steps(gateway, 30);
      assertThat(defects()).isNotEmpty().allMatch(line -> line.contains("scrap=3"));
      String id = idOf(answer);
      lines.clear();
      answer = answer(gateway, post(gateway, "corrections/" + id + "/undo", "{\"who\":\"anna\"}"));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      steps(gateway, 30);
      assertThat(defects()).isNotEmpty().allMatch(line -> line.contains("scrap=0"));
    }
  }

  /** Of a machine that says nothing, too; the next gateway knows what the former one wrote. */
  @Test
  void aNoteIsInTheStoreAlsoWhereThePowerFailsOnceItIsAnsweredAndAnUndoTakesItBack()
      throws Exception {
    Gateway first = served();
    tell(first, "RUNNING", 2);
    long at = time.wallNs();
    String note = "{\"kind\":\"annotated\",\"comment\":\"new roller\",\"who\":\"anna\",%s,";
    String span = "\"from\":\"%s\",\"to\":\"%s\"}".formatted(instant(at), instant(at + 1_000_000));
    HttpResponse<String> answer =
        answer(first, post(first, "corrections", note.formatted(MACHINE) + span));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(notes()).as("the figures follow within a second").isEmpty();
    disk.crash();
    Gateway second = served();
    steps(second, 20);
    assertThat(notes())
        .isNotEmpty()
        .allMatch(line -> line.contains("text=\"new roller\"") && line.endsWith(" " + at));
    second.close();
    try (Gateway third = served()) {
      steps(third, 5);
      String undo = "corrections/" + idOf(answer) + "/undo";
      assertThat(answer(third, post(third, undo, "{\"who\":\"anna\"}")).statusCode())
          .isEqualTo(201);
      steps(third, 20);
      assertThat(notes().get(notes().size() - 1))
          .contains("text=\"\"", "count=0")
          .endsWith(" " + at);
    }
  }

  private List<String> notes() {
    return lines.stream().filter(line -> line.startsWith("annotations,")).toList();
  }

  private List<String> defects() {
    return lines.stream().filter(line -> line.startsWith("defects,")).toList();
  }

  private static boolean isOf(String line, String level, String bucket) {
    return line.startsWith("efficiency,")
        && line.contains("level=" + level)
        && line.contains("bucket=" + bucket);
  }

  @Test
  void anOrderIsInTheStoreAlsoWhereThePowerFailsOnceItIsAnswered() throws Exception {
    Gateway first = served();
    tell(first, "RUNNING", 5);
    long began = time.wallNs();
    HttpResponse<String> answer = answer(first, start(first, "4711"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.body()).contains("\"who\":\"anna\"", "\"address\":\"127.0.0.1\"");
    assertThat(orders()).as("the figures follow within a second").isEmpty();
    disk.crash();
    Gateway second = served();
    steps(second, 20);
    tell(second, "RUNNING", 5);
    assertThat(orders())
        .isNotEmpty()
        .allMatch(line -> line.contains("order=\"4711\"") && line.endsWith(" " + began));
    second.close();
    Gateway third = served();
    tell(third, "RUNNING", 2);
    assertThat(orders().get(orders().size() - 1))
        .contains("order=\"4711\"", "ended=false")
        .endsWith(" " + began);
    third.close();
  }

  /** The figures no longer know what it changed; a record that no row follows would mislead. */
  @Test
  void whatWasSaidOfAnOrderLongAgoStays() throws Exception {
    try (Gateway gateway = served()) {
      tell(gateway, "RUNNING", 2);
      String id = idOf(answer(gateway, start(gateway, "4711")));
      time.advance(Duration.ofDays(33));
      tell(gateway, "RUNNING", 2);
      HttpResponse<String> undone =
          answer(gateway, post(gateway, "orders/" + id + "/undo", "{\"who\":\"anna\"}"));
      assertThat(undone.statusCode()).as(undone.body()).isEqualTo(409);
      assertThat(undone.body()).contains("more than 32 days ago stays");
    }
  }

  private static String idOf(HttpResponse<String> answer) {
    return answer.body().replaceFirst("(?s).*?\"id\":(\\d+).*", "$1");
  }

  private List<String> orders() {
    return lines.stream().filter(line -> line.startsWith("efficiency_order,")).toList();
  }

  @Test
  void whatTheDiskRefusesIsAnsweredWith503AndNotKept() throws Exception {
    Gateway first = served();
    long from = time.wallNs();
    tell(first, "RUNNING", 3);
    disk.fail((verb, path) -> verb.equals("force") && path.toString().contains("corrections"));
    HttpResponse<String> answer = answer(first, post(first, from, time.wallNs()));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("the correction is not kept");
    HttpResponse<String> order = answer(first, start(first, "4711"));
    assertThat(order.statusCode()).isEqualTo(503);
    assertThat(order.body()).contains("the order is not kept");
    disk.heal();
    disk.crash();
    try (Gateway second = served()) {
      steps(second, 5);
      URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/corrections");
      String kept =
          client
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      assertThat(kept).contains("\"corrections\":[]");
    }
  }

  @Test
  void aFullLogIsAnsweredWith503() throws Exception {
    fill();
    try (Gateway gateway = served()) {
      long from = time.wallNs();
      tell(gateway, "RUNNING", 3);
      HttpResponse<String> answer = answer(gateway, post(gateway, from, time.wallNs()));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
      assertThat(answer.body()).contains("at its bound", "raise corrections.max-size");
      HttpResponse<String> order = answer(gateway, start(gateway, "4711"));
      assertThat(order.statusCode()).isEqualTo(503);
      assertThat(order.headers().firstValue("retry-after")).isPresent();
    }
  }

  /** Writes corrections until the log takes no more. */
  private void fill() throws IOException {
    Path directory = new DataDirectory(folder.resolve("data")).log("corrections");
    SegmentLog log =
        SegmentLog.open(
            "corrections",
            CorrectionLog.options(directory, 1 << 20, 1 << 20),
            disk,
            time,
            RunningTotal.NOTHING,
            new SimpleMeterRegistry());
    Correction one =
        new Correction(
            0,
            new Asset("s", "a", "l", "m"),
            time.wallNs() - TimeUnit.HOURS.toNanos(1),
            time.wallNs(),
            false,
            new Change.Annotated(),
            "x".repeat(1000),
            List.of(),
            new Origin("anna", time.wallNs(), ""));
    try (log;
        CorrectionLog corrections = new CorrectionLog(log)) {
      for (int i = 0; i < 10_000; i++) {
        CompletableFuture<?> kept = corrections.append(one);
        log.step();
        kept.join();
      }
    } catch (CorrectionLog.FullException full) {
      return;
    }
    throw new IllegalStateException("it is never full");
  }
}
