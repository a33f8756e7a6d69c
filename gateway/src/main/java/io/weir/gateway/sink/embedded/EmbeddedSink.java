package io.weir.gateway.sink.embedded;

import io.questdb.griffin.SqlException;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.StoreInside;
import io.weir.gateway.sink.influx.Influx2Sink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The store inside the gateway. Lines are written to its own HTTP port, as to any store; before the
 * first line of a measurement its table is created, with the keys that make a repeat harmless.
 */
public final class EmbeddedSink implements LineSink {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final QuestDb store;
  private final LineSink lines;
  private final StoreInside inside;
  private final Set<String> tables = ConcurrentHashMap.newKeySet();

  private EmbeddedSink(QuestDb store, LineSink lines, StoreInside inside) {
    this.store = store;
    this.lines = lines;
    this.inside = inside;
  }

  /**
   * Starts the store, which takes about two seconds.
   *
   * @param root the store's folder, made if absent
   * @throws IllegalStateException if it cannot start; names a port that is in use
   */
  public static EmbeddedSink start(EmbeddedConfig config, Path root) {
    QuestDb store = QuestDb.start(config, root);
    LineSink lines =
        new Influx2Sink(
            config.name(),
            new Dialect(config.precision(), true, true),
            store.origin(),
            "weir",
            null,
            store.logins().writer(),
            TIMEOUT,
            false);
    StoreInside inside =
        new StoreInside(config.name(), config.port(), store.origin(), store.logins().reader());
    return new EmbeddedSink(store, lines, inside);
  }

  @Override
  public String name() {
    return lines.name();
  }

  @Override
  public Dialect dialect() {
    return lines.dialect();
  }

  @Override
  public StoreInside inside() {
    return inside;
  }

  @Override
  public Answer write(List<String> batch) {
    Map<String, String> impossible = new ConcurrentHashMap<>();
    for (String measurement : measurements(batch)) {
      try {
        String fault = ensureTable(measurement);
        if (fault != null) {
          impossible.put(measurement, fault);
        }
      } catch (IOException e) {
        return new Answer.Down("table " + measurement + ": " + e.getMessage());
      }
    }
    return impossible.isEmpty() ? lines.write(batch) : refuse(batch, impossible);
  }

  private @Nullable String ensureTable(String measurement) throws IOException {
    if (!tables.contains(measurement)) {
      try {
        store.createTable(measurement);
      } catch (SqlException e) {
        return "no table can be created for '" + measurement + "': " + e.getFlyweightMessage();
      }
      tables.add(measurement);
    }
    return null;
  }

  private static Answer refuse(List<String> batch, Map<String, String> impossible) {
    List<Answer.RefusedLine> refused = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      String fault = impossible.get(measurement(batch.get(i)));
      if (fault != null) {
        refused.add(new Answer.RefusedLine(i, fault));
      }
    }
    return new Answer.Refused(false, refused, String.join("; ", impossible.values()));
  }

  private static Set<String> measurements(List<String> batch) {
    Set<String> measurements = new HashSet<>();
    for (String line : batch) {
      measurements.add(measurement(line));
    }
    return measurements;
  }

  /** The measurement of a line; in this dialect only spaces are escaped in it. */
  private static String measurement(String line) {
    int end = 0;
    while (end < line.length() && line.charAt(end) != ',' && line.charAt(end) != ' ') {
      end += line.startsWith("\\ ", end) ? 2 : 1;
    }
    return line.substring(0, end).replace("\\ ", " ");
  }

  @Override
  public void close() {
    lines.close();
    store.close();
  }
}
