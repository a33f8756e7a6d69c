package io.weir.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.http.InventedView;
import io.weir.gateway.live.Place;
import io.weir.gateway.live.Places;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.live.SignalQuery;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.model.Asset;
import io.weir.gateway.settings.Config;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Asset MACHINE = new Asset("p", "a b", "l", "m/1");
  private static final Scope ALL = new Scope(null, null, null, null);

  private final InventedView view = new InventedView();
  private final Meters meters = new Meters("plant-a-1", "0.1.0");
  private GatewayServer server;

  @BeforeEach
  void start() throws Exception {
    Config.Http http = new Config.Http("127.0.0.1", 0, null, null, 10_000, Duration.ofSeconds(20));
    server = GatewayServer.start(http, view, meters.registry(), List.of());
  }

  @AfterEach
  void stop() {
    server.close();
    meters.close();
  }

  private JsonNode get(String path, int status) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  @Test
  void allFiguresOfAnAssetAreServedByTheirNamesInTheStore() throws Exception {
    view.machines.figures =
        new AssetFigures(
            Places.of("p", "", "", "m"),
            new AssetFigures.Shift(
                "early",
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(60),
                "machine",
                Map.of("setup_ratio", 0.25)),
            null);
    assertThat(get("/api/v1/figures?site=p&area=a%20b&line=l&machine=m%2F1", 200))
        .isEqualTo(
            JSON.readTree(
                """
                {"path":["p","m"],"levels":["p","","","m"],"last":null,
                 "shift":{"name":"early","start":"1970-01-01T00:00:00Z","end":"1970-01-01T00:01:00Z",
                          "basis":"machine","figures":{"setup_ratio":0.25}}}
                """));
    assertThat(view.machines.asked).isEqualTo(MACHINE.path());
    get("/api/v1/figures?site=p&area=&line=", 200);
    assertThat(view.machines.asked).isEqualTo("p");
  }

  @Test
  void theHistoryIsServedInArrays() throws Exception {
    view.machines.history =
        new StateHistory(
            1,
            9,
            List.of(
                new StateHistory.Machine(
                    Places.of("p", "", "", "m"),
                    List.of(new StateHistory.Span(2, 9, "down", "jam")))),
            false);
    assertThat(get("/api/v1/history?hours=24&site=p&area=a%20b&line=l&machine=m%2F1", 200))
        .isEqualTo(
            JSON.readTree(
                """
                {"fromMs":1,"toMs":9,"more":false,
                 "machines":[{"path":["p","m"],"levels":["p","","","m"],"spans":[[2,9,"down","jam"]]}]}
                """));
    assertThat(view.machines.asked).isEqualTo(new Scope("p", "a b", "l", "m/1") + " 24");
    get("/api/v1/history", 200);
    assertThat(view.machines.asked).isEqualTo(ALL + " 8");
    get("/api/v1/history?site=p&line=&machine=m", 200);
    assertThat(view.machines.asked).isEqualTo(new Scope("p", null, "", "m") + " 8");
  }

  @Test
  void stopsAreAskedForByHoursOrShiftAndByWhatTheyWere() throws Exception {
    view.machines.stops =
        new StopList(
            1,
            9,
            List.of(
                new StopList.Stop(
                    Places.of("p", "", "", "m"),
                    2,
                    7.5,
                    "down",
                    "jam",
                    "Mechanical",
                    "early",
                    true,
                    false)),
            true,
            List.of(new StopList.Sum("down", "jam", "Mechanical", 7.5, 0, 1)),
            3);
    assertThat(get("/api/v1/stops?shift=last&state=down&reason=jam&uncoded=true&limit=1", 200))
        .isEqualTo(
            JSON.readTree(
                """
                {"fromMs":1,"toMs":9,"more":true,"uncoded":3,
                 "stops":[{"path":["p","m"],"levels":["p","","","m"],"startMs":2,"seconds":7.5,"state":"down",
                           "reason":"jam","reasonCategory":"Mechanical","shift":"early","open":true,"provisional":false}],
                 "pareto":[{"state":"down","reason":"jam","reasonCategory":"Mechanical","seconds":7.5,"provisionalSeconds":0.0,"count":1}]}
                """));
    assertThat(view.machines.asked)
        .isEqualTo(new StopQuery(new Period.Shift(true), ALL, "down", "jam", true, 1));
    get("/api/v1/stops", 200);
    assertThat(view.machines.asked)
        .isEqualTo(new StopQuery(new Period.Hours(24), ALL, null, null, false, 200));
  }

  @Test
  void signalsAreAskedForByMachineAndName() throws Exception {
    view.machines.signals =
        new SignalList(
            1,
            9,
            0,
            List.of(
                new SignalList.Numbers(
                    "speed", "telemetry", Map.of(), List.of(new SignalList.Point(3, 1, 2.5, 2)))),
            List.of(
                new SignalList.Texts(
                    "state",
                    "telemetry",
                    Map.of("side", "left"),
                    List.of(new SignalList.Change(3, "RUNNING")))),
            false);
    assertThat(
            get(
                "/api/v1/signals?site=p&area=a%20b&line=l&machine=m%2F1&metric=speed&metric=state"
                    + "&minutes=5&toMs=9&points=7",
                200))
        .isEqualTo(
            JSON.readTree(
                """
                {"fromMs":1,"toMs":9,"keptSinceMs":0,"more":false,
                 "signals":[{"metric":"speed","measurement":"telemetry",
                             "points":[[3,1.0,2.5,2.0]]}],
                 "words":[{"metric":"state","measurement":"telemetry","tags":{"side":"left"},
                           "changes":[[3,"RUNNING"]]}]}
                """));
    assertThat(view.machines.asked)
        .isEqualTo(new SignalQuery(MACHINE, Set.of("speed", "state"), 9L, 5, 7));
    get("/api/v1/signals?machine=m", 200);
    assertThat(view.machines.asked)
        .isEqualTo(new SignalQuery(new Asset(null, null, null, "m"), Set.of(), null, 60, 600));
  }

  @Test
  void qualityIsServedWithNullForWhatIsNotMeasured() throws Exception {
    view.machines.quality =
        new QualityList(
            List.of(
                new QualityList.Machine(
                    Places.of("p", "", "", "m"),
                    null,
                    2,
                    7.5,
                    null,
                    false,
                    -1.5,
                    1,
                    2,
                    3,
                    4,
                    5,
                    6,
                    7L,
                    0.5),
                new QualityList.Machine(
                    Place.NONE, "t/1", 2, 7.5, 6.0, true, null, 0, 0, 0, 0, 0, 0, null, null)),
            true,
            List.of(new QualityList.Held("bad-json", 4, 5)));
    assertThat(get("/api/v1/quality?line=l&limit=1", 200))
        .isEqualTo(
            JSON.readTree(
                """
                {"machines":[{"path":["p","m"],"levels":["p","","","m"],"device":null,"seenMs":2,"silentSeconds":7.5,
                              "silentAfterSeconds":null,"silent":false,"skewSeconds":-1.5,
                              "uncertain":1,"bad":2,"late":3,"implausible":4,"missing":5,
                              "missingEstimated":6,"gapMs":7,"periodSeconds":0.5},
                             {"path":[],"levels":["","","",""],"device":"t/1","seenMs":2,"silentSeconds":7.5,
                              "silentAfterSeconds":6.0,"silent":true,"skewSeconds":null,
                              "uncertain":0,"bad":0,"late":0,"implausible":0,"missing":0,
                              "missingEstimated":0,"gapMs":null,"periodSeconds":null}],
                 "more":true,
                 "quarantine":[{"reason":"bad-json","count":4,"newestMs":5}]}
                """));
    assertThat(view.machines.asked).isEqualTo(new Scope(null, null, "l", null) + " 1");
  }

  @Test
  void anEntryOfTheQuarantineIsServedWhole() throws Exception {
    view.entry =
        new QuarantineEntry(
            "00ff00ff00ff00ff",
            "t",
            "plant",
            java.time.Instant.EPOCH,
            "malformed",
            "not JSON",
            List.of(),
            new QuarantineEntry.Payload(null, "/w=="),
            1,
            false,
            null);
    JsonNode entry = get("/api/v1/quarantine/00ff00ff00ff00ff", 200);
    assertThat(entry.path("payload").toString()).isEqualTo("{\"base64\":\"/w==\"}");
    assertThat(entry.path("received").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(get("/api/v1/quarantine/00ff00ff00ff00fe", 404).path("detail").asText())
        .contains("no longer");
    for (String wrong : List.of("", "1", "00FF00FF00FF00FF", "zzzzzzzzzzzzzzzz")) {
      assertThat(get("/api/v1/quarantine/" + wrong, 400).path("detail").asText())
          .contains("16 hexadecimal digits");
    }
    get("/api/v1/quarantine/a/b", 404);
  }

  @Test
  void withoutFiguresThereIsNoHistory() throws Exception {
    for (String path : List.of("/api/v1/figures", "/api/v1/history", "/api/v1/stops")) {
      JsonNode problem = get(path, 404);
      assertThat(problem.path("detail").asText()).contains("efficiency");
      assertThat(problem.path("missing").asText()).isEqualTo("efficiency");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/v1/history?hours=0        | hours must be a whole number from 1 to 24",
        "/api/v1/history?hours=25       | hours must be a whole number from 1 to 24",
        "/api/v1/history?hours=1.5      | hours must be a whole number from 1 to 24",
        "/api/v1/history?hours=         | hours must be a whole number from 1 to 24",
        "/api/v1/history?hours=8&hours=9 | hours is given 2 times; give it once",
        "/api/v1/history?hour=8         | there is no parameter 'hour'; this path takes site, area,"
            + " line, machine, hours",
        "/api/v1/history?site=%zz       | percent-encoding",
        "/api/v1/history?site=a&site=b  | site is given 2 times",
        "/api/v1/stops?shift=next       | shift must be one of present, last",
        "/api/v1/stops?shift=last&hours=1 | give either hours or shift",
        "/api/v1/stops?state=broken     | state must be one of unknown, running, micro_stop, down",
        "/api/v1/stops?limit=1001       | limit must be a whole number from 1 to 1000",
        "/api/v1/signals                | name the machine",
        "/api/v1/signals?site=p         | name the machine",
        "/api/v1/signals?machine=m&points=0     | points must be a whole number from 1 to 2000",
        "/api/v1/signals?machine=m&minutes=1441 | minutes must be a whole number from 1 to 1440",
        "/api/v1/signals?machine=m&toMs=-1      | toMs must be a whole number from 0",
        "/api/v1/signals?machine=m&toMs=99999999999999999999 | toMs must be a whole number from 0",
        "/api/v1/quality?limit=no       | limit must be a whole number from 1 to 1000",
        "/api/v1/quarantine?limit=%     | percent-encoding",
      })
  void anInvalidQueryIsAnsweredWithWhatIsValid(String path, String detail) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port());
    String asked = raw(uri.getPort(), path);
    assertThat(asked).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
    JsonNode problem = JSON.readTree(asked.substring(asked.indexOf("\r\n\r\n")));
    assertThat(problem.path("title").asText()).isEqualTo("Bad request");
    assertThat(problem.path("detail").asText()).contains(detail);
  }

  /** A client of Java would not send what is no URI. */
  private static String raw(int port, String path) throws Exception {
    try (java.net.Socket socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      return new String(
          socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
