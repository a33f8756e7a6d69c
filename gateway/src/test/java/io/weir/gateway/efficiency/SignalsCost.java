package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateEncoder;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What the statistics of signals cost: many signals, each read every few seconds. */
public final class SignalsCost {

  /**
   * @param nsPerReading CPU time of one reading with all rows it causes
   * @param nsOfYardstick CPU time of finding the same signal in a map and adding its value to a sum
   * @param bytesPerSignal bytes of the state for one signal
   * @param rows readings written to the figures log
   */
  public record Costs(
      double nsPerReading, double nsOfYardstick, double bytesPerSignal, long rows) {}

  private SignalsCost() {}

  private static long cpuNs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Measures over some minutes, after as many minutes of warming up. */
  public static Costs measure(int signals, int everySeconds, int minutes) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.signals.add(
        new EfficiencyConfig.Monitored(
            "*/*/*/*", "temperature", Duration.ofHours(1), 10.0, 30.0, 20.0, 2.0));
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < signals; i++) {
      Asset asset = new Asset("plant", "area-" + i / 400, "line-" + i / 8, "machine-" + i);
      series.add(new Series("telemetry", asset, Map.of()));
    }
    FigureRows rows = new FigureRows(signals, false, List.of(), null);
    SignalStatistics statistics = new SignalStatistics(config.build(), rows, FoldMemory.ample());
    Map<Asset, double[]> sums = new HashMap<>();
    Random random = new Random(1);
    long time = StoredRows.nanos("2026-03-02T06:00:00Z");
    long nanos = 0;
    long yardstick = 0;
    long readings = 0;
    long written = 0;
    int steps = 60 / everySeconds * minutes;
    for (int step = 0; step < 2 * steps; step++, time += everySeconds * ShiftCalendar.SECOND) {
      List<Reading> now = new ArrayList<>(signals);
      for (int i = 0; i < signals; i++) {
        Value value = new Value.Real(20 + random.nextGaussian());
        now.add(
            new Reading(series.get(i), "temperature", value, time + i * 1000L, Quality.GOOD, null));
      }
      long start = cpuNs();
      for (Reading reading : now) {
        statistics.take(reading);
      }
      int rowsNow = rows.take().size();
      long between = cpuNs();
      for (Reading reading : now) {
        double value = ((Value.Real) reading.value()).value();
        sums.computeIfAbsent(reading.series().asset(), asset -> new double[1])[0] += value;
      }
      if (step >= steps) {
        nanos += between - start;
        yardstick += cpuNs() - between;
        readings += signals;
        written += rowsNow;
      }
    }
    StateEncoder encoder = new StateEncoder();
    statistics.exchange(encoder);
    if (statistics.ignored() > 0 || sums.size() != signals) {
      throw new IllegalStateException("signals are missing");
    }
    return new Costs(
        (double) nanos / readings,
        (double) yardstick / readings,
        (double) encoder.toBytes().length / signals,
        written);
  }
}
