package io.weir.gateway.sink.influx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.sink.ReadBackContract;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.StoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The sink for version 1 keeps the contract with a real InfluxDB 1.6.7. */
@Tag("server")
class Influx1SinkTest extends ReadBackContract {

  @TempDir static Path folder;
  private static InfluxDb influx;
  private static Sink sink;

  @BeforeAll
  static void start() throws IOException {
    influx = new InfluxDb(folder.resolve("influx"));
    influx.start();
    influx.createDatabase("contract");
    sink = sink(URI.create(influx.url()));
  }

  @AfterAll
  static void stop() {
    sink.close();
    influx.close();
  }

  private static Sink sink(URI url) {
    return InfluxSinks.of(StoreConfig.of(1, url, "contract").make());
  }

  @Override
  protected Sink sink() {
    return sink;
  }

  @Override
  protected Sink away() {
    return sink(StoreConfig.NOWHERE);
  }

  @Override
  protected List<Double> stored(String measurement) {
    try {
      JsonNode answer =
          new JsonMapper().readTree(influx.query("contract", "SELECT t FROM " + measurement));
      List<Double> values = new ArrayList<>();
      for (JsonNode row : answer.at("/results/0/series/0/values")) {
        values.add(row.get(1).asDouble());
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
