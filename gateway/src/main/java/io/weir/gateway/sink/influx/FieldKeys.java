package io.weir.gateway.sink.influx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.config.Secret;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.HeldField;
import io.weir.gateway.sink.HeldFields;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import okhttp3.Request;

/** Asks a store, in InfluxQL or as QuestDB is asked, which fields it holds and of what types. */
final class FieldKeys {

  private static final JsonMapper JSON = new JsonMapper();

  /** Room for some 50,000 fields. */
  static final int MOST_BYTES = 2 << 20;

  private FieldKeys() {}

  /**
   * @throws IOException if the store does not answer, or does not say it
   */
  static HeldFields of(InfluxConfig config) throws IOException {
    Exchange answer =
        new HttpExchanges(MOST_BYTES, config.tls())
            .ask(request(config, "SHOW FIELD KEYS"), config.timeout());
    if (answer.status() == 404
        && QuestColumns.answers(config.url(), config.tls(), config.timeout())) {
      return QuestColumns.of(config.url(), config.tls(), null, config.timeout());
    }
    if (answer.status() != 200) {
      throw new IOException("HTTP " + answer.status() + " " + AnswerReader.bounded(answer.body()));
    }
    JsonNode result = JSON.readTree(answer.body()).path("results").path(0);
    if (result.has("error")) {
      throw new IOException(result.path("error").asText());
    }
    if (result.at("/series/0/name").asText().equals("databases")) { // whatever it is asked
      return HeldFields.notCompared(
          "VictoriaMetrics holds every value as a float; types are not compared");
    }
    return HeldFields.of(fields(result));
  }

  /** A question in InfluxQL, which all versions answer at the same path. */
  static Request request(InfluxConfig config, String influxQl) {
    String database = config.bucket() == null ? config.database() : config.bucket();
    String base = config.url().toString().replaceAll("/+$", "");
    String query = "?db=" + encode(String.valueOf(database)) + "&epoch=ns&q=" + encode(influxQl);
    Request.Builder request = new Request.Builder().url(base + "/query" + query);
    Secret token = config.token();
    Secret password = config.password();
    if (token != null) {
      request.header("Authorization", "Token " + token.value());
    } else if (config.username() != null && password != null) {
      byte[] login = (config.username() + ":" + password.value()).getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
    }
    return request.build();
  }

  private static List<HeldField> fields(JsonNode result) {
    List<HeldField> held = new ArrayList<>();
    for (JsonNode series : result.path("series")) {
      for (JsonNode row : series.path("values")) {
        Value.Type type = FieldTypes.type(row.path(1).asText());
        if (type != null) {
          held.add(new HeldField(series.path("name").asText(), row.path(0).asText(), type));
        }
      }
    }
    return held;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
