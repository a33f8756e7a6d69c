package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.model.Asset;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is learned about one machine: the cycle and the energy of each of its products, and its
 * watched signals.
 *
 * <p>Mutable; belongs to its {@link Learned}.
 */
final class LearnedMachine {

  /** What one takes, with the minutes that wait, in parts of {@link LearnedCycle#BYTES}. */
  static final int UNITS = 2;

  /** Products, and signals, of one machine at most; the least recently told one leaves. */
  private static final int MOST = 64;

  private static final long NONE = Long.MIN_VALUE;
  private static final String SECONDS = "s";
  private static final String KWH = "kWh";

  private final Asset asset;
  private final ProducingTime time = new ProducingTime();
  private final TreeMap<String, LearnedCycle> products = new TreeMap<>();
  private final TreeMap<String, LearnedSignal> signals = new TreeMap<>();

  /** The production day of the newest minute that was taken, and the one that ended last. */
  private long day = NONE;

  private long ended = NONE;

  /** A day of which more pieces were good or scrap than were made. */
  private long contradictory = NONE;

  LearnedMachine(Asset asset) {
    this.asset = asset;
  }

  ProducingTime time() {
    return time;
  }

  /** What it takes of the memory, in parts of {@link LearnedCycle#BYTES}. */
  int units() {
    return UNITS + products.size() + signals.size();
  }

  /** Says of a day whether its counts contradict each other. */
  void judge(long ofDay, boolean contradicts) {
    if (contradicts) {
      contradictory = ofDay;
    } else if (contradictory == ofDay) {
      contradictory = NONE;
    }
  }

  /** Takes what waits and cannot change any more; returns whether a day has ended with it. */
  boolean settle(long latenessNs, ProductionDays days) {
    long before = ended;
    time.settle(latenessNs, start -> begin(days.of(start)), this::take);
    return ended != before;
  }

  private void begin(long ofDay) {
    if (day != NONE && ofDay > day) {
      products.values().forEach(product -> product.endDay(day, day != contradictory));
      ended = day;
    }
    day = Math.max(day, ofDay);
  }

  private void take(Stretch stretch) {
    LearnedCycle known = products.get(stretch.product());
    if (known == null) {
      if (products.size() >= MOST) {
        products.remove(oldestProduct());
      }
      known = new LearnedCycle();
      products.put(stretch.product(), known);
    }
    known.take(stretch);
  }

  /** Takes a final window of a watched signal; returns whether a day has ended with it. */
  boolean signal(String metric, long start, long ofDay, double mean, double n) {
    LearnedSignal known = signals.get(metric);
    if (known == null) {
      if (signals.size() >= MOST) {
        signals.remove(oldestSignal());
      }
      known = new LearnedSignal();
      signals.put(metric, known);
    }
    return known.take(start, ofDay, mean, n);
  }

  // ---- what leaves

  private @Nullable String oldestProduct() {
    String oldest = null;
    long told = Long.MAX_VALUE;
    for (Map.Entry<String, LearnedCycle> each : products.entrySet()) {
      if (oldest == null || each.getValue().toldNs < told) {
        oldest = each.getKey();
        told = each.getValue().toldNs;
      }
    }
    return oldest;
  }

  private @Nullable String oldestSignal() {
    String oldest = null;
    long told = Long.MAX_VALUE;
    for (Map.Entry<String, LearnedSignal> each : signals.entrySet()) {
      if (oldest == null || each.getValue().toldNs() < told) {
        oldest = each.getKey();
        told = each.getValue().toldNs();
      }
    }
    return oldest;
  }

  /** When it was told last what was not told for longest; of nothing, its newest minute. */
  long leastRecentlyTold() {
    long told = units() == UNITS ? time.newest() : Long.MAX_VALUE;
    for (LearnedCycle each : products.values()) {
      told = Math.min(told, each.toldNs);
    }
    for (LearnedSignal each : signals.values()) {
      told = Math.min(told, each.toldNs());
    }
    return told;
  }

  /** Forgets what {@link #leastRecentlyTold} is of; returns whether the machine is to go. */
  boolean forgetOne() {
    String product = oldestProduct();
    String signal = oldestSignal();
    LearnedCycle ofProduct = product == null ? null : products.get(product);
    LearnedSignal ofSignal = signal == null ? null : signals.get(signal);
    if (ofProduct != null && (ofSignal == null || ofProduct.toldNs <= ofSignal.toldNs())) {
      products.remove(product);
    } else if (ofSignal != null) {
      signals.remove(signal);
    } else {
      return true;
    }
    return false;
  }

  /** Forgets signals that are not watched any more. */
  void keepSignals(WatchedSignals watched) {
    signals.keySet().removeIf(metric -> watched.of(asset, metric) == null);
  }

  // ---- what is found

  List<Finding> findings(LearnedConfig config, WatchedSignals watched) {
    List<Finding> found = new ArrayList<>();
    products.forEach((product, cycle) -> add(found, product, cycle, config));
    signals.forEach(
        (metric, signal) -> {
          LearnedConfig.WatchedSignal rule = watched.of(asset, metric);
          DailyValues.Drift drift = signal.drift();
          if (rule != null
              && drift != null
              && drift.deviations() >= config.threshold()
              && Math.abs(drift.change()) >= rule.atLeast()) {
            found.add(
                finding(Finding.Kind.SIGNAL_DRIFT, metric, drift, rule.unit(), signal.ended()));
          }
        });
    return found;
  }

  private void add(List<Finding> found, String product, LearnedCycle cycle, LearnedConfig config) {
    double best = cycle.best(ended);
    double configured = cycle.configured();
    LocalDate upTo = date(ended);
    if (!Double.isNaN(best) && Double.isNaN(configured)) {
      found.add(
          new Finding(
              Finding.Kind.NO_CYCLE, asset, product, best, Double.NaN, Double.NaN, SECONDS, upTo));
    } else if (best <= configured * (1 - config.atLeast())) {
      found.add(
          new Finding(
              Finding.Kind.FASTER_CYCLE,
              asset,
              product,
              best,
              configured,
              Double.NaN,
              SECONDS,
              upTo));
    }
    DailyValues.Drift drift = cycle.cycleDrift(ended);
    if (isDrift(drift, config)) {
      found.add(finding(Finding.Kind.CYCLE_DRIFT, product, drift, SECONDS, ended));
    }
    DailyValues.Drift energy = cycle.energyDrift(ended);
    if (isDrift(energy, config)) {
      found.add(finding(Finding.Kind.ENERGY_DRIFT, product, energy, KWH, ended));
    }
  }

  @Nullable LearnedCycle cycle(String product) {
    return products.get(product);
  }

  private static boolean isDrift(DailyValues.@Nullable Drift drift, LearnedConfig config) {
    return drift != null
        && drift.before() > 0
        && drift.deviations() >= config.threshold()
        && Math.abs(drift.change()) >= config.atLeast() * drift.before();
  }

  private Finding finding(
      Finding.Kind kind, String of, DailyValues.@Nullable Drift drift, String unit, long upTo) {
    DailyValues.Drift is = Objects.requireNonNull(drift);
    return new Finding(kind, asset, of, is.now(), is.before(), is.spread(), unit, date(upTo));
  }

  private static LocalDate date(long day) {
    return day == NONE ? LocalDate.EPOCH : LocalDate.ofEpochDay(day);
  }

  void exchange(StateCodec codec) {
    time.exchange(codec);
    codec.entries(
        products,
        "",
        codec::name,
        LearnedCycle::new,
        product -> {
          product.exchange(codec);
          return product;
        });
    codec.entries(
        signals,
        "",
        codec::name,
        LearnedSignal::new,
        signal -> {
          signal.exchange(codec);
          return signal;
        });
    day = codec.number(day);
    ended = codec.number(ended);
    contradictory = codec.number(contradictory);
  }
}
