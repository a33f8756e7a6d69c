package io.weir.gateway.efficiency;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a reader finds in a store after all writes: the last value of each field of each line, but
 * none that its row says to be undefined.
 */
public final class StoredRows {

  /** The times that never overlap: their sum is {@code planned_busy_s}. */
  static final List<String> BUSY_TIMES =
      List.of(
          "run_s",
          "setup_s",
          "micro_stop_s",
          "starved_s",
          "blocked_s",
          "down_s",
          "idle_s",
          "unknown_s");

  /** All times of a row but {@code known_s} and {@code repair_s}. */
  static final List<String> TIMES =
      Stream.concat(
              BUSY_TIMES.stream(), Stream.of("planned_busy_s", "planned_stop_s", "calendar_s"))
          .toList();

  /** A line by its name: {@code measurement,asset,tags} and its instant. */
  private final Map<String, Map<Long, Map<String, Object>>> series = new HashMap<>();

  /** The same by the name's parts: a name is made once. */
  private final Map<Series, Map<Long, Map<String, Object>>> known = new HashMap<>();

  /** How often a row was written, and from what: the number of a record, too. */
  private static final Set<String> WRITINGS = Set.of("revision", "origin", "id");

  /** More are of no use to a reader. */
  private static final int MOST_DIFFERENCES = 2000;

  public int writes;

  public void write(List<Reading> readings) {
    Series written = null;
    Map<Long, Map<String, Object>> rows = Map.of();
    long time = 0;
    Map<String, Object> row = null;
    for (Reading reading : readings) {
      writes++;
      if (reading.series() != written) {
        written = reading.series();
        row = null;
        rows =
            known.computeIfAbsent(
                written, each -> series.computeIfAbsent(name(each), name -> new HashMap<>()));
      }
      if (row == null || time != reading.timeNs()) {
        time = reading.timeNs();
        row = rows.computeIfAbsent(time, each -> new HashMap<>());
      }
      row.put(reading.metric(), plain(reading.value()));
      if (reading.metric().equals("undefined")) {
        for (String field : row.get("undefined").toString().split(",")) {
          row.remove(field);
        }
      }
    }
  }

  private static String name(Series series) {
    return series.measurement() + " " + series.asset().path() + " " + new TreeMap<>(series.tags());
  }

  static Object plain(Value value) {
    if (value instanceof Value.Real real) {
      return real.value();
    }
    if (value instanceof Value.Whole whole) {
      return whole.value();
    }
    return value instanceof Value.Flag flag ? flag.value() : ((Value.Text) value).value();
  }

  /** Fields of a row of {@code efficiency}; empty where there is none. */
  public Map<String, Object> efficiency(String asset, String bucket, String shift, String start) {
    return efficiency(asset, bucket, shift, nanos(start));
  }

  public Map<String, Object> efficiency(String asset, String bucket, String shift, long start) {
    String level =
        switch (asset.split("/").length) {
          case 1 -> "site";
          case 2 -> "area";
          case 3 -> "line";
          default -> "machine";
        };
    return row(
        "efficiency "
            + asset
            + " {bucket="
            + bucket
            + ", level="
            + level
            + ", shift="
            + shift
            + "}",
        start);
  }

  public Map<String, Object> row(String name, long instant) {
    return series.getOrDefault(name, Map.of()).getOrDefault(instant, Map.of());
  }

  /** Rows by instant of the series whose name begins so. */
  public Map<String, Map<String, Object>> rows(String prefix) {
    Map<String, Map<String, Object>> rows = new TreeMap<>();
    series.forEach(
        (name, lines) -> {
          if (name.startsWith(prefix)) {
            lines.forEach((time, fields) -> rows.put(at(name, time), fields));
          }
        });
    return rows;
  }

  /** Whether the states of another store agree with this one at all instants of the other. */
  boolean agreesOnStates(StoredRows other) {
    return otherStates(other).isEmpty();
  }

  /** The instants of another store at which its state is not that of this one. */
  List<String> otherStates(StoredRows other) {
    String name = "machine_state " + FoldScenario.MACHINE + " {}";
    TreeMap<Long, Map<String, Object>> mine = new TreeMap<>(series.getOrDefault(name, Map.of()));
    return other.series.getOrDefault(name, Map.of()).entrySet().stream()
        .filter(state -> !state.getValue().equals(mine.floorEntry(state.getKey()).getValue()))
        .map(
            state ->
                Instant.ofEpochSecond(0, state.getKey())
                    + " "
                    + mine.floorEntry(state.getKey())
                    + " or "
                    + state.getValue())
        .toList();
  }

  /** All sums that stand in it: a ratio once defined cannot be taken back from a store. */
  Map<String, Map<String, Object>> content() {
    return content(Long.MIN_VALUE, Long.MAX_VALUE, name -> false);
  }

  /**
   * The same of a span, without what is only provisional.
   *
   * @param ends whether rows of a series of this name become final
   */
  Map<String, Map<String, Object>> content(long from, long to, Predicate<String> ends) {
    Map<String, Map<String, Object>> content = new HashMap<>();
    series.forEach(
        (name, lines) -> {
          if (name.startsWith("machine_state ")) {
            return;
          }
          boolean isSettled = !ends.test(name) || name.contains("bucket=minute");
          lines.forEach(
              (at, row) -> {
                if (at >= from
                    && at < to
                    && (isSettled || Boolean.TRUE.equals(row.get("final")))
                    && !isTakenBack(name, row)) {
                  Map<String, Object> fields = new HashMap<>(row);
                  fields.keySet().removeAll(WRITINGS);
                  content.put(at(name, at), fields);
                }
              });
        });
    return content;
  }

  private static boolean isTakenBack(String name, Map<String, Object> row) {
    return Objects.equals(row.get("duration_s"), 0.0)
        || (name.startsWith("defects ") && Objects.equals(row.get("scrap"), 0.0));
  }

  private static String at(String name, long time) {
    return name + " " + Instant.ofEpochSecond(0, time);
  }

  /** Where two stores differ, a few rows of each, as text that is read at a glance. */
  static List<String> differences(StoredRows one, StoredRows other) {
    return differences(one.content(), other.content());
  }

  /** The same of rows that the caller chose. */
  static List<String> differences(
      Map<String, Map<String, Object>> left, Map<String, Map<String, Object>> right) {
    Set<String> all = new HashSet<>(left.keySet());
    all.addAll(right.keySet());
    all.removeIf(row -> Objects.equals(left.get(row), right.get(row)));
    List<String> differences = new ArrayList<>();
    for (String row : new TreeSet<>(all)) {
      Map<String, Object> mine = left.getOrDefault(row, Map.of());
      Map<String, Object> yours = right.getOrDefault(row, Map.of());
      Map<String, Object> fields = new TreeMap<>(mine);
      fields.putAll(yours);
      fields.keySet().removeIf(f -> Objects.equals(mine.get(f), yours.get(f)));
      fields.replaceAll((f, value) -> mine.get(f) + " or " + yours.get(f));
      if (!fields.isEmpty() && differences.size() < MOST_DIFFERENCES) {
        differences.add(row + " " + fields);
      }
    }
    return differences;
  }

  /** Stops that were not taken back: {@code start category/reason shift duration count}. */
  public List<String> stops(String asset) {
    List<String> stops = new ArrayList<>();
    series.forEach(
        (name, lines) -> {
          if (name.startsWith("stops " + asset + " ")) {
            lines.forEach(
                (time, fields) -> {
                  if ((Double) fields.get("duration_s") > 0) {
                    stops.add(
                        Instant.ofEpochSecond(0, time).toString().substring(11)
                            + " "
                            + name.substring(name.indexOf('{'))
                            + " "
                            + fields.get("duration_s")
                            + " x"
                            + fields.get("count"));
                  }
                });
          }
        });
    stops.sort(null);
    return stops;
  }

  public static long nanos(String instant) {
    Instant parsed = Instant.parse(instant);
    return parsed.getEpochSecond() * 1_000_000_000L + parsed.getNano();
  }
}
