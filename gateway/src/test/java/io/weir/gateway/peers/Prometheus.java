package io.weir.gateway.peers;

import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Prometheus, scraping one gateway each second. */
public final class Prometheus extends Peer {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private final int port;
  private final Path config;

  /**
   * @param scrapeConfigs what stands under {@code scrape_configs}, as YAML
   */
  public Prometheus(Path home, String scrapeConfigs) throws IOException {
    super(home);
    port = Ports.free();
    config = home.resolve("prometheus.yml");
    Files.writeString(
        config, "global: { scrape_interval: 1s }\nscrape_configs:\n" + scrapeConfigs.indent(2));
  }

  @Override
  protected List<String> command() {
    return List.of(
        program("prometheus", "prometheus"),
        "--config.file=" + config,
        "--storage.tsdb.path=" + home().resolve("data"),
        "--web.listen-address=127.0.0.1:" + port);
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  protected boolean ready() throws IOException {
    return send("/-/ready").statusCode() == 200;
  }

  /**
   * The JSON answer of its HTTP API.
   *
   * @param path such as {@code query}
   * @param parameters names and values in turn
   */
  public String api(String path, String... parameters) {
    StringBuilder query = new StringBuilder("/api/v1/" + path);
    for (int i = 0; i < parameters.length; i += 2) {
      query.append(i == 0 ? '?' : '&').append(encode(parameters[i])).append('=');
      query.append(encode(parameters[i + 1]));
    }
    try {
      HttpResponse<String> answer = send(query.toString());
      if (answer.statusCode() != 200) {
        throw new AssertionError(
            String.join(" ", parameters) + " -> " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private HttpResponse<String> send(String path) throws IOException {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
