package io.weir.gateway.sink.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.sink.StoreInside;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** SQL at the own port of a store inside the gateway, as its reader. */
public final class StoreSql {

  private StoreSql() {}

  public static HttpResponse<String> ask(StoreInside store, String query) {
    String path = "/exec?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(store.origin().get() + path))
                  .header("Authorization", "Token " + store.reader().value())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public static JsonNode rows(StoreInside store, String query) {
    HttpResponse<String> answer = ask(store, query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return read(answer).path("dataset");
  }

  static JsonNode read(HttpResponse<String> answer) {
    try {
      return new JsonMapper().readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
