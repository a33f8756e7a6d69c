package io.weir.gateway.sink.embedded;

import io.questdb.cairo.TableToken;
import io.questdb.griffin.SqlException;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.StoreInside;
import io.weir.gateway.sink.influx.Influx2Sink;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The store inside the gateway. Lines are written to its own HTTP port, as to any store; before the
 * first line of a measurement its table is created, with the keys that make a repeat harmless.
 */
public final class EmbeddedSink implements LineSink {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final QuestDb store;
  private final LineSink lines;
  private final StoreInside inside;
  private volatile boolean closed;
  private final StoreWatch watch;

  private EmbeddedSink(QuestDb store, StoreWatch watch, LineSink lines, StoreInside inside) {
    this.store = store;
    this.watch = watch;
    this.lines = lines;
    this.inside = inside;
  }

  /**
   * Starts the store, which takes about two seconds.
   *
   * @param root the store's folder, made if absent
   * @throws IllegalStateException if it cannot start; names a port that is in use
   */
  public static EmbeddedSink start(EmbeddedConfig config, Path root, Time time) {
    File disk = root.toFile();
    return on(QuestDb.start(config, root), config, () -> usableSpace(disk), time);
  }

  /**
   * @param usableSpace of the store's disk, in bytes
   */
  static EmbeddedSink on(
      QuestDb store, EmbeddedConfig config, LongSupplier usableSpace, Time time) {
    StoreWatch watch = new StoreWatch(store.tables(), usableSpace, config.reserve(), time);
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
    return new EmbeddedSink(store, watch, lines, inside);
  }

  /** A file system that does not say it is taken for one with room. */
  private static long usableSpace(File disk) {
    long usable = disk.getUsableSpace();
    return usable == 0 && disk.getTotalSpace() == 0 ? Long.MAX_VALUE : usable;
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
  public String fault() {
    return closed ? "" : watch.fault();
  }

  @Override
  public Answer write(List<String> batch) {
    if (closed) {
      return new Answer.Down("the store is closed");
    }
    String fault = watch.fault();
    if (!fault.isEmpty()) {
      return new Answer.Down(fault);
    }
    Map<String, TableToken> tables = new HashMap<>();
    Map<String, String> impossible = new TreeMap<>();
    for (String measurement : measurements(batch)) {
      try {
        tables.put(measurement, store.tables().ready(measurement));
      } catch (SqlException e) {
        impossible.put(
            measurement,
            "no table can be created for '" + measurement + "': " + e.getFlyweightMessage());
      } catch (IOException e) {
        return new Answer.Down("table " + measurement + ": " + e.getMessage());
      }
    }
    return impossible.isEmpty() ? write(batch, tables) : refuse(batch, impossible);
  }

  /** Tables are never created by a line: it would have no keys. */
  private Answer write(List<String> batch, Map<String, TableToken> tables) {
    Answer answer = lines.write(batch);
    for (Map.Entry<String, TableToken> each : tables.entrySet()) {
      if (!store.tables().isStill(each.getKey(), each.getValue())) {
        return new Answer.Down(
            "table " + each.getKey() + " was dropped or altered while it was written to");
      }
    }
    return answer;
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
    closed = true;
    lines.close();
    store.close();
  }
}
