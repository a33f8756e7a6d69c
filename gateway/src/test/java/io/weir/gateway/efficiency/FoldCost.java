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
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the fold costs: a plant of machines in lines of eight, each with state, counts, energy and a
 * temperature in one message every few seconds. With orders, each line has an entry, and all its
 * machines make one order after the other. Messages are made outside of the time taken.
 */
public final class FoldCost {

  /**
   * @param nsPerReading CPU time of one reading with all rows it causes
   * @param stateBytesPerMachine bytes of the cursor for one machine, its part of its line included
   * @param encodeMs time to make the bytes of all
   * @param snapshotMs time to take the live page's snapshot of all
   * @param heapMiB heap in use after a collection
   * @param rows readings written to the figures log
   */
  public record Costs(
      double nsPerReading,
      double stateBytesPerMachine,
      double encodeMs,
      double snapshotMs,
      long heapMiB,
      long rows) {}

  /** Machines of a line. */
  private static final int OF_LINE = 8;

  private static final String[] STATES = {"RUNNING", "RUNNING", "RUNNING", "IDLE", "DOWN"};

  private FoldCost() {}

  /** Of this thread, so that a busy machine does not look like a slow fold. */
  private static long cpuNs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** The plant without orders. */
  public static Costs measure(int machines, int everySeconds, int minutes) {
    return measure(machines, everySeconds, minutes, 0);
  }

  /**
   * Measures over some minutes, after as many minutes of warming up.
   *
   * @param minutesOfOrder that an order takes, 0 for a plant without orders
   */
  public static Costs measure(int machines, int everySeconds, int minutes, int minutesOfOrder) {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "06:00", "14:00")
            .shift("late", "14:00", "06:00");
    if (minutesOfOrder > 0) {
      config.order = new EfficiencyConfig.OrderSignals("order", null, null);
      for (int first = 0; first < machines; first += OF_LINE) {
        int last = Math.min(first + OF_LINE, machines) - 1;
        List<String> output = List.of("machine-" + last);
        String path = "plant/area-" + first / 400 + "/line-" + first / OF_LINE;
        config.lines.add(new EfficiencyConfig.Line(path, List.of(), output, "machine-" + first));
      }
    }
    EfficiencyConfig efficiency = config.build();
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < machines; i++) {
      series.add(
          new Series(
              "telemetry",
              new Asset("plant", "area-" + i / 400, "line-" + i / OF_LINE, "machine-" + i),
              Map.of()));
    }
    Fold fold = new Fold(efficiency);
    long time = StoredRows.nanos("2026-03-02T06:00:00Z");
    long nanos = 0;
    long readings = 0;
    long rows = 0;
    int steps = 60 / everySeconds * minutes;
    for (int step = 0; step < 2 * steps; step++, time += everySeconds * ShiftCalendar.SECOND) {
      List<Message> messages = new ArrayList<>(machines);
      for (int i = 0; i < machines; i++) {
        int order = minutesOfOrder > 0 ? 1 + step * everySeconds / 60 / minutesOfOrder : 0;
        messages.add(message(series.get(i), time + i * 1000L, i, step, order));
      }
      long start = cpuNs();
      for (Message message : messages) {
        fold.accept(message);
      }
      if (step * everySeconds % 15 == 0) {
        fold.flushLines();
      }
      int written = fold.takeRows().size();
      if (step >= steps) {
        nanos += cpuNs() - start;
        readings += 6L * machines;
        rows += written;
      }
    }
    fold.flushLines();
    fold.takeRows();
    long start = cpuNs();
    byte[] bytes = fold.encode();
    double encode = (cpuNs() - start) / 1e6;
    start = cpuNs();
    EfficiencySnapshot snapshot = fold.snapshot(time);
    double taken = (cpuNs() - start) / 1e6;
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long heap = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    Reference.reachabilityFence(fold);
    if (snapshot.machines().size() != machines) {
      throw new IllegalStateException("machines are missing");
    }
    return new Costs(
        (double) nanos / readings, (double) bytes.length / machines, encode, taken, heap, rows);
  }

  /** The order takes the place of the temperature, so that as many readings come. */
  private static Message message(Series series, long time, int machine, int step, int order) {
    int pieces = step * 2;
    Reading last =
        order > 0
            ? reading(series, "order", new Value.Text("order-" + order), time)
            : reading(series, "temperature", new Value.Real(20 + step % 7), time);
    List<Reading> readings =
        List.of(
            reading(series, "state", new Value.Text(STATES[(step / 40 + machine) % 5]), time),
            reading(series, "total", new Value.Real(pieces), time),
            reading(series, "good", new Value.Real(pieces - pieces / 50), time),
            reading(series, "reject", new Value.Real(pieces / 50), time),
            reading(series, "energy", new Value.Real(step * 0.013), time),
            last);
    return new Message("plant", "topic", time, 0, 0, 6, 0, 0, readings, List.of(), new byte[0]);
  }

  private static Reading reading(Series series, String metric, Value value, long time) {
    return new Reading(series, metric, value, time, Quality.GOOD, null);
  }
}
