package io.weir.gateway.peers;

import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** VictoriaMetrics, single node. */
public final class VictoriaMetrics extends Peer {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private final int port;
  private final List<String> more;

  /**
   * @param more further arguments
   */
  public VictoriaMetrics(Path home, String... more) throws IOException {
    super(home);
    port = Ports.free();
    this.more = List.of(more);
  }

  @Override
  protected List<String> command() {
    List<String> command =
        new ArrayList<>(
            List.of(
                program("victoria-metrics", "victoria-metrics"),
                "-httpListenAddr=127.0.0.1:" + port,
                "-storageDataPath=" + home().toAbsolutePath().resolve("data"),
                "-retentionPeriod=100y",
                "-search.latencyOffset=0s",
                "-memory.allowedBytes=256MB"));
    command.addAll(more);
    return command;
  }

  @Override
  public int port() {
    return port;
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Gets a path of its HTTP API, such as {@code /api/v1/export?match[]=...}, as text. */
  public String get(String path) {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(
                      URI.create(url() + path.replace("[", "%5B").replace("]", "%5D")))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Makes what was written visible to queries. */
  public void flush() {
    get("/internal/force_flush");
  }
}
