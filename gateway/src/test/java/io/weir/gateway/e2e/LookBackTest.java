package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.Gateway;
import io.weir.gateway.StartedGateway;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.InfluxDb2;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shift of twelve days ago, asked of the gateway that made it and then of one that has lost its
 * logs: real stores give the same of it. Without its store the gateway says why it has nothing, and
 * shows the present all the same.
 */
@Tag("server")
class LookBackTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int LINES_OF_A_POST = 300;
  private static final String MACHINE = "site=s&area=a&line=l&machine=m1";

  /** Begins at six, twelve days ago. */
  private static final Instant SHIFT =
      Instant.now().truncatedTo(ChronoUnit.DAYS).minus(12, ChronoUnit.DAYS).plusSeconds(6 * 3600);

  private static final Instant SHIFT_END = SHIFT.plus(8, ChronoUnit.HOURS);

  @TempDir Path folder;
  private int port;

  private HttpResponse<String> send(String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (!body.isEmpty()) {
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = send(path, "");
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static String span(Instant from, Instant to) {
    return "fromMs=" + from.toEpochMilli() + "&toMs=" + to.toEpochMilli();
  }

  private static String ofShift() {
    return span(SHIFT, SHIFT_END);
  }

  /** Two machines; the first is down in the third hour, the second runs half as fast. */
  private void tell() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int at = 0; at <= 8 * 3600 + 1800; at += 30) {
      long ms = SHIFT.plusSeconds(at).toEpochMilli();
      boolean down = at >= 2 * 3600 && at < 3 * 3600;
      int made = at < 2 * 3600 ? at / 30 : Math.max(240, (at - 3600) / 30);
      lines.add(
          ("telemetry,site=s,area=a,line=l,machine=m1 state=\"%s\",why=\"%s\",total=%di,"
                  + "heat=%.1f %d")
              .formatted(down ? "DOWN" : "RUNNING", down ? "jam" : "", made, 20 + at / 3600.0, ms));
      lines.add(
          "telemetry,site=s,area=a,line=l,machine=m2 state=\"RUNNING\",total=%di %d"
              .formatted(at / 60, ms));
    }
    for (int at = 0; at < lines.size(); at += LINES_OF_A_POST) {
      String part = String.join("\n", lines.subList(at, Math.min(lines.size(), at + 300)));
      assertThat(send("/write?precision=ms", part).statusCode()).isEqualTo(204);
    }
  }

  private Gateway started(String sink) throws Exception {
    port = Ports.free();
    Path file =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            gateway: { id: test, data-dir: data }
            http: { port: %d }
            sources: [ { name: http-in, type: http } ]
            efficiency:
              zone: UTC
              shifts:
                - { name: early, start: "06:00", end: "14:00" }
                - { name: late, start: "14:00", end: "22:00" }
              allowed-lateness: 1m
              defaults:
                silent-after: 10m
                ideal-cycle: 30s
                state: { metric: state, reason: why, running: [RUNNING], down: [DOWN] }
                count: { total: total }
              lines: [ { asset: s/a/l, machines: [m1, m2], output: [m2] } ]
            sinks: [ %s ]
            """
                .formatted(port, sink));
    SharedClasses.forStores();
    return StartedGateway.of(new ConfigFile(file, Map.of(), List.of()));
  }

  private void lookBack(String sink, String name) throws Exception {
    List<JsonNode> before;
    try (Gateway gateway = started(sink)) {
      assertThat(gateway.fault()).isEmpty();
      tell();
      await().atMost(LONG).until(this::isStored);
      before = questions();
      assertIsTheShift(before);
    }
    loseLogs();
    try (Gateway gateway = started(sink)) {
      assertThat(gateway.fault()).isEmpty();
      // A store inside the gateway needs a moment; it is left alone for a while after a failure.
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () ->
                  send("/api/v1/past/states?" + MACHINE + "&" + ofShift(), "").statusCode() == 200);
      List<JsonNode> after = questions();
      for (int i = 0; i < before.size(); i++) {
        assertThat(after.get(i).path("source").asText()).as("question " + i).isEqualTo(name);
        assertThat(after.get(i).path("problem").asText()).isEmpty();
        if (i < before.size() - 1) {
          assertThat(after.get(i).path("answer").toString())
              .isEqualTo(before.get(i).path("answer").toString());
        }
      }
      assertIsTheShift(after);
      JsonNode none = get("/api/v1/past/stops?" + span(SHIFT.minusSeconds(86_400), SHIFT));
      assertThat(none.at("/answer/stops")).isEmpty();
      assertThat(none.path("fromMs").isNull()).isTrue();
    }
  }

  private boolean isStored() throws Exception {
    for (JsonNode sink : get("/api/v1/ledger").path("sinks")) {
      if (sink.path("pending").asLong() > 0) {
        return false;
      }
    }
    JsonNode trend =
        get("/api/v1/past/figures?" + MACHINE + "&bucket=shift&" + ofShift()).at("/answer/rows/0");
    JsonNode line =
        get("/api/v1/past/figures?site=s&area=a&line=l&bucket=shift&" + ofShift())
            .at("/answer/rows/0");
    return Math.abs(trend.path("runSeconds").asDouble() - 7 * 3600) < 1
        && line.path("total").asDouble() > 478;
  }

  private List<JsonNode> questions() throws Exception {
    return List.of(
        get("/api/v1/past/efficiency?bucket=shift&" + ofShift()),
        get("/api/v1/past/figures?" + MACHINE + "&bucket=hour&" + ofShift()),
        get("/api/v1/past/figures?bucket=day&" + span(SHIFT.minusSeconds(6 * 3600), SHIFT_END)),
        get("/api/v1/past/states?" + MACHINE + "&" + ofShift()),
        get("/api/v1/past/stops?" + MACHINE + "&state=down&" + ofShift()),
        get("/api/v1/past/signals?" + MACHINE + "&metric=heat&points=48&" + ofShift()));
  }

  private static void assertIsTheShift(List<JsonNode> answers) {
    JsonNode plant = answers.get(0).path("answer");
    JsonNode machine = plant.at("/machines/0/shift");
    assertThat(plant.at("/machines/0/path").toString()).contains("m1");
    assertThat(machine.path("name").asText()).isEqualTo("early");
    assertThat(machine.path("start").asText()).isEqualTo(SHIFT.toString());
    assertThat(machine.path("end").asText()).isEqualTo(SHIFT_END.toString());
    assertThat(machine.path("availability").asDouble()).isEqualTo(0.875);
    assertThat(machine.path("total").asDouble()).isEqualTo(839, within(2.0));
    assertThat(machine.at("/losses/stops/0/seconds").asDouble()).isEqualTo(3600);
    assertThat(plant.at("/lines/0/shift/total").asDouble()).isEqualTo(480, within(2.0));
    assertThat(plant.at("/plant/shift/name").asText()).isEqualTo("early");

    JsonNode hours = answers.get(1).at("/answer/rows");
    assertThat(hours).hasSize(8);
    assertThat(hours.at("/2/availability").asDouble()).isZero();
    assertThat(hours.at("/3/availability").asDouble()).isEqualTo(1);
    assertThat(answers.get(2).at("/answer/rows")).hasSize(1);
    assertThat(answers.get(2).at("/answer/rows/0/total").asDouble()).isGreaterThan(400);

    JsonNode spans = answers.get(3).at("/answer/machines/0/spans");
    assertThat(spans).hasSize(3);
    assertThat(spans.get(1).get(2).asText()).isEqualTo("down");
    assertThat(spans.get(1).get(3).asText()).isEqualTo("jam");

    JsonNode stops = answers.get(4).at("/answer/stops");
    assertThat(stops).hasSize(1);
    assertThat(stops.at("/0/reason").asText()).isEqualTo("jam");
    assertThat(stops.at("/0/seconds").asDouble()).isEqualTo(3600);
    assertThat(answers.get(4).at("/answer/pareto/0/count").asInt()).isEqualTo(1);

    JsonNode points = answers.get(5).at("/answer/signals/0/points");
    assertThat(points.size()).isBetween(40, 50);
    assertThat(points.get(0).get(1).asDouble()).isEqualTo(20, within(0.2));
    assertThat(points.get(points.size() - 1).get(2).asDouble()).isEqualTo(28, within(0.3));
  }

  /** All that the gateway itself knows; what the store inside it holds stays. */
  private void loseLogs() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("data"))) {
      for (Path each : all.toList()) {
        if (!each.endsWith("store")) {
          delete(each);
        }
      }
    }
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Test
  void anInfluxDb1HasWhatTheGatewayHasLost() throws Exception {
    try (InfluxDb store = new InfluxDb(folder.resolve("influx"))) {
      store.start();
      store.createDatabase("d");
      String sink =
          "{ name: history, type: influxdb, version: 1, url: \"%s\", database: d, timeout: 2s }"
              .formatted(store.url());
      lookBack(sink, "history");
      try (Gateway gateway = started(sink)) {
        assertThat(gateway.fault()).isEmpty();
        store.stop();
        HttpResponse<String> answer = send("/api/v1/past/efficiency?bucket=shift&" + ofShift(), "");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("store history: ");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(get("/api/v1/efficiency").path("lines").isArray()).isTrue();
      }
    }
  }

  @Tag("soak")
  @Test
  void theStoreInsideTheGatewayHasWhatItsLogsHaveLost() throws Exception {
    lookBack("{ name: inside, type: embedded, port: " + Ports.free() + " }", "inside");
  }

  @Test
  void anInfluxDb2HasWhatTheGatewayHasLost() throws Exception {
    InfluxDb2.orFail();
    try (InfluxDb2 store = new InfluxDb2(folder.resolve("influx"))) {
      store.start("d");
      String sink =
          "{ name: history, type: influxdb, version: 2, url: \"%s\", org: %s, bucket: %s, token: %s }"
              .formatted(store.url(), InfluxDb2.ORG, "d", InfluxDb2.TOKEN);
      lookBack(sink, "history");
    }
  }
}
