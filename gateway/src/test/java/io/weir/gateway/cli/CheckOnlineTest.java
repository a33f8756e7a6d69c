package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.config.Secret;
import io.weir.gateway.console.Console;
import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.VictoriaMetrics;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.StoreInside;
import io.weir.gateway.sink.embedded.EmbeddedConfig;
import io.weir.gateway.sink.embedded.EmbeddedSink;
import io.weir.peers.Ports;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir check --online} with a real InfluxDB 1.6.7 that was there before the gateway. */
@Tag("server")
class CheckOnlineTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int check(String url) throws IOException {
    return checkSink("type: influxdb, version: 1, url: \"" + url + "\", database: plant");
  }

  private int checkSink(String sink) throws IOException {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(
        file,
        """
        gateway: { id: online, data-dir: data }
        http: { token: s3cret }
        sources:
          - { name: plant, type: mqtt, url: "tcp://127.0.0.1:1883" }
        routes:
          - topic: plant/{machine}
            format: json
            metrics:
              - { from: good, type: integer }
              - { from: state, type: string }
        sinks:
          - { name: history, %s }
        """
            .formatted(sink));
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of());
    return new Program(terminal, Time.SYSTEM, FileSystem.DISK, (config, loaded) -> 0)
        .run("check", "--config", file.toString(), "--online");
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void fieldsThatTheStoreHoldsWithAnotherTypeAreNamed() throws Exception {
    try (InfluxDb influx = new InfluxDb(folder.resolve("influx"))) {
      influx.start();
      influx.createDatabase("plant");
      assertThat(check(influx.url())).isZero();

      write(influx, "telemetry good=1i,temp=20i,speed=1.5,state=1 1\nelsewhere temp=20i 1");
      assertThat(check(influx.url())).isEqualTo(1);
      assertThat(err().lines())
          .containsExactlyInAnyOrder(
              "sink history: field 'temp' of telemetry: the store holds it as integer, the readings"
                  + " are sent as float and would be set aside; give the metric 'type: integer' in"
                  + " its route",
              "sink history: field 'state' of telemetry: the store holds it as float, the readings"
                  + " are sent as string and would be set aside; give the metric 'type: float' in"
                  + " its route");

      write(influx, "telemetry speed_count=9i,good_max=1i,good_late=1i,speed_max=2i 2");
      String sink = "type: influxdb, version: 1, url: \"%s\", database: plant, thin: [ %s ]";
      String window = "{ metrics: [good, speed], window: 1m, keep: [mean, max, count] }";
      assertThat(checkSink(sink.formatted(influx.url(), window))).isEqualTo(1);
      assertThat(err().lines().map(line -> line.split("'")[1]))
          .as("a window has whole counts, and what it makes of whole numbers is whole")
          .containsExactlyInAnyOrder("temp", "state", "speed_max");
    }
  }

  @Test
  void aStoreThatDoesNotAnswerIsAFailure() throws Exception {
    assertThat(check("http://127.0.0.1:1")).isEqualTo(2);
    assertThat(err()).startsWith("sink history: its fields are not known: ");
  }

  private static EmbeddedConfig embedded(int port) {
    return new EmbeddedConfig(
        new SinkCommon(
            "history", EmbeddedConfig.DEFAULT.batch(), EmbeddedConfig.DEFAULT.start(), 0),
        port,
        0,
        null);
  }

  private static Console console(EmbeddedSink store, int port, @Nullable Secret token) {
    StoreInside inside = store.inside();
    return new Console(
        new StoreInside(inside.name(), port, inside.origin(), inside.reader()),
        token,
        null,
        new SimpleMeterRegistry());
  }

  @Test
  void columnsOfTheEmbeddedStoreThatHaveAnotherTypeAreNamed() throws Exception {
    int port = Ports.free();
    int lockedPort = Ports.free();
    String sink = "type: embedded, port: " + port;
    assertThat(checkSink(sink)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("sink history: the embedded store answers while the gateway runs");

    SharedClasses.forStores();
    try (EmbeddedSink store =
            EmbeddedSink.start(embedded(port), folder.resolve("store"), Time.SYSTEM);
        Console console = console(store, port, null);
        Console locked = console(store, lockedPort, new Secret("s3cret"))) {
      console.start();
      locked.start();
      assertThat(
              store.write(
                  List.of(
                      "telemetry,machine=a good=1.5,temp=20i,speed=1.5,state=\"x\",run=t 1",
                      "elsewhere,machine=a temp=20i 1")))
          .isInstanceOf(Sink.Answer.Stored.class);
      await("the columns, which QuestDB adds a moment after its answer")
          .untilAsserted(() -> assertThat(checkSink(sink)).isEqualTo(1));
      assertThat(err().lines())
          .as("a column of floats takes integers")
          .containsExactly(
              "sink history: field 'temp' of telemetry: the store holds it as integer, the readings"
                  + " are sent as float and would be set aside; give the metric 'type: integer' in"
                  + " its route");
      assertThat(checkSink("type: embedded, port: " + lockedPort)).as("with a login").isEqualTo(1);
      assertThat(check("http://127.0.0.1:" + port)).as("QuestDB beside the gateway").isEqualTo(1);
    }
  }

  @Test
  void ofVictoriaMetricsItIsSaidThatItHoldsFloatsOnly() throws Exception {
    try (VictoriaMetrics store = new VictoriaMetrics(folder.resolve("victoria"))) {
      store.start();
      assertThat(check(store.url())).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8))
          .contains("sink history: VictoriaMetrics holds every value as a float");
    }
  }

  private static void write(InfluxDb influx, String lines) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(influx.url() + "/write?db=plant"))
                    .POST(HttpRequest.BodyPublishers.ofString(lines))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }
}
