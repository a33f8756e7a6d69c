package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of a real broker and a real store, well and not. */
@Tag("server")
class DoctorPeersTest {

  @TempDir Path folder;

  private InfluxDb store;

  @BeforeEach
  void startStore() throws Exception {
    store = new InfluxDb(folder.resolve("influx"));
    store.start();
  }

  @AfterEach
  void stopStore() {
    store.close();
  }

  private CommandRun doctor(Mosquitto broker, String version) throws IOException {
    String file =
        Files.writeString(
                folder.resolve("gateway.yaml"),
                """
                gateway: { id: a }
                sources: [ { name: plant, type: mqtt, version: "%s", url: "%s" } ]
                routes:
                  - { topic: "open/{machine}", format: json }
                  - { topic: "closed/{machine}", format: json }
                sinks: [ { name: s, type: influxdb, version: 1, url: "%s", database: d } ]
                http: { port: %d }
                """
                    .formatted(version, broker.url(), store.url(), Ports.free()))
            .toString();
    return CommandRun.of("doctor", "--config", file);
  }

  @Test
  void aBrokerAndAStoreThatAreWellAreSaidToBe() throws IOException {
    store.createDatabase("d");
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"))) {
      for (String version : new String[] {"5", "3.1.1"}) {
        CommandRun run = doctor(broker, version);

        assertThat(run.out())
            .containsPattern(
                "ok +source plant +tcp://127.0.0.1:\\d+ accepts 2 subscriptions; mosquitto version 2")
            .containsPattern("ok +sink s +InfluxDB 1 at .* takes writes; version 1\\.");
      }
    }
    assertThat(store.query("d", "SHOW MEASUREMENTS")).doesNotContain("values");
  }

  @Test
  void aFieldThatTheStoreHoldsWithAnotherTypeIsWrong() throws IOException {
    store.createDatabase("d");
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"))) {
      seed("telemetry,machine=m temp=1i");

      CommandRun run = doctor(broker, "5");

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out())
          .containsPattern(
              "WRONG +sink s +field 'temp' of telemetry: the store holds it as integer");
    }
  }

  private void seed(String line) throws IOException {
    try {
      int status =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(store.url() + "/write?db=d"))
                      .POST(HttpRequest.BodyPublishers.ofString(line))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode();
      assertThat(status).isEqualTo(204);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aRefusedLoginQosZeroAndAMissingDatabaseAreWrong() throws IOException {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("closed"), "allow_anonymous false")) {
      CommandRun run = doctor(broker, "5");

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out())
          .containsPattern("WRONG +source plant +.*not authorised")
          .containsPattern("WRONG +sink s +the store refuses: HTTP 404 database not found")
          .contains("check token or login, and whether the database is there");
    }
    try (Mosquitto broker = Mosquitto.started(folder.resolve("zero"), "max_qos 0")) {
      CommandRun run = doctor(broker, "5");

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out())
          .containsPattern("note +source plant +it allows QoS 0 only")
          .containsPattern("WRONG +source plant +filter open/\\+: granted with QoS 0 only");
    }
  }
}
