package io.weir.gateway.api;

import io.weir.gateway.efficiency.EfficiencySnapshot;
import io.weir.gateway.live.Live;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.Scope;
import io.weir.gateway.model.Asset;
import io.weir.gateway.normalize.DeviceClocks;
import io.weir.gateway.quarantine.Quarantine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The quality of machines' data, collected from what each part has found. */
final class DataQuality {

  private static final double NS_IN_S = 1e9;
  private static final long NS_IN_MS = 1_000_000;

  /** The worst first; a clock that is wrong by less than a second counts as right. */
  private static final Comparator<QualityList.Machine> WORST =
      Comparator.comparingDouble(DataQuality::overdueSeconds)
          .thenComparingLong(DataQuality::wrongSeconds)
          .thenComparingLong(DataQuality::doubtful)
          .thenComparingDouble(QualityList.Machine::silentSeconds)
          .reversed();

  private DataQuality() {}

  /**
   * @param snapshot the machines with efficiency figures, if any
   * @param scope the machines that are asked for
   * @param limit machines at most
   */
  static QualityList list(
      List<Live.Heard> heard,
      @Nullable EfficiencySnapshot snapshot,
      DeviceClocks clocks,
      Quarantine quarantine,
      Scope scope,
      int limit,
      long nowNs) {
    Map<Asset, EfficiencySnapshot.MachineNow> figures = new HashMap<>();
    if (snapshot != null) {
      snapshot.machines().forEach(machine -> figures.put(machine.asset(), machine));
    }
    List<QualityList.Machine> machines = new ArrayList<>();
    for (Live.Heard each : heard) {
      EfficiencySnapshot.MachineNow figured = figures.remove(each.machine());
      if (scope.holds(each.machine())) {
        machines.add(machine(each, figured, clocks.aheadNs(each.source(), each.topic()), nowNs));
      }
    }
    for (EfficiencySnapshot.MachineNow silent : figures.values()) {
      if (scope.holds(silent.asset())) {
        Live.Heard before = new Live.Heard(silent.asset(), "", "", silent.received(), 0, 0);
        machines.add(machine(before, silent, null, nowNs));
      }
    }
    machines.sort(WORST);
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

  private static QualityList.Machine machine(
      Live.Heard heard,
      EfficiencySnapshot.@Nullable MachineNow figures,
      @Nullable Long aheadNs,
      long nowNs) {
    return new QualityList.Machine(
        EfficiencyView.path(heard.machine()),
        heard.receivedNs() / NS_IN_MS,
        Math.max(0, nowNs - heard.receivedNs()) / NS_IN_S,
        figures == null ? null : figures.silentAfterNs() / NS_IN_S,
        aheadNs == null ? null : aheadNs / NS_IN_S,
        heard.uncertain(),
        heard.bad(),
        figures == null ? 0 : figures.late(),
        figures == null ? 0 : figures.shift().figures().implausible());
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
