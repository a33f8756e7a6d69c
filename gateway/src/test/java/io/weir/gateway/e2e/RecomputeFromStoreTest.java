package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.Gateway;
import io.weir.gateway.StartedGateway;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of days that the log no longer has are made again from a real InfluxDB 1.6.7. */
@Tag("server")
class RecomputeFromStoreTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String RECOMPUTE = "/api/v1/efficiency/recompute";
  private static final int LINES_OF_A_POST = 300;
  private static final String NOTE = "a note that makes the log of readings long".repeat(16);

  @TempDir Path folder;
  private String url;

  private String send(String path, String body, int status) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    if (!body.isEmpty()) {
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return answer.body();
  }

  private JsonNode get(String path) throws Exception {
    return JSON.readTree(send(path, "", 200));
  }

  /** Two machines over a day and some hours. */
  private void tell(Instant from, Instant to) throws Exception {
    Random random = new Random(3);
    StringBuilder lines = new StringBuilder();
    int count = 0;
    int total = 0;
    for (Instant at = from; at.isBefore(to); at = at.plusSeconds(80 + random.nextInt(40))) {
      for (String machine : List.of("m1", "m2")) {
        total += random.nextInt(4);
        String state = random.nextInt(12) == 0 ? "DOWN" : "RUNNING";
        lines.append(
            "telemetry,site=s,area=a,line=l,machine=%s state=\"%s\",total=%di,note=\"%s\" %d\n"
                .formatted(machine, state, total, NOTE, at.toEpochMilli()));
        count++;
      }
      if (count >= LINES_OF_A_POST) {
        send("/write?precision=ms", lines.toString(), 204);
        lines.setLength(0);
        count = 0;
      }
    }
    send("/write?precision=ms", lines.toString(), 204);
  }

  /** The rows of a day, by what names them; without what each writing changes. */
  private static Map<String, JsonNode> rows(InfluxDb store, Instant from, Instant to) {
    Map<String, JsonNode> rows = new TreeMap<>();
    String query =
        "SELECT * FROM efficiency WHERE time >= '%s' AND time < '%s'".formatted(from, to);
    for (JsonNode row : StoredRows.of(store, "d", query)) {
      String name =
          row.path("bucket").asText()
              + " "
              + row.path("level").asText()
              + " "
              + row.path("machine").asText()
              + " "
              + StoredRows.time(row);
      rows.put(name, row);
    }
    return rows;
  }

  @Test
  void theRowsAreThoseOfTheLiveFiguresWithAHigherRevisionAndTheirOrigin() throws Exception {
    Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
    Instant from = today.minus(2, ChronoUnit.DAYS);
    Instant to = today.minus(1, ChronoUnit.DAYS);
    int port = Ports.free();
    url = "http://127.0.0.1:" + port;
    try (InfluxDb store = new InfluxDb(folder.resolve("influx"))) {
      store.start();
      store.createDatabase("d");
      Path file = Files.writeString(folder.resolve("gateway.yaml"), config(store, port));
      try (Gateway gateway = StartedGateway.of(new ConfigFile(file, Map.of(), List.of()))) {
        assertThat(gateway.fault()).isEmpty();
        tell(from.minus(2, ChronoUnit.HOURS), to.plus(3, ChronoUnit.HOURS));
        await().atMost(Duration.ofSeconds(60)).until(() -> isDrained(store, from));
        assertThat(get("/api/v1/status").at("/log/keptBytes").asLong()).isZero();

        Map<String, JsonNode> before = rows(store, from, to);
        assertThat(before).hasSizeGreaterThan(7_000);
        recompute(from, to);
        await().atMost(Duration.ofSeconds(60)).until(() -> isDrained(store, from));
        assertSameButMadeAgain(before, rows(store, from, to));
      }
    }
  }

  private static String config(InfluxDb store, int port) {
    return """
    gateway: { id: test }
    http: { port: %d }
    sources: [ { name: http-in, type: http } ]
    buffer: { segment-size: 1MiB, max-size: 16MiB, max-message-size: 256KiB }
    efficiency:
      zone: UTC
      allowed-lateness: 1m
      recompute: { keep: 0s }
      defaults:
        silent-after: 10m
        ideal-cycle: 20s
        state: { metric: state, running: [RUNNING], down: [DOWN] }
        count: { total: total }
    sinks: [ { name: history, type: influxdb, version: 1, url: "%s", database: d } ]
    """
        .formatted(port, store.url());
  }

  private boolean isDrained(InfluxDb store, Instant day) throws Exception {
    String query =
        "SELECT final FROM efficiency WHERE bucket = 'day' AND level = 'site' AND final = true"
            + " AND time >= '"
            + day
            + "'";
    for (JsonNode sink : get("/api/v1/ledger").path("sinks")) {
      if (sink.path("pending").asLong() > 0) {
        return false;
      }
    }
    return get("/api/v1/status").at("/log/segments").asInt() < 3
        && !StoredRows.of(store, "d", query).isEmpty();
  }

  private void recompute(Instant from, Instant to) throws Exception {
    String span = "{\"asset\":\"s\",\"from\":\"%s\",\"to\":\"%s\"}".formatted(from, to);
    send(RECOMPUTE, span, 202);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              JsonNode request = get(RECOMPUTE).at("/requests/0");
              assertThat(request.path("state").asText()).as(request.toString()).isEqualTo("done");
              assertThat(request.path("origin").asText()).isEqualTo("store");
              assertThat(request.path("notGivenBack")).hasSizeGreaterThan(5);
              assertThat(request.path("detail").asText()).contains("came from store history");
            });
  }

  private static void assertSameButMadeAgain(
      Map<String, JsonNode> before, Map<String, JsonNode> after) throws IOException {
    assertThat(after.keySet()).isEqualTo(before.keySet());
    for (Map.Entry<String, JsonNode> row : before.entrySet()) {
      ObjectNode was = row.getValue().deepCopy();
      ObjectNode is = after.get(row.getKey()).deepCopy();
      assertThat(is.remove("origin")).as(row.getKey()).isEqualTo(JSON.readTree("\"store\""));
      assertThat(is.remove("revision").asLong())
          .as(row.getKey())
          .isGreaterThan(was.remove("revision").asLong());
      assertThat(is).as(row.getKey()).isEqualTo(was);
    }
  }
}
