package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.fleet.Bundle;
import io.weir.gateway.fleet.BundleKeys;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway that follows a bundle in a file. */
@Tag("slow")
class FollowedBundleTest {

  private static final KeyPair KEYS = BundleKeys.generate();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path folder;
  private final int port = Ports.free();
  private final int storePort = Ports.free();
  private Gateway gateway;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(
        folder.resolve("own.yaml"),
        """
        gateway: { id: plant-a-1, data-dir: data }
        http: { port: %d }
        sources: [ { name: posts, type: http } ]
        routes: [ { topic: "#", format: json } ]
        sinks: [ %s ]
        %s
        """
            .formatted(port, sink(), follow()));
    restart();
  }

  private void restart() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    gateway = StartedGateway.of(new ConfigFile(folder.resolve("own.yaml"), Map.of(), List.of()));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private String sink() {
    return "{ name: away, type: influxdb, version: 1, url: \"http://127.0.0.1:%d\", database: d }"
        .formatted(storePort);
  }

  private static String follow() {
    return """
    fleet:
      follow: { from: "%s", keys: ["%s"], every: 5s, settle: 10s }
    """
        .formatted("a.bundle", BundleKeys.text(KEYS.getPublic()));
  }

  /** Puts a bundle where the gateway looks, as a whole. */
  private void offer(long version, String measurement, String format) throws Exception {
    String main =
        """
        gateway: { id: whoever }
        http: { port: %d }
        sources: [ { name: posts, type: http } ]
        routes: [ { topic: "#", format: %s, measurement: %s } ]
        sinks: [ %s ]
        %s
        """
            .formatted(port, format, measurement, sink(), follow())
            .replace("from: \"a.bundle\"", "from: \"" + folder.resolve("a.bundle") + "\"");
    Path part =
        Files.write(
            folder.resolve("part"),
            Bundle.make(
                version,
                Instant.now(),
                List.of("plant-a-1"),
                "gateway.yaml",
                Map.of("gateway.yaml", main.getBytes(UTF_8)),
                KEYS.getPrivate()));
    Files.move(part, folder.resolve("a.bundle"), StandardCopyOption.ATOMIC_MOVE);
  }

  private JsonNode bundle() throws IOException, InterruptedException {
    return new ObjectMapper().readTree(ask("GET", "/api/v1/sites", "").body()).path("bundle");
  }

  private HttpResponse<String> ask(String method, String path, String body)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest.BodyPublisher sent =
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return CLIENT.send(
        HttpRequest.newBuilder(uri).method(method, sent).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void reaches(long version, String state) {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              assertThat(bundle().path("version").asLong()).isEqualTo(version);
              assertThat(bundle().path("state").asText()).isEqualTo(state);
            });
  }

  private void faultIs(String part) {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(bundle().path("fault").asText()).contains(part));
  }

  @Test
  void aGatewayTakesABundleKeepsItOverARestartAndGoesBackByItself() throws Exception {
    offer(3, "first", "json");
    reaches(3, "settled");
    assertThat(bundle().path("fault").asText()).isEmpty();
    restart();
    reaches(3, "settled");

    offer(2, "older", "json");
    faultIs("older than what was taken before, 3");
    offer(4, "wrong", "yaml");
    faultIs("routes[0].format");
    assertThat(bundle().path("version").asLong()).isEqualTo(3);

    // What is well in itself, and sends all messages to the quarantine.
    String range = "metrics: [ { from: x, range: [5, 6], out-of-range: reject } ]";
    offer(5, "broken", "json, " + range);
    reaches(5, "trial");
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              ask("POST", "/api/v1/readings", "{\"machine\": \"m\", \"x\": 1}");
              assertThat(bundle().path("version").asLong()).isEqualTo(3);
            });
    faultIs("version 5 was taken back: quarantine-growing");
    assertThat(ask("POST", "/api/v1/readings", "{\"machine\": \"m\", \"x\": 1}").statusCode())
        .isBetween(200, 299);
  }
}
