package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.weir.gateway.Gateway;
import io.weir.gateway.StartedGateway;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.peers.VictoriaMetrics;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;

/**
 * The commands beside a gateway that runs, with a token, a certificate of its own making, and the
 * smallest bounds that the configuration allows.
 */
@Tag("server")
class RunningGatewayTest {

  private static final Map<String, String> ENVIRONMENT = Map.of("TOKEN", "a token");

  @TempDir static Path folder;

  private static VictoriaMetrics store;
  private static Gateway gateway;
  private static Path file;
  private static int port;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws Exception {
    store = new VictoriaMetrics(folder.resolve("store"));
    store.start();
    port = Ports.free();
    certificate();
    file =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            gateway: { id: test }
            sources: [{ name: http-in, type: http }]
            buffer: { segment-size: 1MiB, max-size: 2MiB, max-message-size: 256KiB }
            quarantine: { max-size: 16MiB }
            efficiency: { defaults: { state: { metric: state, running: [RUNNING] } } }
            sinks:
              - { name: history, type: influxdb, version: 2, org: o, bucket: b, text: false, url: "%s" }
            http:
              port: %d
              token: ${TOKEN}
              users: users.yaml
              tls: { cert: server.pem, key: server.key }
            """
                .formatted(store.url(), port));
    ConfigFile configured = new ConfigFile(file, ENVIRONMENT, List.of());
    gateway = StartedGateway.of(configured);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    store.close();
  }

  private static void certificate() throws IOException, InterruptedException {
    Process openssl =
        new ProcessBuilder(
                ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=plant.example"
                        + " -keyout server.key -out server.pem")
                    .split(" "))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    assertThat(openssl.waitFor()).isZero();
  }

  private static int post(String path, String contentType, String body) throws IOException {
    SslContext own =
        SslContextBuilder.forClient().trustManager(folder.resolve("server.pem").toFile()).build();
    return HttpClient.newConnection()
        .secure(spec -> spec.sslContext(own).handlerConfigurator(RunningGateway::anyName))
        .headers(h -> h.set("authorization", "Bearer a token").set("content-type", contentType))
        .post()
        .uri("https://127.0.0.1:" + port + path)
        .send(ByteBufMono.fromString(Mono.just(body)))
        .responseSingle((response, content) -> Mono.just(response.status().code()))
        .block();
  }

  @Test
  void whoMayNotIsToldHowToMakeATokenThatMay() throws Exception {
    assertThat(run("reload", "--set", "http.token=wrong")).isEqualTo(2);
    assertThat(err())
        .contains(
            "401", "--token-file or WEIR_TOKEN", "weir user token --config F NAME --role ROLE");
    String viewer = token("watcher", "viewer");
    Awaitility.await()
        .untilAsserted(() -> assertThat(run("orders", "list", "--token-file", viewer)).isZero());
    assertThat(run("reload", "--token-file", viewer)).isEqualTo(2);
    assertThat(err()).contains("403", "weir user token --config F NAME --role engineer makes");
    String engineer = token("deployer", "engineer");
    Awaitility.await()
        .untilAsserted(() -> assertThat(run("reload", "--token-file", engineer)).isZero());
  }

  private String token(String name, String role) throws IOException {
    assertThat(run("user", "token", name, "--role", role)).as(err()).isZero();
    return Files.writeString(folder.resolve(name), out()).toString();
  }

  private int run(String... args) {
    return run(file, args);
  }

  private int run(Path configured, String... args) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            ENVIRONMENT);
    List<String> all =
        Stream.concat(Stream.of(args), Stream.of("--config", configured.toString())).toList();
    return new Program(terminal, Time.SYSTEM, FileSystem.DISK, (file, config) -> 0)
        .run(all.toArray(String[]::new));
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }

  /** Sends something that cannot be taken; returns the id it is quarantined by. */
  private String quarantined(String payload) throws IOException {
    assertThat(post("/api/v1/readings", "application/json", payload)).isEqualTo(400);
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(run("quarantine", "list", "--limit", "1")).isZero();
              assertThat(out()).contains(payload);
            });
    return out().substring(0, 16);
  }

  @Test
  void whatCouldNotBeTakenIsListedAndShownBesideTheGateway() throws Exception {
    String id = quarantined("{\"temp\": oops}");
    assertThat(out())
        .matches("(?s)[0-9a-f]{16}  20\\S+Z  http-in  /api/v1/readings\n    malformed \\(1\\): .*");

    assertThat(run("quarantine", "show", id)).isZero();
    assertThat(out()).contains("http-in", "/api/v1/readings", "malformed", "replayed       no");
    assertThat(out()).contains("00000000  7b 22 74 65 6d 70 22 3a 20 6f 6f 70 73 7d");
    assertThat(run("quarantine", "show", id, "--raw")).isZero();
    assertThat(out()).isEqualTo("{\"temp\": oops}");

    assertThat(run("quarantine", "list", "--reason", "malformed", "--origin", "http-in")).isZero();
    assertThat(out()).contains(id);
    assertThat(run("quarantine", "list", "--reason", "too-large")).isZero();
    assertThat(out()).isEmpty();
    assertThat(run("quarantine", "list", "--since", "2200-01-01T00:00:00Z")).isZero();
    assertThat(out()).isEmpty();
  }

  @Test
  void aReplayIsAskedOfTheGatewayAndDoneOnce() throws Exception {
    String id = quarantined("[still wrong");

    assertThat(run("quarantine", "replay", "--id", id)).isZero();
    assertThat(out()).startsWith("replayed 1: 0 readings, 1 rejected again");
    assertThat(run("quarantine", "replay", "--id", id)).isZero();
    assertThat(out()).startsWith("replayed 0: ").contains("skipped 1 replayed before");
    assertThat(run("quarantine", "replay", "--id", id, "--again")).isZero();
    assertThat(out()).startsWith("replayed 1: ");

    assertThat(run("quarantine", "show", id)).isZero();
    assertThat(out()).containsPattern("replayed +20");
  }

  @Test
  void anImpossibleReplayIsReportedWithWhatToDo() {
    assertThat(run("quarantine", "replay")).isEqualTo(1);
    assertThat(err()).contains("--all");
    assertThat(run("quarantine", "replay", "--reason", "bad")).isEqualTo(1);
    assertThat(err()).contains("malformed, ");
    assertThat(run("quarantine", "replay", "--all", "--set", "http.token=wrong")).isEqualTo(2);
    assertThat(err()).contains("401").doesNotContain("wrong");
    assertThat(run("quarantine", "replay", "--all", "--set", "http.port=1")).isEqualTo(2);
    assertThat(err()).contains("no gateway answers at https://127.0.0.1:1");
    assertThat(run("quarantine", "replay", "--all", "--set", "http.port=0")).isEqualTo(1);
    assertThat(err()).contains("http.port is 0");
    assertThat(run("quarantine", "replay", "--all", "--topic", "a")).isEqualTo(1);
    assertThat(err()).contains("--all selects every entry");
  }

  @Test
  void aRecomputeEndsAndNamesTheSinksThatCannotReplaceAValue() {
    String[] days = {"--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z"};
    assertThat(run("efficiency", "recompute", days[0], days[1], days[2], days[3])).isLessThan(3);
    assertThat(out()).matches("(?s)(done|refused): 0 readings of figures written.*");
    assertThat(err())
        .contains("cannot replace a value")
        .contains("- history")
        .doesNotContain("does not give back");
  }

  @Test
  void whatTheGatewayTakesForWrongIsTheUsersError() {
    String[] reversed = {"--from", "2026-01-02T00:00:00Z", "--to", "2026-01-01T00:00:00Z"};
    assertThat(run("efficiency", "recompute", reversed[0], reversed[1], reversed[2], reversed[3]))
        .isEqualTo(1);
    assertThat(err()).contains("400", "to must be after from");
    assertThat(run("efficiency", "retire", "s/a/l/nobody")).isEqualTo(1);
    assertThat(err()).contains("404", "there are no figures of s/a/l/nobody");
  }

  @Test
  void anEntryThatIsNotThereIsTheUsersError() {
    assertThat(run("quarantine", "show", "0123456789abcdef")).isEqualTo(1);
    assertThat(err()).contains("no entry 0123456789abcdef");
    for (String wrong : List.of("12", "0123456789abcdeg", "zzz")) {
      assertThat(run("quarantine", "show", wrong)).as(wrong).isEqualTo(1);
    }
    assertThat(run("quarantine", "list", "--since", "yesterday")).isEqualTo(1);
    assertThat(err()).contains("--since takes a time such as");
    assertThat(run("quarantine", "list", "--limit", "0")).isEqualTo(1);
  }

  @Test
  void aCorrectionIsListedAndUndoneBesideTheGateway() throws Exception {
    long now = System.currentTimeMillis();
    String machine = "telemetry,site=s,area=a,line=l,machine=m state=\"RUNNING\" ";
    assertThat(post("/write?precision=ms", "text/plain", machine + (now - 60_000))).isEqualTo(204);
    String correction =
        """
        {"kind": "annotated", "comment": "first shift", "who": "anna", "site": "s", "area": "a",
          "line": "l", "machine": "m", "from": "%s", "to": "%s"}
        """
            .formatted(Instant.ofEpochMilli(now - 60_000), Instant.ofEpochMilli(now - 30_000));
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(post("/api/v1/corrections", "application/json", correction))
                    .isEqualTo(201));
    assertThat(run("corrections", "list")).as(err()).isZero();
    assertThat(out()).startsWith("0  20").contains("anna  annotated  s/a/l/m", "first shift");
    assertThat(run("corrections", "undo", "0", "--who", "bert", "--set", "http.token=wrong"))
        .isEqualTo(2);
    assertThat(err()).contains("401");
    assertThat(run("corrections", "undo", "0", "--who", "bert")).as(err()).isZero();
    assertThat(out()).contains("correction 0 is undone by record 1");
    assertThat(run("corrections", "export")).isZero();
    assertThat(out()).contains("\"of\":0,\"who\":\"bert\"", "\"address\":\"127.0.0.1\"");
    assertThat(run("corrections", "undo", "0", "--who", "carl")).isEqualTo(1);
  }

  @Test
  void aReloadSaysWhatIsDifferentNowAndWhatOfThePastIsMadeAgain() throws Exception {
    Instant now = Instant.now();
    String machine = "telemetry,site=s,area=a,line=l,machine=r state=\"RUNNING\" ";
    assertThat(post("/write?precision=ms", "text/plain", machine + now.toEpochMilli()))
        .isEqualTo(204);
    Awaitility.await()
        .untilAsserted(
            () -> {
              run("ledger");
              assertThat(out()).containsPattern("history \\(figures\\) +[1-9]");
            });
    String before = Files.readString(file);
    String yesterday = now.minusSeconds(86_400).toString().substring(0, 10);
    Files.writeString(
        file,
        before
                .replace("{ defaults:", "{ zone: UTC, holidays: [ " + yesterday + " ], defaults:")
                .replace("max-size: 16MiB", "max-size: 32MiB")
            + "routes: [ { source: http-in, topic: 'x/{machine}', format: json } ]\n");
    try {
      assertThat(run("reload")).as(err()).isZero();
      assertThat(out())
          .contains("routes added: x/{machine} of http-in")
          .contains("figures are made as the file says now")
          .contains("all machines from " + yesterday + "T00:00:00Z");
      assertThat(err()).contains("needs a restart: quarantine");

      Files.writeString(file, before.replace("type: influxdb", "type: influx"));
      assertThat(run("reload")).isEqualTo(1);
      assertThat(err()).contains(file + ":7: sinks[history].type: ");
    } finally {
      Files.writeString(file, before);
    }
    assertThat(run("reload")).as(err()).isZero();
    assertThat(out()).contains("routes removed: x/{machine} of http-in");
    assertThat(run("reload")).as(err()).isZero();
    assertThat(out()).contains("nothing is different");
  }

  @Test
  void aReloadNamesWhatIsTooOldToBeMadeAgain() throws Exception {
    String before = Files.readString(file);
    Path table = folder.resolve("cycles.csv");
    Files.writeString(table, "product,seconds,valid-from\nlid,2,2020-01-01\n");
    String cycle = "ideal-cycle: { product: product, table: cycles.csv }, state:";
    try {
      Files.writeString(file, before.replace("{ state:", "{ " + cycle));
      assertThat(run("reload")).as(err()).isZero();
      String machine =
          "telemetry,site=s,area=a,line=l,machine=p state=\"RUNNING\",product=\"lid\" ";
      assertThat(post("/write?precision=ms", "text/plain", machine + System.currentTimeMillis()))
          .isEqualTo(204);
      Awaitility.await()
          .untilAsserted(
              () -> {
                Files.writeString(table, "product,seconds,valid-from\nlid,2,2020-01-01\n");
                run("reload");
                Files.writeString(table, "product,seconds,valid-from\nlid,3,2020-01-01\n");
                assertThat(run("reload")).as(err()).isZero();
                assertThat(out())
                    .contains("s/a/l/p from 2")
                    .containsPattern(
                        "not made again, older than.*\n.*\n- s/a/l/p from (2019-12-31|2020-01-01)T.*Z to 2");
              });
    } finally {
      Files.writeString(file, before);
      run("reload");
    }
  }

  @Test
  void aFileThatOnlyTheGatewayRefusesIsReportedWithItsLines() throws Exception {
    Path other = Files.writeString(folder.resolve("other.yaml"), Files.readString(file));
    String before = Files.readString(file);
    Files.writeString(file, before.replace("max-size: 16MiB", "max-size: many"));
    try {
      assertThat(run(other, "reload")).isEqualTo(1);
      assertThat(err()).contains("gateway.yaml:4: quarantine.max-size: ", "nothing was changed");
    } finally {
      Files.writeString(file, before);
    }
    assertThat(run("reload", "--set", "http.port=1")).isEqualTo(2);
    assertThat(err()).contains("no gateway answers at", "--set http.port=PORT");
  }

  @Test
  void theLedgerIsAskedOfTheGatewayThatRuns() throws Exception {
    assertThat(post("/write", "text/plain", "telemetry temp=3 1700000000000000003")).isEqualTo(204);
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(run("ledger")).isZero();
              assertThat(out())
                  .startsWith("ledger of test, running at https://127.0.0.1:" + port)
                  .containsPattern("http-in +[1-9].* balanced")
                  .containsPattern("history \\(readings\\) +[1-9].* 0  balanced");
            });
    assertThat(run("ledger", "--json")).isZero();
    assertThat(out()).startsWith("{\"sources\":[{\"name\":\"http-in\",");
    assertThat(run("ledger", "--set", "http.token=wrong")).isEqualTo(2);
    assertThat(err()).contains("401");
  }

  @Test
  void theDoctorFindsTheGatewayAndItsStoreWell() {
    run("doctor");

    assertThat(out())
        .contains("gateway            runs at https://127.0.0.1:" + port + ", version test")
        .containsPattern("ok +data directory +.*, in use by the gateway")
        .containsPattern("ok +sink history +InfluxDB 2 at .* takes writes")
        .containsPattern("(ok|note) +disk +a sync of 4 KiB takes ")
        .containsPattern("ok +log readings ");
    assertThat(out().lines().filter(line -> line.startsWith("WRONG")))
        .allMatch(line -> line.contains(" disk "));
  }

  @Test
  void aBackupIsTakenWhileTheGatewayRunsAndStartsAGatewayOfItsOwn() throws Exception {
    assertThat(post("/write", "text/plain", "telemetry temp=2 1700000000000000002")).isEqualTo(204);
    Path backup = folder.resolve("backup");

    assertThat(run("backup", "--to", backup.toString())).as(err()).isZero();
    assertThat(out()).contains("files in " + backup);
    assertThat(run("backup", "--to", backup.toString())).isEqualTo(1);
    assertThat(run("restore", "--from", backup.toString(), "--replace")).isEqualTo(2);
    assertThat(err()).contains("another gateway uses");

    String other = "gateway.data-dir=" + folder.resolve("other");
    String away = "http.port=" + Ports.free();
    assertThat(run("restore", "--from", backup.toString(), "--set", other)).as(err()).isZero();
    assertThat(out()).contains("of the gateway test");
    assertThat(run("buffer", "verify", "--set", other)).as(out()).isZero();
    assertThat(run("ledger", "--set", other, "--set", away)).isZero();
    assertThat(out()).containsPattern("http-in +[1-9].* balanced");
    assertThat(run("restore", "--from", backup.toString(), "--set", other)).isEqualTo(1);
    assertThat(err()).contains("--replace");
    try (Gateway again =
        StartedGateway.of(new ConfigFile(file, ENVIRONMENT, List.of(other, away)))) {
      assertThat(again).isNotNull();
      assertThat(run("ledger", "--set", other, "--set", away)).isZero();
      assertThat(out()).contains("running at");
    }
  }

  @Test
  void theBufferIsLookedAtWhileTheGatewayRuns() throws Exception {
    assertThat(post("/write", "text/plain", "telemetry temp=1,good=2 1700000000000000000"))
        .isEqualTo(204);
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(run("buffer", "status")).isZero();
              assertThat(out()).containsPattern("consumer sink-history +at record [1-9][0-9]*, 0 ");
            });
    assertThat(run("buffer", "verify")).isZero();
    assertThat(out())
        .contains("readings  " + folder.resolve("data/log/readings"))
        .containsPattern("1 segment, .* MiB, [1-9][0-9]* records, [1-9][0-9]* readings, the newest")
        .contains("quarantine  ")
        .doesNotContain("FAULT");
  }
}
