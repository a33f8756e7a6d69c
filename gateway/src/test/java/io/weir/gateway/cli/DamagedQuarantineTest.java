package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.Gateway;
import io.weir.gateway.StartedGateway;
import io.weir.gateway.settings.ConfigFile;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands of the quarantine say where a part of it is damaged while a gateway runs. */
class DamagedQuarantineTest {

  @TempDir Path folder;

  private String file;

  private void post(int port, String payload) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/readings"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(payload))
            .build();
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
  }

  private CommandRun run(String... args) {
    return CommandRun.of(
        Stream.concat(Stream.of(args), Stream.of("--config", file)).toArray(String[]::new));
  }

  @Test
  void aReplaySaysWhatDamageLeftOutAndEndsWithTwo() throws Exception {
    int port = Ports.free();
    Path yaml =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            gateway: { id: test }
            sources: [{ name: http-in, type: http }]
            http: { port: %d }
            """
                .formatted(port));
    file = yaml.toString();
    try (Gateway gateway = StartedGateway.of(new ConfigFile(yaml, Map.of(), List.of()))) {
      await().until(() -> gateway.view().health().isReady());
      post(port, "[first");
      post(port, "[second");
      await()
          .untilAsserted(
              () -> assertThat(run("quarantine", "list").out()).contains("[first", "[second"));
      String whole = run("quarantine", "list").out().substring(0, 16);

      Path segment = folder.resolve("data/log/quarantine/00000000000000000000.seg");
      byte[] bytes = Files.readAllBytes(segment);
      bytes[new String(bytes, ISO_8859_1).indexOf("[first")] ^= 1;
      Files.write(segment, bytes);

      CommandRun all = run("quarantine", "replay", "--all");
      assertThat(all.exit()).isEqualTo(2);
      assertThat(all.out()).startsWith("replayed 1: ");
      assertThat(all.err()).contains("not replayed: at least 1 record that is damaged");
      assertThat(run("quarantine", "replay", "--again", "--id", whole).exit()).isZero();
    }
  }
}
