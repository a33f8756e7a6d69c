package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.config.AssetPattern;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of the signals that the configuration names: how each varies, and whether that is
 * as it was. Pure, as the {@link Fold} that it is a part of: the same readings in the same order
 * give the same rows.
 *
 * <p>Bound: {@link #SIGNALS_OF_MACHINE} signals for each machine that the heap holds. Where there
 * is no room, those that were not read for {@link MachineFold#FORGET_AFTER} leave; what is beyond
 * is counted and ignored.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class SignalStatistics {

  private static final int SIGNALS_OF_MACHINE = 4;

  /** To look for signals that may leave takes long. */
  private static final long LOOK_EVERY = ShiftCalendar.HOUR;

  private record Rule(Pattern asset, EfficiencyConfig.Monitored monitored) {}

  /** The signals of one metric. */
  private static final class OfMetric {
    final List<Rule> rules = new ArrayList<>();

    /** Also of assets that no rule fits, with {@code null}. */
    final Map<Asset, @Nullable MonitoredSignal> signals = new LinkedHashMap<>();
  }

  private final Map<String, OfMetric> metrics = new LinkedHashMap<>();
  private final FigureRows rows;
  private final long latenessNs;
  private final int most;
  private int known;
  private long ignored;
  private long lookFrom = Long.MIN_VALUE;

  SignalStatistics(EfficiencyConfig efficiency, FigureRows rows, FoldMemory memory) {
    this.rows = rows;
    latenessNs = efficiency.allowedLateness().toNanos();
    most = SIGNALS_OF_MACHINE * memory.mostMachines;
    for (EfficiencyConfig.Monitored monitored : efficiency.signals()) {
      metrics
          .computeIfAbsent(monitored.metric(), metric -> new OfMetric())
          .rules
          .add(new Rule(AssetPattern.of(monitored.asset()), monitored));
    }
  }

  /** Takes a reading; only numbers of GOOD quality say how a signal varies. */
  void take(Reading reading) {
    if (metrics.isEmpty() || reading.quality() != Quality.GOOD) {
      return;
    }
    OfMetric of = metrics.get(reading.metric());
    if (of == null) {
      return;
    }
    double value = number(reading.value());
    if (!Double.isFinite(value)) {
      return;
    }
    Asset asset = reading.series().asset();
    MonitoredSignal signal = of.signals.get(asset);
    if (signal == null) {
      if (of.signals.containsKey(asset)) {
        return;
      }
      signal = find(of, asset, reading.timeNs());
    }
    if (signal != null) {
      signal.take(reading.timeNs(), value, latenessNs, rows);
    }
  }

  private @Nullable MonitoredSignal find(OfMetric of, Asset asset, long time) {
    if (known >= most && !makeRoom(time)) {
      ignored++;
      return null;
    }
    String path = asset.path();
    MonitoredSignal made = null;
    for (Rule rule : of.rules) {
      if (rule.asset.matcher(path).matches()) {
        made = new MonitoredSignal(rule.monitored, asset);
        break;
      }
    }
    of.signals.put(asset, made);
    known++;
    return made;
  }

  private boolean makeRoom(long time) {
    if (time < lookFrom) {
      return false;
    }
    lookFrom = time + LOOK_EVERY;
    known = 0;
    for (OfMetric of : metrics.values()) {
      of.signals
          .values()
          .removeIf(each -> each == null || time - each.newest() > MachineFold.FORGET_AFTER);
      known += of.signals.size();
    }
    return known < most;
  }

  /** By signal, before what instant no window changes any more. */
  Map<Series, Long> closed() {
    Map<Series, Long> closed = new HashMap<>();
    for (OfMetric of : metrics.values()) {
      for (MonitoredSignal signal : of.signals.values()) {
        if (signal != null) {
          closed.put(signal.series(), signal.closedTo());
        }
      }
    }
    return closed;
  }

  /** Readings of signals that there was no room for. */
  long ignored() {
    return ignored;
  }

  private static double number(Value value) {
    if (value instanceof Value.Real real) {
      return real.value();
    }
    return value instanceof Value.Whole whole ? whole.value() : Double.NaN;
  }

  /** A signal of the state. */
  private static final class Stored {
    Asset asset = Asset.NONE;
    String metric = "";
    long windowNs;
    @Nullable MonitoredSignal signal;
  }

  void exchange(StateCodec codec) {
    List<Stored> all = new ArrayList<>();
    metrics.forEach(
        (metric, of) ->
            of.signals.forEach(
                (asset, signal) -> {
                  if (signal != null) {
                    Stored stored = new Stored();
                    stored.asset = asset;
                    stored.metric = metric;
                    stored.windowNs = signal.windowNs();
                    stored.signal = signal;
                    all.add(stored);
                  }
                }));
    codec.all(
        codec instanceof StateDecoder ? new ArrayList<>() : all,
        Stored::new,
        each -> exchange(codec, each));
  }

  /** What the configuration no longer names, or with another window, is read and left out. */
  private Stored exchange(StateCodec codec, Stored each) {
    each.asset = codec.machine(each.asset);
    each.metric = codec.name(each.metric);
    each.windowNs = codec.number(each.windowNs);
    MonitoredSignal signal = each.signal;
    if (signal == null) {
      OfMetric of = metrics.get(each.metric);
      MonitoredSignal made = of == null ? null : find(of, each.asset, Long.MIN_VALUE);
      if (made != null && made.windowNs() == each.windowNs) {
        signal = made;
      } else {
        Duration window = Duration.ofNanos(each.windowNs);
        signal =
            new MonitoredSignal(
                new EfficiencyConfig.Monitored("", each.metric, window, null, null, null, null),
                each.asset);
      }
    }
    signal.exchange(codec);
    return each;
  }
}
