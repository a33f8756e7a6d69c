package io.weir.gateway.api;

import io.weir.gateway.devices.DeviceStatus;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.live.Live;
import io.weir.gateway.live.Place;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.Scope;
import io.weir.gateway.model.Asset;
import io.weir.gateway.normalize.DeviceClocks;
import io.weir.gateway.quarantine.Quarantine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The quality of machines' data, collected from what each part has found. */
final class DataQuality {

  private static final double NS_IN_S = 1e9;
  private static final long NS_IN_MS = 1_000_000;

  /** How long a gap is news. */
  private static final long NEWS_MS = 3_600_000;

  private DataQuality() {}

  /**
   * @param watched the devices that are watched for gaps
   * @param snapshot the machines with efficiency figures, if any
   * @param scope the machines that are asked for
   * @param limit machines at most
   */
  static QualityList list(
      List<Live.Heard> heard,
      List<DeviceStatus> watched,
      @Nullable EfficiencySnapshot snapshot,
      DeviceClocks clocks,
      Quarantine quarantine,
      Scope scope,
      int limit,
      long nowNs) {
    Map<Asset, Known> known = new LinkedHashMap<>();
    heard.forEach(each -> of(each.machine(), known).heard = each);
    if (snapshot != null) {
      snapshot.machines().stream()
          .filter(EfficiencySnapshot.MachineNow::heard)
          .forEach(each -> of(each.asset(), known).figures = each);
    }
    List<QualityList.Machine> machines = new ArrayList<>();
    for (DeviceStatus each : watched) {
      if (each.name().isEmpty()) {
        of(each.asset(), known).device = each;
      } else if (scope.holds(each.asset())) {
        Known device = new Known(each.asset());
        device.device = each;
        machines.add(device.machine(clocks, nowNs));
      }
    }
    for (Known each : known.values()) {
      if (scope.holds(each.asset)) {
        machines.add(each.machine(clocks, nowNs));
      }
    }
    machines.sort(worstFirst(nowNs / NS_IN_MS));
    boolean more = machines.size() > limit;
    List<QualityList.Held> held =
        quarantine.byReason().stream()
            .map(
                each ->
                    new QualityList.Held(
                        each.reason().label(), each.entries(), each.newestNs() / NS_IN_MS))
            .sorted(Comparator.comparingLong(QualityList.Held::count).reversed())
            .toList();
    return new QualityList(more ? machines.subList(0, limit) : machines, more, held);
  }

  private static Known of(Asset machine, Map<Asset, Known> known) {
    return known.computeIfAbsent(machine, Known::new);
  }

  /** What each part knows of one machine, or of a device without one. */
  private static final class Known {
    private final Asset asset;
    private Live.@Nullable Heard heard;
    private EfficiencySnapshot.@Nullable MachineNow figures;
    private @Nullable DeviceStatus device;

    Known(Asset asset) {
      this.asset = asset;
    }

    QualityList.Machine machine(DeviceClocks clocks, long nowNs) {
      long seenNs =
          Math.max(
              heard == null ? 0 : heard.receivedNs(),
              Math.max(
                  figures == null ? 0 : figures.received(), device == null ? 0 : device.heardNs()));
      return new QualityList.Machine(
          device == null || device.name().isEmpty() ? new Place(asset) : Place.NONE,
          device == null || device.name().isEmpty() ? null : device.name(),
          seenNs / NS_IN_MS,
          Math.max(0, nowNs - seenNs) / NS_IN_S,
          silentAfterSeconds(),
          device != null && device.silent(),
          skewSeconds(clocks),
          heard == null ? 0 : heard.uncertain(),
          heard == null ? 0 : heard.bad(),
          figures == null ? 0 : figures.late(),
          figures == null ? 0 : doubtfulCounts(figures.shift().figures()),
          device == null ? 0 : device.missing(),
          device == null ? 0 : device.estimated(),
          device == null || device.gapNs() == 0 ? null : device.gapNs() / NS_IN_MS,
          device == null ? null : seconds(device.periodNs()));
    }

    private static long doubtfulCounts(Figures shift) {
      return shift.implausible() + shift.contradictory();
    }

    private @Nullable Double silentAfterSeconds() {
      if (figures != null) {
        return figures.silentAfterNs() / NS_IN_S;
      }
      return device == null ? null : seconds(device.silentAfterNs());
    }

    private @Nullable Double skewSeconds(DeviceClocks clocks) {
      Long aheadNs = heard == null ? null : clocks.aheadNs(heard.source(), heard.topic());
      return aheadNs == null ? null : aheadNs / NS_IN_S;
    }

    private static @Nullable Double seconds(long ns) {
      return ns == 0 ? null : ns / NS_IN_S;
    }
  }

  /** A clock that is wrong by less than a second counts as right. */
  private static Comparator<QualityList.Machine> worstFirst(long nowMs) {
    return Comparator.comparingDouble(DataQuality::overdueSeconds)
        .thenComparing(machine -> lostOfLate(machine, nowMs))
        .thenComparingLong(DataQuality::wrongSeconds)
        .thenComparingLong(DataQuality::doubtful)
        .thenComparingDouble(QualityList.Machine::silentSeconds)
        .reversed();
  }

  private static boolean lostOfLate(QualityList.Machine machine, long nowMs) {
    Long gap = machine.gapMs();
    return gap != null && nowMs - gap < NEWS_MS;
  }

  private static long doubtful(QualityList.Machine machine) {
    return machine.uncertain() + machine.bad() + machine.late() + machine.implausible();
  }

  private static double overdueSeconds(QualityList.Machine machine) {
    Double allowed = machine.silentAfterSeconds();
    return allowed == null ? 0 : Math.max(0, machine.silentSeconds() - allowed);
  }

  private static long wrongSeconds(QualityList.Machine machine) {
    Double skew = machine.skewSeconds();
    return skew == null ? 0 : (long) Math.abs(skew);
  }
}
