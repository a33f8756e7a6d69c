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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** InfluxDB 1.x (Debian's 1.6.7). */
public final class InfluxDb extends Peer {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern TAKEN = Pattern.compile("\"pointsWrittenOK\":(\\d+)");
  private final int port;
  private final Path config;

  public InfluxDb(Path home) throws IOException {
    this(home, false);
  }

  /** With authentication, the first user must be made by a query before anything else. */
  public InfluxDb(Path home, boolean auth) throws IOException {
    super(home);
    port = Ports.free();
    config = home.resolve("influxdb.conf");
    Files.writeString(
        config,
        """
        reporting-disabled = true
        bind-address = "127.0.0.1:%d"
        [meta]
          dir = "%2$s/meta"
        [data]
          dir = "%2$s/data"
          wal-dir = "%2$s/wal"
          index-version = "inmem"
          query-log-enabled = false
        [http]
          bind-address = "127.0.0.1:%3$d"
          log-enabled = false
          auth-enabled = %4$s
        [monitor]
          store-enabled = false
        [logging]
          level = "warn"
        """
            .formatted(Ports.free(), home.toAbsolutePath(), port, auth));
  }

  @Override
  protected List<String> command() {
    return List.of(program("influxd", "influxdb"), "run", "-config", config.toString());
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
    return get("/ping").statusCode() == 204;
  }

  /** Runs InfluxQL and gives the raw JSON. */
  public String query(String database, String influxQl) {
    String body = "db=" + encode(database) + "&epoch=ns&q=" + encode(influxQl);
    try {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(url() + "/query"))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200 || answer.body().contains("\"error\"")) {
        throw new AssertionError(influxQl + " -> " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public void createDatabase(String name) {
    query("", "CREATE DATABASE \"" + name + "\"");
  }

  /** {@code SELECT count(field) FROM measurement} over all time, 0 where nothing stands. */
  public long count(String database, String measurement, String field) {
    return countOf(query(database, "SELECT count(\"" + field + "\") FROM \"" + measurement + "\""));
  }

  /** The count in an answer, 0 where nothing stands. */
  public static long countOf(String json) {
    int at = json.indexOf("\"values\":[[");
    if (at < 0) {
      return 0;
    }
    String row = json.substring(at + 11, json.indexOf(']', at));
    return Long.parseLong(row.substring(row.indexOf(',') + 1).trim());
  }

  /** Points that it has taken since its start. Cheap: it counts them as they come. */
  public long pointsTaken() throws IOException {
    Matcher taken = TAKEN.matcher(get("/debug/vars").body());
    return taken.find() ? Long.parseLong(taken.group(1)) : 0;
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(url() + path)).build(),
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
