package io.weir.gateway.sink.influx;

import io.weir.gateway.sink.FakeStore;
import io.weir.gateway.sink.FakeStore.Reply;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkContract;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The sink for versions 2 and 3 keeps the contract with a store that answers as version 2 does. */
class Influx2SinkTest extends SinkContract {

  private FakeStore store;
  private Sink sink;

  @BeforeEach
  void start() throws IOException {
    store = new FakeStore();
    store.behave(Influx2SinkTest::refuseText);
    sink = sink(store.url());
  }

  @AfterEach
  void stop() {
    sink.close();
    store.close();
  }

  private static Reply refuseText(List<String> lines) {
    long texts = lines.stream().filter(line -> line.contains("t=\"")).count();
    return texts == 0
        ? Reply.stored()
        : Reply.of(
                422,
                "{\"code\":\"unprocessable entity\",\"message\":\"failure writing points to"
                    + " database: partial write: field type conflict dropped="
                    + texts
                    + "\"}")
            .storing(line -> !line.contains("t=\""));
  }

  private static Sink sink(URI url) {
    return InfluxSinks.of(
        new InfluxConfig(
            "history",
            2,
            url,
            "factory",
            "contract",
            null,
            null,
            null,
            null,
            null,
            SinkConfig.Precision.NS,
            true,
            Duration.ofSeconds(5),
            new SinkConfig.Batch(500, 4 << 20, Duration.ofMillis(200), true),
            SinkConfig.Start.OLDEST,
            0));
  }

  @Override
  protected Sink sink() {
    return sink;
  }

  @Override
  protected Sink away() {
    return sink(URI.create("http://127.0.0.1:1"));
  }

  @Override
  protected List<Double> stored(String measurement) {
    return store.lines().stream()
        .filter(line -> line.startsWith(measurement + ","))
        .sorted(Comparator.comparing(line -> line.substring(line.lastIndexOf(' '))))
        .map(line -> line.substring(line.indexOf(" t=") + 3, line.lastIndexOf(' ')))
        .map(Double::valueOf)
        .toList();
  }
}
