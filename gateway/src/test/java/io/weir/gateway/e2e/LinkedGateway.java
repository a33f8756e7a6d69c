package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.peers.Certificates;
import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gateway that sends to another one, or that others send to. */
final class LinkedGateway extends Peer {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String id;
  private final int port = Ports.free();
  private final Path file;
  private final HttpClient http;
  private final String url;

  /**
   * @param certificates whose authority signed its own, or {@code null} where it speaks plain HTTP
   */
  LinkedGateway(Path folder, String id, @Nullable Certificates certificates) throws Exception {
    super(folder.resolve(id));
    this.id = id;
    this.file = folder.resolve(id + ".yaml");
    url = (certificates == null ? "http" : "https") + "://localhost:" + port;
    HttpClient.Builder client = HttpClient.newBuilder();
    if (certificates != null) {
      TlsFiles files = new TlsFiles(certificates.path("ca.pem"), null, null);
      client.sslContext(Tls.context(files));
    }
    http = client.build();
  }

  String id() {
    return id;
  }

  void configure(String rest) throws IOException {
    Files.writeString(file, "gateway: { id: %s, data-dir: data-%s }\n".formatted(id, id) + rest);
  }

  @Override
  protected List<String> command() {
    try {
      List<String> command = SharedClasses.java("-Xmx200m");
      command.addAll(List.of("io.weir.gateway.Main", "run", "--config", file.toString()));
      return command;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int port() {
    return port;
  }

  /** Posts lines of line protocol until they are taken. */
  void post(String lines) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () ->
                http.send(
                            HttpRequest.newBuilder(URI.create(url + "/write"))
                                .timeout(Duration.ofSeconds(5))
                                .POST(HttpRequest.BodyPublishers.ofString(lines))
                                .build(),
                            HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                    == 204);
  }

  JsonNode ledger() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/ledger")).build();
    return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  /** Readings of all logs that a sink does not have yet. */
  long pending(String sink) throws Exception {
    long pending = 0;
    for (JsonNode each : ledger().path("sinks")) {
      assertThat(each.path("unexplained").asLong()).as(each.toString()).isZero();
      pending += each.path("name").asText().equals(sink) ? each.path("pending").asLong() : 0;
    }
    return pending;
  }
}
