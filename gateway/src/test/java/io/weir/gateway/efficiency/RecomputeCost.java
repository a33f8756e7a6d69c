package io.weir.gateway.efficiency;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Measures a recompute of some days of a plant, beside the live figures of the same readings. The
 * records are made when they are read, so that neither a disk nor their bytes count.
 */
public final class RecomputeCost {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T00:00:00Z");
  private static final int SIGNALS = 6;

  /**
   * What it costs.
   *
   * @param liveNs CPU time of the live figures of all readings
   * @param againNs CPU time of the recompute
   * @param heapBytes of the heap that is in use in the middle of it, more than before
   * @param rows readings of figures that it wrote
   */
  public record Costs(long readings, long liveNs, long againNs, long heapBytes, long rows) {}

  private final int machines;
  private final int everySeconds;
  private final long records;
  private final List<Series> series = new ArrayList<>();
  private final PlantClock clock = new PlantClock();
  private long rows;

  private RecomputeCost(int machines, int everySeconds, int days) {
    this.machines = machines;
    this.everySeconds = everySeconds;
    records = (long) machines * ((days * 24L + 1) * 3600 / everySeconds);
    for (int i = 0; i < machines; i++) {
      series.add(new Series("telemetry", new Asset("s", "a", "l" + i / 10, "m" + i), Map.of()));
    }
  }

  /** Measures it on the calling thread. */
  public static Costs measure(int machines, int everySeconds, int days) throws IOException {
    return new RecomputeCost(machines, everySeconds, days).measure(days);
  }

  private Costs measure(int days) throws IOException {
    EfficiencyConfigBuilder builder = new EfficiencyConfigBuilder();
    builder.shift("early", "06:00", "14:00").shift("late", "14:00", "22:00");
    EfficiencyConfig config = builder.build();
    MemoryBudget budget = MemoryBudget.of(1L << 30, 1 << 20);
    FiguresLog counted = new TakenFigures(message -> rows += message.readings().size());
    clock.now = BEGIN;
    FiguresBook book = new FiguresBook(new MemoryBook(), false, BEGIN);
    EfficiencyConsumer live =
        new EfficiencyConsumer(
            config,
            budget,
            new Made(),
            CorrectionLogs.open(new MemoryDisk(new Random(1))).log(),
            counted,
            book,
            clock,
            Duration.ofDays(1000));
    Recompute recompute =
        new Recompute(
            budget,
            from -> new Made(),
            counted,
            book,
            live,
            new History(600 * SECOND),
            Stores.NONE,
            clock);
    long begin = cpuNs();
    while (live.step()) {
      // all of it
    }
    long liveNs = cpuNs() - begin;
    recompute.ask(Asset.NONE, BEGIN, BEGIN + days * 24 * ShiftCalendar.HOUR);
    long heapBefore = heap();
    rows = 0;
    long heapAfter = 0;
    begin = cpuNs();
    long aside = 0;
    while (recompute.requests().get(0).state() != RecomputeRequests.State.DONE) {
      if (recompute.step() > 0) {
        live.step();
      }
      if (heapAfter == 0 && recompute.requests().get(0).course().share() > 0.75) {
        long from = cpuNs();
        heapAfter = heap();
        aside += cpuNs() - from;
      }
    }
    long againNs = cpuNs() - begin - aside;
    return new Costs(records * SIGNALS, liveNs, againNs, heapAfter - heapBefore, rows);
  }

  private static long cpuNs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private Message message(long record) {
    int machine = (int) (record % machines);
    long turn = record / machines;
    long at = BEGIN + turn * everySeconds * SECOND;
    long total = turn * everySeconds + machine;
    boolean stands = (turn + machine * 7L) % 60 < 4;
    Series of = series.get(machine);
    List<Reading> readings = new ArrayList<>(SIGNALS);
    readings.add(reading(of, "state", new Value.Text(stands ? "DOWN" : "RUNNING"), at));
    readings.add(reading(of, "total", new Value.Whole(total), at));
    readings.add(reading(of, "good", new Value.Whole(total - total / 50), at));
    readings.add(reading(of, "energy", new Value.Real(total * 0.01), at));
    readings.add(reading(of, "temperature", new Value.Real(20 + turn % 10), at));
    readings.add(reading(of, "pressure", new Value.Real(4 + turn % 3), at));
    return new Message(
        "plant", of.asset().path(), at, 0, 0, SIGNALS, 0, 0, readings, List.of(), new byte[0]);
  }

  private static Reading reading(Series series, String metric, Value value, long at) {
    return new Reading(series, metric, value, at, Quality.GOOD, null);
  }

  /** Makes its records when they are read. */
  private final class Made implements Feed {
    private final MessageCodec codec = new MessageCodec();
    private long at;
    private long committed;

    @Override
    public String name() {
      return "made";
    }

    @Override
    public @Nullable Entry next() {
      if (at >= records) {
        return null;
      }
      Message message = message(at);
      clock.now = Math.max(clock.now, message.receiveTimeNs());
      ByteBuffer bytes = codec.encode(message);
      return new Entry(at++, message.receiveTimeNs(), SIGNALS, bytes, 0, 0);
    }

    @Override
    public void await(long timeoutNs) {
      // there is always one
    }

    @Override
    public void seek(long offset) {
      at = offset;
    }

    @Override
    public long committed() {
      return committed;
    }

    @Override
    public byte[] state() {
      return new byte[0];
    }

    @Override
    public void commit(long next, byte[] state) {
      committed = next;
    }

    @Override
    public long pendingUnits() {
      return records - at;
    }

    @Override
    public long pendingBytes() {
      return 0;
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
