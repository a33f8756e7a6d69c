package io.weir.gateway.sink.influx;

import io.weir.gateway.sink.FakeStore;
import io.weir.gateway.sink.FakeStore.Reply;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkContract;
import io.weir.gateway.sink.StoreConfig;
import java.io.IOException;
import java.net.URI;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The sink for versions 2 and 3 keeps the contract with a store that answers as version 2 does. */
class Influx2SinkTest extends SinkContract {

  private FakeStore store;
  private Sink sink;
  private final Map<String, String> types = new HashMap<>();

  @BeforeEach
  void start() throws IOException {
    store = new FakeStore();
    store.behave(this::keepTypes);
    sink = sink(store.url());
  }

  @AfterEach
  void stop() {
    sink.close();
    store.close();
  }

  /**
   * As InfluxDB 2.8.0: drops the lines that hold a field of another type than the first value had,
   * names the first of these fields, and stores the others.
   */
  private Reply keepTypes(List<String> lines) {
    Set<String> dropped = new LinkedHashSet<>();
    String first = "";
    for (String line : lines) {
      String measurement = line.substring(0, line.indexOf(','));
      String fields = line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' '));
      for (String field : fields.split(",")) {
        String key = field.substring(0, field.indexOf('='));
        String type = field.endsWith("\"") ? "string" : "float";
        String held = types.putIfAbsent(measurement + " " + key, type);
        if (held != null && !held.equals(type) && dropped.add(line) && first.isEmpty()) {
          first =
              "input field \\\"%s\\\" on measurement \\\"%s\\\" is type %s, already exists as type %s"
                  .formatted(key, measurement, type, held);
        }
      }
    }
    return dropped.isEmpty()
        ? Reply.stored()
        : Reply.of(
                422,
                ("{\"code\":\"unprocessable entity\",\"message\":\"failure writing points to"
                        + " database: partial write: field type conflict: %s dropped=%d\"}")
                    .formatted(first, dropped.size()))
            .storing(line -> !dropped.contains(line));
  }

  private static Sink sink(URI url) {
    return InfluxSinks.of(StoreConfig.of(2, url, "contract").gzip().make());
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
    return store.lines().stream()
        .filter(line -> line.startsWith(measurement + ","))
        .sorted(Comparator.comparing(line -> line.substring(line.lastIndexOf(' '))))
        .map(line -> line.replaceFirst(".* t=([0-9.]+)[, ].*", "$1"))
        .map(Double::valueOf)
        .toList();
  }
}
