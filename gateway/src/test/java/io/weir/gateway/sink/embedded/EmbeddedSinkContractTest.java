package io.weir.gateway.sink.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.ReadBackContract;
import io.weir.gateway.sink.Sink;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The store inside the gateway keeps the contract. */
@Tag("server")
class EmbeddedSinkContractTest extends ReadBackContract {

  @TempDir static Path root;
  private static Sink sink;

  @BeforeAll
  static void start() throws IOException {
    SharedClasses.forStores();
    sink = EmbeddedSink.start(config(Ports.free()), root.resolve("store"), Time.SYSTEM);
  }

  @AfterAll
  static void stop() {
    sink.close();
  }

  private static EmbeddedConfig config(int port) {
    return new EmbeddedConfig(EmbeddedConfig.DEFAULT.common(), port, 0, null);
  }

  @Override
  protected Sink sink() {
    return sink;
  }

  /** A store that is closed already, as while the gateway stops. */
  @Override
  protected Sink away() {
    Sink away = EmbeddedSink.start(config(Ports.free()), root.resolve("away"), Time.SYSTEM);
    away.close();
    return away;
  }

  @Override
  protected List<Double> stored(String measurement) {
    List<Double> values = new ArrayList<>();
    String query = "SELECT t FROM " + measurement + " ORDER BY timestamp";
    for (JsonNode row : StoreSql.rows(sink.inside(), query)) {
      values.add(row.get(0).asDouble());
    }
    return values;
  }
}
