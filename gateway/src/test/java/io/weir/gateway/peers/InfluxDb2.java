package io.weir.gateway.peers;

import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** InfluxDB 2, where it is there: it is in no package registry, and has to be built. */
public final class InfluxDb2 extends Peer {

  public static final String ORG = "factory";
  public static final String TOKEN = "token-of-the-test";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Path program;
  private final int port;

  public InfluxDb2(Path home) throws IOException {
    super(home);
    program = Brought.influxDb2().orFail();
    port = Ports.free();
  }

  /** Fails where there is no server. */
  public static void orFail() {
    Brought.influxDb2().orFail();
  }

  @Override
  protected List<String> command() {
    return List.of(
        program.toString(),
        "--http-bind-address=127.0.0.1:" + port,
        "--bolt-path=" + home().resolve("influxd.bolt"),
        "--sqlite-path=" + home().resolve("influxd.sqlite"),
        "--engine-path=" + home().resolve("engine"),
        "--reporting-disabled",
        "--log-level=error");
  }

  @Override
  public int port() {
    return port;
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  protected boolean ready() throws IOException {
    return send(request("/health").GET()).statusCode() == 200;
  }

  /** Starts it with an organisation, a token, and one bucket that keeps readings for ever. */
  public void start(String bucket) throws IOException {
    start();
    String setup =
        """
        {"username": "admin", "password": "password-of-the-test", "org": "%s", "bucket": "%s", "token": "%s"}
        """
            .formatted(ORG, bucket, TOKEN);
    HttpResponse<String> answer =
        send(request("/api/v2/setup").POST(HttpRequest.BodyPublishers.ofString(setup)));
    if (answer.statusCode() != 201) {
      throw new AssertionError("setup -> " + answer.statusCode() + " " + answer.body());
    }
  }

  /** Runs InfluxQL on a bucket and gives the raw JSON. */
  public String query(String bucket, String influxQl) {
    String parameters = "?epoch=ns&db=" + encode(bucket) + "&q=" + encode(influxQl);
    try {
      HttpResponse<String> answer =
          send(request("/query" + parameters).header("Authorization", "Token " + TOKEN).GET());
      if (answer.statusCode() != 200 || answer.body().contains("\"error\"")) {
        throw new AssertionError(influxQl + " -> " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Points that it has taken since its start. Cheap: it counts them as they come. */
  public long pointsTaken() throws IOException {
    return send(request("/metrics").GET())
        .body()
        .lines()
        .filter(line -> line.startsWith("storage_writer_ok_points_sum"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url() + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
