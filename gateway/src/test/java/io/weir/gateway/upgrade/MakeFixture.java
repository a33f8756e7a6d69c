package io.weir.gateway.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.sink.FakeStore;
import io.weir.gateway.sink.FakeStore.Reply;
import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * Makes a fixture of {@link EarlierVersionsTest} with a program that is built: plays a day of
 * trouble, kills the program, keeps its data directory, and lets the same program say what is in
 * it. Arguments: the path of {@code bin/weir}, the commit, and the folder for {@code COMMIT.zip}
 * and {@code COMMIT.json}.
 */
final class MakeFixture {

  /** Figures are committed every fifteen seconds. */
  private static final long FIGURES_COMMITTED_MS = 20_000;

  private static final int MESSAGES = 60;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  /** The program that is given, on a configuration. */
  private static final class Program extends Peer {
    private final Path program;
    private final Path config;
    private final int port = Ports.free();

    Program(Path home, Path program, String config) throws IOException {
      super(home);
      this.program = program;
      this.config = home.resolve("weir.yaml");
      Files.writeString(this.config, config.replace("{ port: 0 }", "{ port: " + port + " }"));
    }

    @Override
    protected List<String> command() {
      return List.of(program.toString(), "run", "--config", config.toString());
    }

    @Override
    public int port() {
      return port;
    }

    Path data() {
      return home().resolve("data");
    }

    String get(String path) throws IOException, InterruptedException {
      return send(HttpRequest.newBuilder(uri(path)).build());
    }

    String post(String path, String body) throws IOException, InterruptedException {
      return send(
          HttpRequest.newBuilder(uri(path))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build());
    }

    private URI uri(String path) {
      return URI.create("http://127.0.0.1:" + port + path);
    }

    private static String send(HttpRequest request) throws IOException, InterruptedException {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private final Path program;
  private final String version;
  private final Path folder;
  private final Path work = Files.createTempDirectory("weir-fixture");
  private final FakeStore near = new FakeStore();
  private final FakeStore away = new FakeStore();

  private MakeFixture(Path program, String version, Path folder) throws IOException {
    this.program = program;
    this.version = version;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    new MakeFixture(Path.of(arguments[0]), arguments[1], Path.of(arguments[2])).make();
    System.exit(0);
  }

  private void make() throws Exception {
    try (Mosquitto broker = Mosquitto.started(work.resolve("broker"));
        Program first = new Program(work.resolve("first"), program, config(broker.url()))) {
      near.behave(MakeFixture::refuseSome);
      away.behave(lines -> Reply.of(503, "away"));
      first.start();
      Thread.sleep(2_000);
      play(first, broker.url(), 0);
      Thread.sleep(FIGURES_COMMITTED_MS);
      near.behave(lines -> Reply.of(503, "away"));
      JsonNode ledger = JSON.readTree(first.get("/api/v1/ledger"));
      play(first, broker.url(), MESSAGES);
      Thread.sleep(FIGURES_COMMITTED_MS);
      first.kill();
      long stoppedAt = System.currentTimeMillis() * 1_000_000;
      zip(first.data(), folder.resolve(version + ".zip"));
      broker.stop();
      expected(first.data(), stored(ledger), stoppedAt).write(folder.resolve(version + ".json"));
    }
  }

  private String config(String broker) throws IOException {
    try (var file = MakeFixture.class.getResourceAsStream("weir.yaml")) {
      return new String(file.readAllBytes(), UTF_8)
          .replace("BROKER", broker)
          .replace("NEAR", near.url().toString())
          .replace("AWAY", away.url().toString());
    }
  }

  /**
   * Two machines, a type that is pinned, payloads that are no JSON, a post, lines to be refused.
   */
  private static void play(Program weir, String broker, int from)
      throws MqttException, IOException, InterruptedException {
    MqttClient device = new MqttClient(broker, "device-" + from, new MemoryPersistence());
    device.connect(new MqttConnectionOptions());
    for (int n = from; n < from + MESSAGES; n++) {
      String state = n / 7 % 2 == 0 ? "RUNNING" : "DOWN";
      String text =
          n % 20 == 13
              ? "no JSON, number " + n
              : "{\"n\": %d, \"t\": %s, \"state\": \"%s\"}"
                  .formatted(n, n % 10 == 0 ? "20.5" : "21", state);
      device.publish("plant/press-0" + n % 2, new MqttMessage(text.getBytes(UTF_8)));
      Thread.sleep(50);
    }
    device.disconnect();
    device.close();
    weir.post("/write", "telemetry,machine=posted n=" + from + "i,bad=" + from + "i");
    Thread.sleep(2_000);
  }

  /** Lines with the field {@code bad} are refused, by number. */
  private static Reply refuseSome(List<String> lines) {
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("bad=")) {
        refused.add("{\"line_number\":" + (i + 1) + ",\"error_message\":\"bad\"}");
      }
    }
    return refused.isEmpty()
        ? Reply.stored()
        : Reply.of(
                400,
                "{\"error\":\"partial write of line protocol occurred\",\"data\":["
                    + String.join(",", refused)
                    + "]}")
            .storing(line -> !line.contains("bad="));
  }

  private static long stored(JsonNode ledger) {
    for (JsonNode sink : ledger.path("sinks")) {
      if (sink.path("name").asText().equals("near")
          && sink.path("log").asText().equals("readings")) {
        return sink.path("stored").asLong() + sink.path("quarantined").asLong();
      }
    }
    throw new IllegalStateException("no sink near in " + ledger);
  }

  /** The same program again, with both stores there, without a broker and without new figures. */
  private Expected expected(Path data, long stored, long stoppedAt) throws Exception {
    int nearBefore = near.writes().size();
    int awayBefore = away.writes().size();
    String config = config("tcp://127.0.0.1:1");
    try (Program again =
        new Program(
            work.resolve("again"), program, config.substring(0, config.indexOf("efficiency:")))) {
      copy(data, again.data());
      near.behave(lines -> Reply.stored());
      away.behave(lines -> Reply.stored());
      again.start();
      Thread.sleep(10_000);
      JsonNode ledger = JSON.readTree(again.get("/api/v1/ledger"));
      JsonNode page = JSON.readTree(again.get("/api/v1/quarantine?limit=500"));
      again.stop();
      Map<String, List<Long>> sources = new LinkedHashMap<>();
      for (JsonNode source : ledger.path("sources")) {
        sources.put(
            source.path("name").asText(),
            Stream.of("received", "appended", "filtered", "rejected", "refused")
                .map(key -> source.path(key).asLong())
                .toList());
      }
      return new Expected(
          version,
          stoppedAt,
          lines(near, nearBefore, true),
          lines(away, awayBefore, true),
          lines(away, awayBefore, false),
          StreamSupport.stream(page.path("entries").spliterator(), false)
              .map(
                  e ->
                      e.path("faults").path(0).path("reason").asText()
                          + ": "
                          + e.path("preview").asText())
              .toList(),
          sources,
          stored,
          List.of("plant/+", "weir/http/#"));
    }
  }

  private static List<String> lines(FakeStore store, int from, boolean readings) {
    return store.writes().subList(from, store.writes().size()).stream()
        .flatMap(List::stream)
        .filter(line -> line.startsWith("telemetry,") == readings)
        .distinct()
        .toList();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.sorted().toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  private static void zip(Path data, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> all = Files.walk(data)) {
      for (Path each :
          all.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList()) {
        zip.putNextEntry(new ZipEntry(data.relativize(each).toString()));
        Files.copy(each, zip);
        zip.closeEntry();
      }
    }
  }
}
