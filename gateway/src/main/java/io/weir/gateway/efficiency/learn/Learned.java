package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateEncoder;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the figures teach about machines: a pure fold over the rows of the log {@code figures}, from
 * which {@link #findings} follow. It uses no clock and writes no row; no figure depends on it.
 *
 * <p>It takes rows of minutes, days, products and orders of machines, and final rows of the
 * statistics of watched signals; {@link ProducingTime} and {@link LearnedSignal} say why a row that
 * is read twice counts once. Rows that a recompute writes ({@code origin}) are of minutes that were
 * taken long before; it passes over them.
 *
 * <p>Bound: machines, their products and their signals share the given bytes; beyond that, what was
 * told least recently is forgotten.
 *
 * <p>Bytes (primitives in {@link StateCodec}): u8 format 1, then each machine.
 *
 * <p>Mutable; belongs to its {@link HintsConsumer}.
 */
final class Learned {

  private static final byte FORMAT = 1;
  private static final int LEAST_UNITS = 64;
  private static final double FULL_MINUTE_S = 59.999;

  private final int mostUnits;
  private final Map<Asset, LearnedMachine> machines = new LinkedHashMap<>();
  private final Map<Asset, List<Finding>> findings = new LinkedHashMap<>();
  private LearnedConfig config;
  private WatchedSignals watched;
  private ProductionDays days;
  private long latenessNs;
  private int units;

  /**
   * @param bytes of the heap that it may take, about
   */
  Learned(EfficiencyConfig efficiency, long bytes) {
    mostUnits = (int) Math.max(LEAST_UNITS, Math.min(bytes / LearnedCycle.BYTES, 1 << 20));
    config = efficiency.learned();
    watched = new WatchedSignals(config);
    days = new ProductionDays(efficiency);
    latenessNs = efficiency.allowedLateness().toNanos();
  }

  /** From now on it learns as configured here. */
  void use(EfficiencyConfig efficiency) {
    config = efficiency.learned();
    watched = new WatchedSignals(config);
    days = new ProductionDays(efficiency);
    latenessNs = efficiency.allowedLateness().toNanos();
    machines.values().forEach(machine -> machine.keepSignals(watched));
    count();
    machines.forEach(this::find);
  }

  /** Takes the rows of a message of the log {@code figures}. */
  void accept(Message message) {
    List<Reading> readings = message.readings();
    int from = 0;
    while (from < readings.size()) {
      int to = from + 1;
      while (to < readings.size() && readings.get(to).sharesLineWith(readings.get(from))) {
        to++;
      }
      row(readings.subList(from, to));
      from = to;
    }
  }

  private void row(List<Reading> row) {
    Reading first = row.get(0);
    Map<String, String> tags = first.series().tags();
    Asset asset = first.series().asset();
    if (!text(row, "origin").isEmpty()) {
      return;
    }
    switch (first.series().measurement()) {
      case FigureNames.EFFICIENCY -> {
        if ("machine".equals(tags.get("level"))) {
          figures(machine(asset), tags.getOrDefault("bucket", ""), row);
        }
      }
      case FigureNames.PRODUCT -> {
        double total = real(row, "total");
        if (BucketKind.DAY.tag().equals(tags.get("bucket"))) {
          machine(asset).time().products().other(); // its shifts say the same
        } else if (!Double.isNaN(total)) {
          machine(asset)
              .time()
              .products()
              .product(first.timeNs(), tags.getOrDefault("product", ""), total);
        }
      }
      case FigureNames.ORDER -> {
        if (asset.machine() != null) {
          machine(asset)
              .time()
              .products()
              .order(first.timeNs(), text(row, "order"), text(row, "product"));
        }
      }
      case FigureNames.STATE, FigureNames.STOPS -> {
        LearnedMachine known = machines.get(asset);
        if (known != null) {
          known.time().products().other();
        }
      }
      case FigureNames.SIGNAL -> signal(asset, tags.getOrDefault("metric", ""), row);
      default -> {}
    }
  }

  private void figures(LearnedMachine machine, String bucket, List<Reading> row) {
    long start = row.get(0).timeNs();
    if (bucket.equals(BucketKind.MINUTE.tag())) {
      machine.time().minute(start, minute(row));
      return;
    }
    machine.time().products().other();
    if (bucket.equals(BucketKind.DAY.tag())) {
      machine.judge(days.of(start), real(row, "contradictory") > 0);
      // of its update, the day is the last row that matters
      int before = machine.units();
      if (machine.settle(latenessNs, days)) {
        find(row.get(0).series().asset(), machine);
      }
      grown(machine.units() - before, row.get(0).series().asset());
    }
  }

  private static MinuteRow minute(List<Reading> row) {
    double total = real(row, "total");
    double ideal = real(row, "ideal_total_s");
    boolean produces =
        real(row, "run_s") >= FULL_MINUTE_S
            && total >= 0
            && real(row, "gap_total") == 0
            && real(row, "implausible") == 0;
    return new MinuteRow(
        produces,
        produces ? total : 0,
        Double.isNaN(ideal) ? 0 : ideal,
        real(row, "energy_run_kwh"),
        MinuteRow.NOTHING);
  }

  private void signal(Asset asset, String metric, List<Reading> row) {
    if (watched.of(asset, metric) == null || !isFinal(row)) {
      return;
    }
    LearnedMachine machine = machine(asset);
    int before = machine.units();
    long start = row.get(0).timeNs();
    if (machine.signal(metric, start, days.of(start), real(row, "mean"), whole(row, "n"))) {
      find(asset, machine);
    }
    grown(machine.units() - before, asset);
  }

  // ---- fields

  private static double real(List<Reading> row, String field) {
    for (Reading each : row) {
      if (each.metric().equals(field) && each.value() instanceof Value.Real real) {
        return real.value();
      }
    }
    return Double.NaN;
  }

  private static double whole(List<Reading> row, String field) {
    for (Reading each : row) {
      if (each.metric().equals(field) && each.value() instanceof Value.Whole whole) {
        return whole.value();
      }
    }
    return 0;
  }

  private static String text(List<Reading> row, String field) {
    for (Reading each : row) {
      if (each.metric().equals(field) && each.value() instanceof Value.Text text) {
        return text.value();
      }
    }
    return "";
  }

  private static boolean isFinal(List<Reading> row) {
    for (Reading each : row) {
      if (each.metric().equals("final") && each.value() instanceof Value.Flag flag) {
        return flag.value();
      }
    }
    return false;
  }

  // ---- memory

  private LearnedMachine machine(Asset asset) {
    LearnedMachine known = machines.get(asset);
    if (known == null) {
      known = new LearnedMachine(asset);
      machines.put(asset, known);
      grown(known.units(), asset);
    }
    return known;
  }

  /** Makes room for what an asset has more, without forgetting that asset itself. */
  private void grown(int more, Asset asset) {
    units += more;
    while (units > mostUnits) {
      Asset oldest = null;
      long told = Long.MAX_VALUE;
      for (Map.Entry<Asset, LearnedMachine> each : machines.entrySet()) {
        long its = each.getValue().leastRecentlyTold();
        if (!each.getKey().equals(asset) && (oldest == null || its < told)) {
          oldest = each.getKey();
          told = its;
        }
      }
      LearnedMachine machine = oldest == null ? null : machines.get(oldest);
      if (oldest == null || machine == null) {
        return; // one machine alone has its own bounds
      }
      if (machine.forgetOne()) {
        machines.remove(oldest);
        findings.remove(oldest);
      } else {
        find(oldest, machine);
      }
      count();
    }
  }

  private void count() {
    units = machines.values().stream().mapToInt(LearnedMachine::units).sum();
  }

  private void find(Asset asset, LearnedMachine machine) {
    List<Finding> found = machine.findings(config, watched);
    if (found.isEmpty()) {
      findings.remove(asset);
    } else {
      findings.put(asset, found);
    }
  }

  /** What is known of a product of a machine; {@code null} where there is nothing. */
  @Nullable LearnedCycle cycle(Asset asset, String product) {
    LearnedMachine machine = machines.get(asset);
    return machine == null ? null : machine.cycle(product);
  }

  /** Parts of {@link LearnedCycle#BYTES} that are in use. */
  int units() {
    return units;
  }

  /** All that is found now. */
  List<Finding> findings() {
    return findings.values().stream().flatMap(List::stream).toList();
  }

  // ---- bytes

  byte[] encode() {
    StateEncoder out = new StateEncoder();
    out.raw(FORMAT);
    out.number(machines.size());
    machines.forEach(
        (asset, machine) -> {
          out.machine(asset);
          machine.exchange(out);
        });
    return out.toBytes();
  }

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another format
   */
  static Learned decode(byte[] bytes, EfficiencyConfig efficiency, long heapBytes) {
    Learned learned = new Learned(efficiency, heapBytes);
    StateDecoder in = new StateDecoder(bytes);
    byte format = in.raw();
    if (format != FORMAT) {
      throw new IllegalArgumentException("what was learned has format " + format);
    }
    for (long count = in.number(); count > 0; count--) {
      Asset asset = in.machine(Asset.NONE);
      LearnedMachine machine = new LearnedMachine(asset);
      machine.exchange(in);
      machine.keepSignals(learned.watched);
      learned.machines.put(asset, machine);
    }
    if (!in.atEnd()) {
      throw new IllegalArgumentException("what was learned goes on past its end");
    }
    learned.count();
    learned.grown(0, Asset.NONE);
    learned.machines.forEach(learned::find);
    return learned;
  }
}
