package io.weir.gateway.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.peers.InfluxDb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Rows of an InfluxDB 1.x, as objects of their columns. */
final class StoredRows {

  private static final ObjectMapper JSON = new ObjectMapper();

  private StoredRows() {}

  /** The rows of a query that names one measurement; {@code time} is in ns. */
  static List<JsonNode> of(InfluxDb store, String database, String influxQl) {
    JsonNode series;
    try {
      series = JSON.readTree(store.query(database, influxQl)).at("/results/0/series/0");
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode values : series.path("values")) {
      ObjectNode row = JSON.createObjectNode();
      for (int i = 0; i < values.size(); i++) {
        if (!values.get(i).isNull()) {
          row.set(series.at("/columns/" + i).asText(), values.get(i));
        }
      }
      rows.add(row);
    }
    return rows;
  }

  static Instant time(JsonNode row) {
    return Instant.ofEpochSecond(0, row.path("time").asLong());
  }
}
