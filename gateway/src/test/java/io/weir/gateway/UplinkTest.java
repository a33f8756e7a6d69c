package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.api.Status;
import io.weir.gateway.cli.Program;
import io.weir.gateway.cli.Terminal;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.intake.SomeTotals;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.peers.LoginProxy;
import io.weir.gateway.peers.ThinLine;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.uplink.LinkBatch;
import io.weir.gateway.uplink.LinkCodec;
import io.weir.gateway.uplink.LinkRow;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that sends to another one, both whole, over TLS and a line of the test. */
@Tag("server")
class UplinkTest {

  @TempDir Path folder;
  private Certificates certificates;
  private final int edgePort = Ports.free();
  private final int plantPort = Ports.free();
  private ThinLine line;

  /** How long the plant waits for a request. */
  private String timeout = "30s";

  /** Makes readings that cannot be compressed. */
  private Random noise;

  private Gateway edge;
  private Gateway plant;

  @BeforeEach
  void sign() throws Exception {
    certificates = new Certificates(folder.resolve("pki"));
    certificates.sign("plant", "EC", "DNS:localhost,IP:127.0.0.1");
    certificates.sign("edge-1", "EC", "DNS:edge-1.example");
    line = new ThinLine(plantPort, ThinLine.Quality.PERFECT, 1);
  }

  @AfterEach
  void close() throws Exception {
    if (edge != null) {
      edge.close();
    }
    if (plant != null) {
      plant.close();
    }
    line.close();
  }

  private Gateway started(String name, String yaml) throws Exception {
    Path file = Files.writeString(folder.resolve(name + ".yaml"), yaml);
    return StartedGateway.of(new ConfigFile(file, Map.of(), List.of()));
  }

  private Gateway edge(String more) throws Exception {
    return edge("", more);
  }

  private Gateway edge(String ofSink, String more) throws Exception {
    return started(
        "edge",
        """
        gateway: { id: edge-1, data-dir: edge }
        http: { port: %d }
        sources: [ { name: posts, type: http } ]
        sinks:
          - name: up
            type: weir
            url: "https://localhost:%d"
            tls: { ca: pki/ca.pem, cert: pki/edge-1.pem, key: pki/edge-1.key }
            timeout: 2s
            batch: { linger: 20ms }
            %s
        %s
        """
            .formatted(edgePort, line.port(), ofSink, more));
  }

  private Gateway plant(String gateways) throws Exception {
    return plant(gateways, "", "");
  }

  private Gateway plant(String gateways, String ofSource, String more) throws Exception {
    return started(
        "plant",
        """
        gateway: { id: plant, data-dir: plant }
        http:
          port: %d
          timeout: %s
          tls: { ca: pki/ca.pem, cert: pki/plant.pem, key: pki/plant.key }
        sources: [ { name: edges, type: weir, gateways: [ %s ]%s } ]
        sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
        %s
        """
            .formatted(plantPort, timeout, gateways, ofSource, more));
  }

  private void post(int from, int count) throws Exception {
    post(from, count, 1);
  }

  private void post(int from, int count, int everySeconds) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      lines.append("telemetry,machine=m").append(i % 5).append(" v=").append(i).append("i,t=");
      lines.append(noise == null ? 2.5 : noise.nextDouble()).append(' ');
      lines.append(1_790_000_000_000_000_000L + i * everySeconds * 1_000_000_000L).append('\n');
    }
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edgePort + "/write"))
                    .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
  }

  private long received() {
    return plant.view().ledger().sources().stream()
        .filter(each -> each.name().equals("edges"))
        .mapToLong(LedgerResponse.Source::appended)
        .sum();
  }

  private void awaitReceived(long count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () ->
                assertThat(received())
                    .as(() -> edge.view().status().sinks().toString())
                    .isEqualTo(count));
  }

  /** The readings in a log, each with how often it is there. */
  private Map<Reading, Integer> readings(String dataDir) throws Exception {
    Map<Reading, Integer> readings = new HashMap<>();
    inOrder(dataDir).forEach(each -> readings.merge(each, 1, Integer::sum));
    return readings;
  }

  /** The readings in a log. */
  private List<Reading> inOrder(String dataDir) throws Exception {
    List<Reading> readings = new ArrayList<>();
    LogOptions options =
        new LogOptions(
            new DataDirectory(folder.resolve(dataDir)).log("readings"),
            1 << 20,
            1 << 30,
            LogOptions.WhenFull.BLOCK,
            Duration.ZERO,
            1 << 20);
    MessageCodec codec = new MessageCodec();
    try (SegmentLog log =
            SegmentLog.open(
                "readings",
                options,
                FileSystem.DISK,
                Time.SYSTEM,
                SomeTotals.of(1),
                new SimpleMeterRegistry());
        Feed all = log.scan(0)) {
      for (Feed.Entry entry = all.next(); entry != null; entry = all.next()) {
        readings.addAll(codec.decode(entry.payload()).readings());
      }
    }
    return readings;
  }

  /** Both are closed, and the plant's log holds what the edge's log does. */
  private void theSameIsInBothLogs(int count) throws Exception {
    edge.close();
    plant.close();
    edge = null;
    Map<Reading, Integer> sent = readings("edge");
    assertThat(sent).hasSize(count);
    assertThat(readings("plant")).isEqualTo(sent);
    plant = null;
  }

  @Test
  void whatTheEdgeAcknowledgedIsAtThePlant() throws Exception {
    plant = plant("{ id: edge-1 }");
    edge = edge("");
    post(0, 500);
    awaitReceived(1_000);
    post(500, 500);
    awaitReceived(2_000);
    theSameIsInBothLogs(2_000);
  }

  /** A reading of each minute; the edge goes on posting, and is started anew in between. */
  @Test
  @Tag("soak")
  void anOutageOfThirtyDaysIsMadeUpFor() throws Exception {
    plant = plant("{ id: edge-1 }");
    line.away(true);
    edge = edge("");
    for (int day = 0; day < 30; day++) {
      post(day * 1_440, 1_440, 60);
      if (day == 11) {
        edge.close();
        edge = edge("");
      }
    }
    assertThat(received()).isZero();
    line.away(false);
    awaitReceived(2 * 30 * 1_440);
    theSameIsInBothLogs(2 * 30 * 1_440);
  }

  /**
   * The line would take minutes for the backlog, and is fast once the new readings are on the
   * edge's disk: however slow the machine is, most of the backlog is then still to be sent. New is
   * what is posted once the edge knows that the plant is back; that is soon, as the first batch,
   * with which it tries, is of a few rows.
   */
  @Test
  void afterAnOutageANewReadingComesBeforeTheBacklog() throws Exception {
    plant = plant("{ id: edge-1 }");
    line.away(true);
    edge = edge("");
    noise = new Random(1);
    post(45_000, 10, 60);
    awaitSink(Status.SinkState.DOWN);
    for (int day = 0; day < 30; day++) {
      post(day * 1_440, 1_440, 60);
    }
    line.be(new ThinLine.Quality(20, 2_000, 0));
    line.away(false);
    awaitSink(Status.SinkState.STORING);
    post(50_000, 10, 60);
    line.be(ThinLine.Quality.PERFECT);
    awaitReceived(2 * (10 + 30 * 1_440 + 10));
    edge.close();
    plant.close();
    edge = null;
    List<Reading> arrived = inOrder("plant");
    int place = 0;
    while (!arrived.get(place).value().equals(new Value.Whole(50_000))) {
      place++;
    }
    assertThat(place).as("of %d", arrived.size()).isLessThan(arrived.size() / 2);
    Map<Reading, Integer> sent = readings("edge");
    assertThat(readings("plant")).isEqualTo(sent);
    plant = null;
  }

  /** Until the edge knows of the plant's readings that it is so. */
  private void awaitSink(Status.SinkState state) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                edge.view().status().sinks().stream()
                    .anyMatch(each -> each.log().equals("readings") && each.state() == state));
  }

  /** As a machine that is brought back from a snapshot: places of the log are used again. */
  @Test
  void aFolderThatWasCopiedBackNamesItsLogsAnewAndLosesNothing() throws Exception {
    plant = plant("{ id: edge-1 }");
    edge = edge("");
    post(0, 50);
    awaitReceived(100);
    edge.close();
    copy(folder.resolve("edge"), folder.resolve("snapshot"));
    edge = edge("");
    post(50, 50);
    awaitReceived(200);
    String before = incarnation();
    edge.close();
    Files.move(folder.resolve("edge"), folder.resolve("lost"));
    copy(folder.resolve("snapshot"), folder.resolve("edge"));
    edge = edge("");
    post(100, 50);
    awaitReceived(300);
    assertThat(incarnation()).isNotEqualTo(before);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(edge.view().status().alarms().toString())
                    .contains("logs-renamed", "up"));
    edge.close();
    plant.close();
    edge = null;
    Map<Reading, Integer> arrived = readings("plant");
    plant = null;
    assertThat(arrived).hasSize(300);
    assertThat(arrived.values()).containsOnly(1);
  }

  /**
   * As where both die at once: much comes again that the sender could not note as sent, and of some
   * of it the receiver knows only that it came.
   */
  @Test
  void whatComesAgainAfterBothDiedIsStoredOnceThoughMuchOfItIsForgotten() throws Exception {
    String small = "buffer: { segment-size: 1MiB, max-size: 64MiB, max-message-size: 128KiB }";
    edge = edge("");
    for (int i = 0; i < 24_000; i += 500) {
      post(i, 500);
    }
    edge.close();
    copy(folder.resolve("edge"), folder.resolve("before"));
    edge = edge("");
    plant = plant("{ id: edge-1 }", "", small);
    awaitReceived(48_000);
    edge.close();
    plant.close();
    Files.move(folder.resolve("edge"), folder.resolve("lost"));
    copy(folder.resolve("before"), folder.resolve("edge"));
    plant = plant("{ id: edge-1 }", "", small);
    edge = edge("");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> edge.view().ledger().sinks().stream().allMatch(sink -> sink.pending() == 0));
    theSameIsInBothLogs(48_000);
  }

  private String incarnation() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("edge"))) {
      Path newest =
          files
              .filter(each -> each.getFileName().toString().startsWith("incarnation"))
              .max(Comparator.comparing(each -> each.toFile().lastModified()))
              .orElseThrow();
      return new String(Files.readAllBytes(newest), StandardCharsets.ISO_8859_1);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  @Test
  void aLineThatIsCutAgainAndAgainLosesAndDoublesNothing() throws Exception {
    plant = plant("{ id: edge-1 }");
    line.be(new ThinLine.Quality(5, 100_000, 0));
    edge = edge("");
    for (int i = 0; i < 20; i++) {
      post(i * 100, 100);
      line.cut();
      if (i == 7) {
        plant.close();
        plant = plant("{ id: edge-1 }");
      }
      if (i == 12) {
        edge.close();
        edge = edge("");
      }
    }
    awaitReceived(4_000);
    theSameIsInBothLogs(4_000);
  }

  @Test
  void aProxyThatWantsALoginIsPassed() throws Exception {
    plant = plant("{ id: edge-1 }");
    try (LoginProxy proxy = new LoginProxy("edge", "s3cret:word")) {
      String way =
          "proxy: \"http://127.0.0.1:%d\"\n    proxy-username: edge\n    proxy-password: \"%s\"";
      edge = edge(way.formatted(proxy.port(), "wrong"), "");
      post(0, 50);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(edge.view().status().sinks().toString())
                      .containsIgnoringCase("authenticate with proxy"));
      assertThat(proxy.tunnels()).isZero();
      assertThat(received()).isZero();
      edge.close();
      edge = edge(way.formatted(proxy.port(), "s3cret:word"), "");
      awaitReceived(100);
      assertThat(proxy.tunnels()).isPositive();
      line.cut();
      post(50, 50);
      awaitReceived(200);
      theSameIsInBothLogs(200);
    }
  }

  /** The sender waits, and the receiver goes on where it was once it has room. */
  @Test
  void aFullLogOfTheReceiverIsWaitedFor() throws Exception {
    String small = "buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }";
    plant = plant("{ id: edge-1 }", "", small);
    edge = edge("");
    int count = 0;
    while (!edge.view().status().sinks().toString().contains("no room")) {
      post(count, 2_000);
      count += 2_000;
      assertThat(count).as("readings that a log of 4 MiB takes").isLessThan(400_000);
    }
    post(count, 2_000);
    count += 2_000;
    assertThat(received()).isLessThan(2L * count);
    plant.close();
    plant = plant("{ id: edge-1 }");
    awaitReceived(2L * count);
    long all = 2L * count;
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(edge.view().ledger().sinks())
                    .filteredOn(sink -> sink.name().equals("up") && sink.log().equals("readings"))
                    .singleElement()
                    .returns(all, LedgerResponse.Sink::stored)
                    .returns(0L, LedgerResponse.Sink::getUnexplained));
    assertThat(plant.view().ledger().sources())
        .allSatisfy(source -> assertThat(source.getUnexplained()).isZero());
    theSameIsInBothLogs(2 * count);
  }

  /** A gateway with figures of its own stores those of others, and folds readings alone. */
  @Test
  void figuresThatWereReceivedAreNotFoldedAgain() throws Exception {
    plant =
        plant(
            "{ id: edge-1 }",
            "",
            "efficiency: { defaults: { state: { metric: state, running: [RUNNING] } } }");
    List<LinkRow> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(state(2L * i, "machine_state", "folded-below", i));
      rows.add(state(2L * i + 1, "telemetry", "read-below", i));
    }
    byte[] batch = LinkCodec.encode(new LinkBatch("edge-1", "i", "readings", false, rows));
    assertThat(send(client("edge-1"), query("edge-1", batch, 0), batch).body())
        .contains("\"stored\":true");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(plant.view().efficiency().machines().toString()).contains("read-below"));
    assertThat(plant.view().efficiency().machines().toString()).doesNotContain("folded-below");
    assertThat(received()).as("stored are both").isEqualTo(40);
  }

  private static LinkRow state(long offset, String measurement, String machine, int minute) {
    return new LinkRow(
        offset,
        0,
        "t",
        1_790_000_000_000L + minute * 60_000L,
        new Series(measurement, new Asset("s", "a", "l", machine), Map.of()),
        Quality.GOOD,
        null,
        1_790_000_000_000_000_000L + minute * 60_000_000_000L,
        List.of(new LinkRow.Field("state", new Value.Text("RUNNING"))));
  }

  // ---- Without a gateway at the other end

  private HttpClient client(String name) throws Exception {
    return HttpClient.newBuilder().sslContext(context(name)).build();
  }

  private SSLContext context(String name) throws Exception {
    TlsFiles files =
        new TlsFiles(
            certificates.path("ca.pem"),
            name == null ? null : certificates.path(name + ".pem"),
            name == null ? null : certificates.path(name + ".key"));
    return Tls.context(files);
  }

  private HttpResponse<String> send(HttpClient client, String query, byte[] body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("https://localhost:" + line.port() + "/api/v1/uplink?" + query));
    return client.send(
        body == null
            ? request.build()
            : request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static byte[] batch(String gateway, long value) {
    LinkRow row =
        new LinkRow(
            5,
            0,
            "t",
            1_790_000_000_000L,
            new Series("telemetry", Asset.NONE, Map.of()),
            Quality.UNCERTAIN,
            "device",
            1_790_000_000_000_000_000L,
            List.of(new LinkRow.Field("v", new Value.Whole(value))));
    return LinkCodec.encode(new LinkBatch(gateway, "i", "readings", false, List.of(row)));
  }

  private static String query(String gateway, byte[] batch, int offset) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(batch);
    return "gateway=%s&batch=%s&offset=%d&length=%d"
        .formatted(
            gateway, HexFormat.of().formatHex(Arrays.copyOf(hash, 16)), offset, batch.length);
  }

  @Test
  void aBatchGoesOnInTheMiddleAndIsKnownAfterwards() throws Exception {
    plant = plant("{ id: edge-1 }");
    HttpClient client = client("edge-1");
    byte[] batch = batch("edge-1", 7);
    int half = batch.length / 2;
    String begin = query("edge-1", batch, 0);
    assertThat(send(client, begin, Arrays.copyOf(batch, half)).body())
        .contains("\"held\":" + half, "\"stored\":false");
    assertThat(send(client, begin, batch))
        .returns(409, HttpResponse::statusCode)
        .satisfies(each -> assertThat(each.body()).contains("\"held\":" + half));
    assertThat(send(client, begin, null).body()).contains("\"held\":" + half);
    byte[] rest = Arrays.copyOfRange(batch, half, batch.length);
    assertThat(send(client, query("edge-1", batch, half), rest).body())
        .contains("\"stored\":true", "\"rows\":1", "\"repeated\":0");
    assertThat(send(client, begin, batch).body()).contains("\"stored\":true");

    plant.close();
    plant = plant("{ id: edge-1 }");
    assertThat(send(client, begin, batch).body())
        .contains("\"stored\":true", "\"rows\":1", "\"repeated\":1");
    byte[] other = batch("edge-1", 8);
    assertThat(send(client, query("edge-1", other, 0), other))
        .returns(409, HttpResponse::statusCode)
        .satisfies(each -> assertThat(each.body()).contains("\"incarnation\":\"i\""));
    assertThat(received()).isEqualTo(1);
  }

  @Test
  void aBatchThatStopsComingIsAnsweredInTimeAndGoesOnWhereItWas() throws Exception {
    timeout = "400ms";
    plant = plant("{ id: edge-1 }");
    byte[] batch = batch("edge-1", 7);
    try (Socket socket =
        context("edge-1").getSocketFactory().createSocket("localhost", plantPort)) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /api/v1/uplink?%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
              .formatted(query("edge-1", batch, 0), batch.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(batch, 0, 10);
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 408 ")
          .contains("in time");
    }
    HttpClient client = client("edge-1");
    assertThat(send(client, query("edge-1", batch, 0), null).body()).contains("\"held\":10");
    byte[] rest = Arrays.copyOfRange(batch, 10, batch.length);
    assertThat(send(client, query("edge-1", batch, 10), rest).body()).contains("\"stored\":true");
  }

  /**
   * By HTTP/2 the last byte and the end of a request are two frames, and a line breaks anywhere.
   */
  @Test
  void aBatchWhoseRequestIsCutBehindItsLastByteIsStoredAndNotOnlyHeld() throws Exception {
    plant = plant("{ id: edge-1 }");
    byte[] batch = batch("edge-1", 7);
    String query = query("edge-1", batch, 0);
    HttpClient client = client("edge-1");
    try (Socket socket =
        context("edge-1").getSocketFactory().createSocket("localhost", plantPort)) {
      String head =
          "POST /api/v1/uplink?%s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n"
              .formatted(query, batch.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(batch);
      socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
      await()
          .untilAsserted(
              () ->
                  assertThat(send(client, query, null).body())
                      .contains("\"held\":" + batch.length, "\"storing\":true"));
    }
    await()
        .untilAsserted(
            () -> assertThat(send(client, query, null).body()).contains("\"stored\":true"));
    assertThat(received()).isEqualTo(1);
  }

  /** On a thin line it would take minutes each time, and the log has room again in a moment. */
  @Test
  void aBatchForWhichThereIsNoRoomNowIsKeptAndNotSentAgain() throws Exception {
    String small = "buffer: { segment-size: 1MiB, max-size: 256MiB, max-message-size: 16KiB }";
    plant = plant("{ id: edge-1 }", "", small);
    List<LinkRow> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) { // in the log, far more than waits for a sync at once
      rows.add(state(i, "telemetry", "m".repeat(1_000), i));
    }
    byte[] batch = LinkCodec.encode(new LinkBatch("edge-1", "i", "readings", false, rows));
    HttpClient client = client("edge-1");
    String query = query("edge-1", batch, 0);
    assertThat(send(client, query, batch).statusCode()).isIn(200, 503);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () ->
                assertThat(send(client, query, null).body())
                    .contains("\"stored\":true", "\"rows\":20000"));
    assertThat(received()).isEqualTo(20_000);
  }

  /** As another program at the address, or an earlier gateway that was cut off in a batch. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>Welcome</html>",
        "{\"held\":%d,\"storing\":false,\"stored\":false}",
        "{\"held\":99999999,\"storing\":false,\"stored\":false}"
      })
  void whatIsAnsweredWith200IsNotStoredForThat(String answer) throws Exception {
    HttpsServer other = HttpsServer.create(new InetSocketAddress("localhost", plantPort), 0);
    other.setHttpsConfigurator(new HttpsConfigurator(context("plant")));
    AtomicInteger asked = new AtomicInteger();
    other.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String length = exchange.getRequestURI().getQuery().replaceAll(".*length=|&.*", "");
          boolean isPost = exchange.getRequestMethod().equals("POST");
          byte[] body =
              answer
                  .formatted(isPost ? Integer.parseInt(length) : 0)
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
          asked.incrementAndGet();
        });
    other.start();
    edge = edge("");
    post(0, 10);
    await().untilAsserted(() -> assertThat(asked).hasPositiveValue());
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(edge.view().ledger().sinks())
                    .allSatisfy(sink -> assertThat(sink.stored()).isZero()));
    other.stop(0);
    plant = plant("{ id: edge-1 }");
    awaitReceived(20);
    theSameIsInBothLogs(20);
  }

  /** Each byte comes in time; the sender may not wait for them without end. */
  @Test
  void anAnswerThatNeverEndsHoldsNoBatchUp() throws Exception {
    HttpsServer other = HttpsServer.create(new InetSocketAddress("localhost", plantPort), 0);
    other.setHttpsConfigurator(new HttpsConfigurator(context("plant")));
    other.setExecutor(task -> new Thread(task, "other").start());
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    other.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 0);
          while (!over.get()) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            pause();
          }
          exchange.close();
        });
    other.start();
    edge = edge("");
    post(0, 10);
    await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() > 2);
    over.set(true);
    other.stop(0);
    plant = plant("{ id: edge-1 }");
    awaitReceived(20);
    theSameIsInBothLogs(20);
  }

  private static void pause() {
    LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
  }

  @Tag("soak")
  @Test
  void batchesThatAreNeverFinishedAreForgotten() throws Exception {
    plant = plant("{ id: edge-1 }", ", memory: 16MiB", "");
    HttpClient client = client("edge-1");
    byte[] part = new byte[1_000];
    for (int i = 0; i <= 8; i++) { // a gateway may have eight
      assertThat(send(client, unfinished(i, 0, 2_000), part).body()).contains("\"held\":1000");
    }
    assertThat(send(client, unfinished(0, 0, 2_000), null).body()).contains("\"held\":0");
    assertThat(send(client, unfinished(0, 1_000, 2_000), part))
        .returns(409, HttpResponse::statusCode)
        .satisfies(each -> assertThat(each.body()).contains("\"held\":0"));
    assertThat(send(client, unfinished(1, 0, 2_000), null).body()).contains("\"held\":1000");

    byte[] large = new byte[7 << 20];
    for (int i = 10; i < 14; i++) { // all of them together have 16 MiB
      assertThat(send(client, unfinished(i, 0, 8 << 20), large).body())
          .contains("\"held\":" + large.length);
    }
    long held = 0;
    for (int i = 0; i < 14; i++) {
      String state = send(client, unfinished(i, 0, 1), null).body();
      held += Long.parseLong(state.replaceAll(".*\"held\":([0-9]+).*", "$1"));
    }
    assertThat(held).isBetween((long) large.length, 16L << 20);
  }

  private static String unfinished(int number, int offset, int length) {
    return "gateway=edge-1&batch=%032x&offset=%d&length=%d".formatted(number, offset, length);
  }

  @Test
  void whatIsNoBatchIsRefusedWithWordsAndNothingIsStored() throws Exception {
    plant = plant("{ id: edge-1 }");
    HttpClient client = client("edge-1");
    byte[] batch = batch("edge-1", 7);
    byte[] changed = batch.clone();
    changed[batch.length - 1] ^= 1;
    refused(400, "not those that its name says", client, query("edge-1", batch, 0), changed);
    byte[] unknown = batch.clone();
    unknown[0] = 9;
    refused(415, "version 9", client, query("edge-1", unknown, 0), unknown);
    byte[] noise = new byte[500];
    new Random(1).nextBytes(noise);
    noise[0] = 1;
    refused(400, "", client, query("edge-1", noise, 0), noise);
    byte[] others = batch("edge-2", 7);
    refused(403, "names another one", client, query("edge-1", others, 0), others);
    refused(403, "may not send", client, query("edge-2", others, 0), others);
    String shorter = query("edge-1", batch, 0).replaceFirst("length=.*", "length=10");
    refused(400, "longer than it said", client, shorter, batch);
    String huge = query("edge-1", batch, 0).replaceFirst("length=.*", "length=2000000000");
    refused(413, "at most", client, huge, batch);
    refused(400, "hexadecimal", client, "gateway=edge-1&batch=x&offset=0&length=1", batch);
    refused(400, "one offset", client, query("edge-1", batch, 0) + "&offset=1", batch);
    refused(401, "show a certificate", client(null), query("edge-1", batch, 0), batch);
    assertThat(received()).isZero();
  }

  private void refused(int status, String words, HttpClient client, String query, byte[] body)
      throws Exception {
    HttpResponse<String> response = send(client, query, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(response.body()).contains(words);
  }

  @Test
  void aCertificateOfAnybodyElseNeverGetsIn() throws Exception {
    plant = plant("{ id: edge-1 }");
    Certificates strange = new Certificates(folder.resolve("strange"));
    strange.sign("edge-1", "EC", "DNS:edge-1.example");
    TlsFiles files =
        new TlsFiles(
            certificates.path("ca.pem"), strange.path("edge-1.pem"), strange.path("edge-1.key"));
    HttpClient client = HttpClient.newBuilder().sslContext(Tls.context(files)).build();
    byte[] batch = batch("edge-1", 7);
    assertThatThrownBy(() -> send(client, query("edge-1", batch, 0), batch))
        .isInstanceOf(IOException.class);
    assertThat(received()).isZero();
  }

  @Test
  void aGatewayWhoseCertificateHasNoNameIsToGetAnother() throws Exception {
    certificates.signWithoutNames("plant", "EC");
    plant = plant("{ id: edge-1 }");
    edge = edge("");
    post(0, 1);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(edge.view().status().sinks().toString())
                    .contains("the other gateway's certificate has no subject alternative name"));
  }

  /** Without a restart, and although no connection ever broke. */
  @Test
  void whoShowedAnotherCertificateSendsOnceItsFilesAreReplaced() throws Exception {
    certificates.sign("edge-1-of-later", "EC", "DNS:later.example");
    plant = plant("{ id: edge-1, certificate: later.example }");
    edge = edge("");
    post(0, 5);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(edge.view().status().sinks().toString()).contains("may not send"));
    for (String kind : List.of(".key", ".pem")) {
      Files.copy(
          certificates.path("edge-1-of-later" + kind),
          certificates.path("edge-1" + kind),
          StandardCopyOption.REPLACE_EXISTING);
    }
    awaitReceived(10);
    theSameIsInBothLogs(5 * 2);
  }

  /** The other gateway knows the last batches by their bytes. */
  @Test
  void whatIsReplayedIsStoredEachTimeThatItIsAskedFor() throws Exception {
    plant = plant("{ id: edge-1 }");
    edge = edge("");
    post(0, 10);
    awaitReceived(20);
    await()
        .untilAsserted(
            () ->
                assertThat(edge.view().ledger().sinks())
                    .filteredOn(sink -> sink.name().equals("up") && sink.log().equals("readings"))
                    .allSatisfy(sink -> assertThat(sink.stored()).isEqualTo(20)));
    edge.close();
    edge = null;
    for (int times = 2; times <= 3; times++) {
      int exit =
          program(
              "buffer",
              "replay",
              "--config",
              folder.resolve("edge.yaml").toString(),
              "--sink",
              "up",
              "--from",
              "0",
              "--to",
              "1000000");
      assertThat(exit).isZero();
      assertThat(received()).isEqualTo(20L * times);
    }
  }

  private static int program(String... args) {
    return new Program(Terminal.system(), Time.SYSTEM, FileSystem.DISK, (file, config) -> 0)
        .run(args);
  }

  @Test
  void aCertificateThatMayNotSpeakForTheGatewayIsRefused() throws Exception {
    plant = plant("{ id: edge-1, certificate: other }");
    edge = edge("");
    post(0, 1);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(edge.view().status().sinks().toString()).contains("may not send"));
    assertThat(received()).isZero();
  }
}
