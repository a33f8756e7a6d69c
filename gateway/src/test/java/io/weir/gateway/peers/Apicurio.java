package io.weir.gateway.peers;

import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The schema registry Apicurio with its schemas in memory, as {@code scripts/apicurio} brings it.
 */
public final class Apicurio extends Peer {

  private final int port = Ports.free();
  private final Path folder;

  /** A registry that does not run yet. */
  public Apicurio(Path home) throws IOException {
    super(home);
    folder = Brought.apicurio().orFail();
  }

  @Override
  protected List<String> command() {
    return List.of(
        folder.resolve("java").toString(),
        "-Xmx384m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dquarkus.http.host=127.0.0.1",
        "-Dquarkus.http.port=" + port,
        "-Dquarkus.management.enabled=false",
        "-jar",
        folder.resolve("quarkus-run.jar").toString());
  }

  @Override
  public int port() {
    return port;
  }

  /** Its API as that of Confluent's registry. */
  public String confluentUrl() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  /** Its own API. */
  public String ownUrl() {
    return "http://127.0.0.1:" + port + "/apis/registry/v3";
  }

  /** What it answers. */
  public String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Override
  protected Duration longestStart() {
    return Duration.ofMinutes(3);
  }
}
