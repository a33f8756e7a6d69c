package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives messages to a fold one after another; the store then holds what it wrote. */
public final class FoldScenario {

  public static final String MACHINE = "s/a/l/m";

  public final StoredRows store = new StoredRows();
  final Revisions revisions = new Revisions();
  private final EfficiencyConfig efficiency;
  private final Map<String, Series> series = new HashMap<>();
  public Fold fold;

  public FoldScenario(EfficiencyConfigBuilder config) {
    efficiency = config.build();
    fold = new Fold(efficiency);
  }

  /** Field and value by turns, of the machine {@link #MACHINE}. */
  public FoldScenario read(String instant, Object... fields) {
    return from(MACHINE, StoredRows.nanos(instant), fields);
  }

  public FoldScenario from(String asset, long time, Object... fields) {
    return received(asset, time, time, Quality.GOOD, fields);
  }

  public FoldScenario received(
      String asset, long time, long receivedNs, Quality quality, Object... fields) {
    accept(message(asset, time, receivedNs, quality, fields));
    return this;
  }

  public Message message(
      String asset, long time, long receivedNs, Quality quality, Object... fields) {
    Series named = series.computeIfAbsent(asset, FoldScenario::series);
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < fields.length; i += 2) {
      readings.add(
          new Reading(named, (String) fields[i], value(fields[i + 1]), time, quality, null));
    }
    return new Message(
        "plant", asset, receivedNs, 0, 0, readings.size(), 0, 0, readings, List.of(), new byte[0]);
  }

  void accept(Message message) {
    fold.accept(message);
    write();
  }

  private void write() {
    List<Reading> rows = fold.takeRows();
    revisions.take(rows);
    store.write(rows);
  }

  /** The same, by a connection of that number. */
  static Message connected(Message message, long connection) {
    return new Message(
        message.source(),
        message.topic(),
        message.receiveTimeNs(),
        0,
        false,
        connection,
        true,
        0,
        message.received(),
        0,
        0,
        message.readings(),
        List.of(),
        new byte[0],
        false,
        List.of());
  }

  private static Series series(String path) {
    String[] levels = path.split("/");
    return new Series("telemetry", new Asset(levels[0], levels[1], levels[2], levels[3]), Map.of());
  }

  private static Value value(Object plain) {
    if (plain instanceof String text) {
      return new Value.Text(text);
    }
    if (plain instanceof Boolean flag) {
      return new Value.Flag(flag);
    }
    return plain instanceof Integer || plain instanceof Long
        ? new Value.Whole(((Number) plain).longValue())
        : new Value.Real(((Number) plain).doubleValue());
  }

  /** A sign of life each half minute of [from, to). */
  public FoldScenario alive(String from, String to) {
    long end = StoredRows.nanos(to);
    for (long at = StoredRows.nanos(from); at < end; at += 30 * ShiftCalendar.SECOND) {
      from(MACHINE, at, "temperature", 20.5);
    }
    return this;
  }

  /** Stops and starts the gateway. */
  public FoldScenario restart() {
    flush();
    byte[] bytes = fold.encode();
    fold = Fold.decode(bytes, efficiency);
    return this;
  }

  /** Stops the gateway and starts it with another configuration. */
  public FoldScenario restart(EfficiencyConfigBuilder changed) {
    flush();
    fold = Fold.decode(fold.encode(), changed.build());
    return flush();
  }

  public FoldScenario flush() {
    fold.flush();
    fold.flushLines();
    write();
    return this;
  }

  public FoldScenario tick(String wall) {
    return tick(StoredRows.nanos(wall));
  }

  public FoldScenario tick(long wallNs) {
    fold.tick(wallNs);
    return flush();
  }

  public EfficiencySnapshot.MachineNow now(String wall) {
    return fold.snapshot(StoredRows.nanos(wall)).machines().get(0);
  }

  public double number(String bucket, String shift, String start, String field) {
    return (Double) store.efficiency(MACHINE, bucket, shift, start).getOrDefault(field, Double.NaN);
  }
}
