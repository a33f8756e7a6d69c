package io.weir.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Asks the embedded store by SQL over its HTTP port. */
final class QuestDbRows {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int port;

  QuestDbRows(int port) {
    this.port = port;
  }

  int count(String table) {
    return query("SELECT count() FROM " + table).at("/dataset/0/0").asInt();
  }

  BitSet sequences(String table) {
    BitSet found = new BitSet();
    query("SELECT seq FROM " + table).path("dataset").forEach(row -> found.set(row.get(0).asInt()));
    return found;
  }

  JsonNode query(String sql) {
    String url =
        "http://127.0.0.1:"
            + port
            + "/exec?limit=1000000&query="
            + URLEncoder.encode(sql, StandardCharsets.UTF_8);
    try {
      String body =
          HTTP.send(
                  HttpRequest.newBuilder(URI.create(url)).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
