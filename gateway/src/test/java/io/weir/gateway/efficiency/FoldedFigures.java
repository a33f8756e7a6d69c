package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Figures folded from readings that tests of other packages have, and such readings. */
public final class FoldedFigures {

  public static final long BEGIN = StoredRows.nanos("2026-03-02T00:00:00Z");
  public static final long HOUR = ShiftCalendar.HOUR;

  private FoldedFigures() {}

  /** A line of three machines, with shifts. */
  static EfficiencyConfigBuilder plant() {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30))
            .shift("late", "14:00", "22:00");
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), null));
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
    return config;
  }

  private static EfficiencyConfigBuilder config() {
    EfficiencyConfigBuilder config = plant();
    config.silentAfter = Duration.ofMinutes(2);
    return config;
  }

  /** The metrics that these figures need. */
  public static Set<String> metrics() {
    return config().build().signalMetrics();
  }

  /** The measurements that hold figures. */
  public static Set<String> measurements() {
    return Derived.MEASUREMENTS;
  }

  /** The rows of figures of readings that come in this order, by what names them. */
  public static Map<String, Map<String, Object>> of(List<Reading> readings) {
    FoldScenario scenario = new FoldScenario(config());
    readings.forEach(reading -> scenario.fold.accept(reading, reading.timeNs()));
    return scenario.flush().store.content();
  }

  /** Where they differ. */
  public static List<String> differences(
      Map<String, Map<String, Object>> one, Map<String, Map<String, Object>> other) {
    return StoredRows.differences(one, other);
  }

  /**
   * Readings of three machines over some hours, in the order of time: states and counts in two
   * measurements, other metrics as signs of life, and all qualities.
   */
  public static List<Reading> readings(int hours) {
    Random random = new Random(5);
    List<Reading> all = new ArrayList<>();
    for (String machine : List.of("m", "n", "o")) {
      Asset asset = new Asset("s", "a", machine.equals("o") ? "k" : "l", machine);
      Series states = new Series("telemetry", asset, Map.of("cell", "7"));
      Series counts = new Series("counts", asset, Map.of());
      long total = 0;
      for (long at = BEGIN; at < BEGIN + hours * HOUR; at += 30 * ShiftCalendar.SECOND) {
        int what = random.nextInt(10);
        Quality quality = what == 0 ? Quality.UNCERTAIN : what == 1 ? Quality.BAD : Quality.GOOD;
        if (what < 6) {
          all.add(reading(states, "heat", new Value.Real(random.nextInt(99)), at, quality));
        } else if (what == 6) {
          String word = random.nextInt(3) == 0 ? "DOWN" : random.nextBoolean() ? "IDLE" : "RUNNING";
          all.add(reading(states, "state", new Value.Text(word), at, Quality.GOOD));
          all.add(reading(states, "heat", new Value.Real(1.5), at, Quality.GOOD));
        } else if (what < 9) {
          total += random.nextInt(30);
          all.add(reading(counts, "total", new Value.Whole(total), at, quality));
          all.add(reading(counts, "reject", new Value.Whole(total / 11), at, quality));
        } else {
          at += random.nextInt(10) * 60 * ShiftCalendar.SECOND; // silent
        }
      }
    }
    all.sort(Comparator.comparingLong(Reading::timeNs));
    return all;
  }

  private static Reading reading(
      Series series, String metric, Value value, long at, Quality quality) {
    return new Reading(series, metric, value, at, quality, null);
  }
}
