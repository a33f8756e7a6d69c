package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.Gateway;
import io.weir.gateway.StartedGateway;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders that are started, paused and finished by commands, beside a gateway that runs. */
@Tag("slow")
class OrdersCommandTest {

  @TempDir Path folder;

  private int port;
  private Path file;
  private Gateway gateway;
  private CommandRun run;

  @BeforeEach
  void start() throws Exception {
    port = Ports.free();
    file = folder.resolve("weir.yaml");
    Files.writeString(
        file,
        """
        gateway: { id: test, data-dir: data }
        http: { port: %d }
        sources: [ { name: posts, type: http } ]
        sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
        efficiency:
          orders: orders.csv
          defaults: { state: { metric: state, running: [RUNNING] } }
        """
            .formatted(port));
    plan("1001,s/a/k/made,box,900,2026-03-02T06:00Z,2026-03-02T14:00Z");
    gateway = StartedGateway.of(new ConfigFile(file, Map.of(), List.of()));
    tell();
  }

  private void plan(String... orders) throws Exception {
    Files.write(
        folder.resolve("orders.csv"),
        Stream.concat(Stream.of("order,asset,product,quantity,start,end"), Stream.of(orders))
            .toList());
  }

  /** What is said of an order holds in the list once the machine has told something later. */
  private void tell() throws Exception {
    tell("site=s,area=a,line=k,machine=made");
  }

  private void tell(String tags) throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/write"))
                .POST(
                    HttpRequest.BodyPublishers.ofString("telemetry," + tags + " state=\"RUNNING\""))
                .build(),
            HttpResponse.BodyHandlers.discarding());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private int exit(String... command) {
    run =
        CommandRun.of(
            Stream.concat(Stream.of(command), Stream.of("--config", file.toString()))
                .toArray(String[]::new));
    return run.exit();
  }

  private int said(String... command) {
    return exit(
        Stream.concat(Stream.of(command), Stream.of("--asset", "s/a/k/made", "--who", "anna"))
            .toArray(String[]::new));
  }

  @Test
  void anOrderIsStartedPausedFinishedAndUndoneByCommands() throws Exception {
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(said("orders", "start", "4711", "--quantity", "500")).isZero());
    assertThat(run.out()).contains("order-started 4711 of s/a/k/made at 20");
    String event = run.out().replaceAll("(?s).* is kept as event ([0-9]+).*", "$1");
    Awaitility.await()
        .untilAsserted(
            () -> {
              tell();
              assertThat(exit("orders", "list")).isZero();
              assertThat(run.out())
                  .contains("s/a/k/made  running  4711  since 20", "500 pieces, event " + event);
            });
    assertThat(said("orders", "pause")).isZero();
    assertThat(exit("orders", "list")).isZero();
    assertThat(run.out()).contains("s/a/k/made  paused  4711");
    assertThat(exit("orders", "undo", event, "--who", "bert")).isEqualTo(2);
    assertThat(run.err()).contains("409", "only what was said last of s/a/k/made can be undone");
    assertThat(said("orders", "finish", "4711")).isZero();
    String finished = run.out().replaceAll("(?s).* is kept as event ([0-9]+).*", "$1");
    assertThat(exit("orders", "undo", finished, "--who", "bert")).isZero();
    assertThat(run.out()).contains("event " + finished + " is undone by record ");
    assertThat(said("orders", "finish", "4712")).isEqualTo(2);
    assertThat(run.err()).contains("makes the order '4711'");
    assertThat(exit("orders", "start", "1", "--asset", "made", "--who", "anna")).isEqualTo(1);
  }

  @Test
  void aMachineIsNamedWhateverSlashesAreInItsPath() throws Exception {
    tell("site=s/1,area=a,line=k,machine=made/2");
    String[] start = {"orders", "start", "4713", "--who", "anna", "--asset", "s\\/1/a/k/made/2"};
    Awaitility.await().untilAsserted(() -> assertThat(exit(start)).isZero());
    assertThat(run.out()).contains("order-started 4713 of s/1/a/k/made/2 at 20");
  }

  @Test
  void aPlannedOrderIsReadFromAFileAndStartedByItsIdAlone() throws Exception {
    assertThat(exit("orders", "list")).isZero();
    assertThat(run.out())
        .contains(
            "s/a/k/made  planned  1001  from 2026-03-02T06:00:00Z to 2026-03-02T14:00:00Z, box,"
                + " 900 pieces");
    plan("1001,s/a/k/made,box,many,,");
    assertThat(exit("reload")).isEqualTo(1);
    assertThat(run.err()).contains("orders.csv, line 2: quantity takes a number", "'many'");
    plan("1001,s/a/k/made,box,900,,", "1002,s/a/k,lid,70,,");
    assertThat(exit("reload")).isZero();
    assertThat(exit("orders", "list")).isZero();
    assertThat(run.out()).contains("s/a/k/made  planned  1001, box", "s/a/k  planned  1002, lid");
    Awaitility.await().untilAsserted(() -> assertThat(said("orders", "start", "1002")).isZero());
    Awaitility.await()
        .untilAsserted(
            () -> {
              tell();
              assertThat(exit("orders", "list")).isZero();
              assertThat(run.out())
                  .contains("s/a/k/made  running  1002  since 20", ", lid, ", "70 pieces, event ");
            });
    assertThat(run.out()).doesNotContain("planned  1002").contains("planned  1001");
  }
}
