package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway whose configuration changes under it; its store is away all the time. */
@Tag("server")
class ReloadTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path brokerHome;
  private static Mosquitto broker;

  @TempDir Path folder;
  private final int port = Ports.free();
  private Path file;
  private Gateway gateway;
  private MqttClient device;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = Mosquitto.started(brokerHome);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start() throws Exception {
    file = folder.resolve("gateway.yaml");
    write("routes: [ { topic: 'a/{machine}', format: json } ]");
    ConfigFile configured = new ConfigFile(file, Map.of(), List.of("gateway.reload=on-change"));
    gateway = StartedGateway.of(configured);
    device = new MqttClient(broker.url(), "device", new MemoryPersistence());
    device.connect();
    await().until(() -> get("/api/v1/status").at("/sources/0/ready").asBoolean());
  }

  @AfterEach
  void stop() throws Exception {
    device.disconnect();
    device.close();
    gateway.close();
  }

  private void write(String routes) throws IOException {
    write(routes, "");
  }

  private void write(String routes, String more) throws IOException {
    Files.writeString(
        file,
        """
        gateway: { id: reload, data-dir: data }
        sources: [ { name: plant, type: mqtt, url: "%s", session-expiry: 0s } ]
        sinks:
          - { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d }
        http: { port: %d }
        %s
        %s
        """
            .formatted(broker.url(), port, routes, more));
  }

  private HttpResponse<String> reload() throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/config/reload"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    return JSON.readTree(
        HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  private void publish(String topic, String payload, boolean retained) throws Exception {
    device.publish(topic, payload.getBytes(UTF_8), 1, retained);
  }

  private JsonNode ledger() throws Exception {
    return get("/api/v1/ledger").at("/sources/0");
  }

  private void awaitReloads(String outcome, int count) {
    await()
        .until(
            () ->
                HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                            .build(),
                        HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains(
                        "weir_config_reloads_total{outcome=\"%s\"} %d".formatted(outcome, count)));
  }

  private void awaitReceived(int readings) {
    await().until(() -> ledger().path("received").asInt() == readings);
  }

  @Test
  void routesAreTakenOverAndSubscriptionsFollowOnTheSameConnection() throws Exception {
    publish("b/press", "{\"ts\": 1790000000000, \"temp\": 1}", true);
    write("routes: [ { topic: 'b/{machine}', format: json } ]");

    HttpResponse<String> answer = reload();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()))
        .isEqualTo(
            JSON.readTree(
                """
                { "added": ["b/{machine}"], "changed": [], "removed": ["a/{machine}"],
                  "efficiency": false, "madeAgain": [], "notMadeAgain": [], "needsRestart": [], "pending": [] }
                """));
    awaitReceived(1);
    publish("a/press", "{\"temp\": 2}", false);
    publish("b/press", "{\"temp\": 3}", false);
    awaitReceived(2);
    assertThat(ledger().path("appended").asInt()).as("also what was retained").isEqualTo(2);
    JsonNode status = get("/api/v1/status");
    assertThat(status.path("topics")).hasToString("[\"b/{machine}\"]");
    assertThat(status.at("/sources/0/connects").asInt()).isEqualTo(1);
    publish("b/press", "", true);
  }

  @Test
  void routesThatOnlyChangedPlacesAreNamedAsChanged() throws Exception {
    write("routes: [ { topic: 'b/press', format: json }, { topic: 'b/{machine}', format: json } ]");
    assertThat(reload().statusCode()).isEqualTo(200);
    write("routes: [ { topic: 'b/{machine}', format: json }, { topic: 'b/press', format: json } ]");

    JsonNode answer = JSON.readTree(reload().body());

    assertThat(answer.path("changed")).hasToString("[\"b/{machine}\",\"b/press\"]");
  }

  @Test
  void aBadFileIsRefusedWholeWithEveryError() throws Exception {
    write("routes: [ { topic: 'b/{machine}', format: jsno }, { topic: 'c/#/x', format: json } ]");

    HttpResponse<String> answer = reload();

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("title").asText()).isEqualTo("Configuration refused");
    assertThat(problem.path("errors")).hasSize(2);
    assertThat(problem.at("/errors/0/key").asText()).isEqualTo("routes[0].format");
    assertThat(problem.at("/errors/0/line").asInt()).isEqualTo(6);
    publish("a/press", "{\"temp\": 1}", false);
    awaitReceived(1);
    assertThat(get("/api/v1/status").path("topics")).hasToString("[\"a/{machine}\"]");
  }

  @Test
  void whatNeedsARestartIsNamedAndLeftAsItIsAndTheRoutesAreTakenOver() throws Exception {
    write(
        "routes: [ { topic: 'a/{machine}', format: json, measurement: other } ]",
        """
        buffer: { max-size: 9GiB }
        logging: { level: debug }
        """);
    Files.writeString(
        file,
        Files.readString(file)
            .replace("session-expiry: 0s", "session-expiry: 1h")
            .replace("name: away", "name: far"));

    JsonNode answer = JSON.readTree(reload().body());

    assertThat(answer.path("changed")).hasToString("[\"a/{machine}\"]");
    assertThat(answer.path("needsRestart"))
        .hasToString("[\"sources[plant]\",\"buffer\",\"sinks[away]\",\"sinks[far]\",\"logging\"]");
    assertThat(get("/api/v1/status").at("/sinks/0/name").asText()).isEqualTo("away");
  }

  @Test
  void figuresAreMadeAsTheChangedFileSaysWithoutARestart() throws Exception {
    String routes = "routes: [ { topic: 'f/{site}/{machine}', format: json } ]";
    String figures =
        """
        efficiency:
          zone: UTC
          target: { oee: %s }
          shifts: [ { name: %s, start: "00:00", end: "00:00" } ]
          defaults: { state: { metric: state, running: [%s] } }
        """;
    write(routes, figures.formatted(0.75, "one", "RUN"));
    assertThat(JSON.readTree(reload().body()).path("needsRestart")).hasToString("[\"efficiency\"]");
    gateway.close();
    gateway =
        StartedGateway.of(new ConfigFile(file, Map.of(), List.of("gateway.reload=on-request")));
    await().until(() -> get("/api/v1/status").at("/sources/0/ready").asBoolean());
    publish("f/s/press", "{\"state\": \"GO\"}", false);
    await().until(() -> get("/api/v1/efficiency").at("/machines").size() == 1);
    assertThat(get("/api/v1/efficiency").at("/machines/0/state").asText()).isEqualTo("unknown");

    write(routes, figures.formatted(0.6, "two", "GO"));
    JsonNode answer = JSON.readTree(reload().body());

    assertThat(answer.path("efficiency").asBoolean()).isTrue();
    assertThat(answer.path("needsRestart")).isEmpty();
    JsonNode now = get("/api/v1/efficiency");
    assertThat(now.path("targetOee").asDouble()).isEqualTo(0.6);
    assertThat(now.at("/machines/0/state").asText()).isEqualTo("running");
    assertThat(now.at("/machines/0/shift/name").asText()).isEqualTo("two");
    write(routes, figures.formatted(0.5, "none", "GO"));
    assertThat(reload().statusCode()).isEqualTo(422);
    assertThat(get("/api/v1/efficiency").path("targetOee").asDouble()).isEqualTo(0.6);
  }

  @Test
  void aChangedFileIsTakenOverByItselfWhereAskedForAndABadOneIsNot() throws Exception {
    write("routes: [ { topic: 'c/{machine}', format: json } ]");
    await()
        .until(() -> get("/api/v1/status").path("topics").toString().equals("[\"c/{machine}\"]"));
    write("routes: [ { topic: 'd/{machine}', form: json } ]");
    awaitReloads("refused", 1);
    assertThat(get("/api/v1/status").path("topics")).hasToString("[\"c/{machine}\"]");
  }

  @Test
  void aChangedTableOrExpressionThatTheFileNamesIsTakenOverByItselfToo() throws Exception {
    Path table = Files.writeString(folder.resolve("assets.csv"), "id,machine\nsn-1,press-01\n");
    Path expression = Files.writeString(folder.resolve("shape.jsonata"), "$");
    write(
        """
        routes:
          - { topic: 'c/{device}', format: json, asset-table: assets.csv, asset-id: '{device}' }
          - { topic: 'd/{machine}', format: jsonata, jsonata: { file: shape.jsonata } }
        """);
    awaitReloads("applied", 1);

    Files.writeString(table, "id,machine\nsn-1,press-02\n");
    awaitReloads("applied", 2);
    Files.writeString(expression, "{");
    awaitReloads("refused", 1);
    Files.writeString(expression, "{ \"temp\": t }");
    awaitReloads("applied", 3);

    publish("c/sn-1", "{\"temp\": 1}", false);
    publish("d/press-03", "{\"t\": 1}", false);
    await()
        .untilAsserted(
            () ->
                assertThat(get("/api/v1/assets").toString())
                    .contains("press-02", "press-03")
                    .doesNotContain("press-01"));
  }

  private JsonNode post(String path, Object body, int status) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  @Test
  void whatNoRouteTakesIsFoundRoutedByOneRequestAndTakenBackByOne() throws Exception {
    String site = "/api/v1/config/site";
    publish("a/known", "{\"temperature\":1}", true);
    publish("fresh/m1", "{\"temperature\":1}", true);
    post("/api/v1/discover", "{\"seconds\":1}", 202);
    await().until(() -> !get("/api/v1/discover").path("isListening").asBoolean());
    JsonNode heard = get("/api/v1/discover").path("heard");
    assertThat(heard.path("problem").asText()).isEmpty();
    assertThat(heard.path("routed").asInt()).isPositive();
    JsonNode found = heard.at("/findings/0");
    assertThat(found.path("topic").asText()).isEqualTo("fresh/m1");
    assertThat(found.path("isRouted").asBoolean()).isFalse();

    ObjectNode change = JSON.createObjectNode();
    change.putObject("site").putArray("routes").add(found.path("route"));
    change.put("version", get(site).path("version").asText()).put("who", "anna");
    assertThat(post(site, change, 200).at("/does/added").toString()).contains("fresh/m1");
    assertThat(get("/api/v1/discover").at("/heard/findings/0/isRouted").asBoolean()).isTrue();
    int before = ledger().path("received").asInt();
    publish("fresh/m1", "{\"temperature\":2}", false);
    await().until(() -> ledger().path("received").asInt() > before);

    ObjectNode back = JSON.createObjectNode();
    back.put("version", get(site).path("version").asText()).put("who", "anna");
    assertThat(post(site + "/versions/0/restore", back, 200).at("/does/removed").toString())
        .contains("fresh/m1");
    publish("a/known", "", true);
    publish("fresh/m1", "", true);
  }
}
