package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Machines whose life another asset tells: a gateway with the will of its connection, or with a
 * heartbeat, for the machines behind it.
 *
 * <p>Mutable; belongs to its {@link Sessions}. The machines are not part of the state: each joins
 * again when the state is read.
 */
final class LifeSignals {

  private static final int MOST_PATHS = 10_000;

  private final Set<String> metrics = new HashSet<>();
  private final Map<String, List<MachineFold>> behind = new HashMap<>();

  /** What is known of the assets that send one of the metrics: their paths. */
  private final Map<Asset, String> paths = new HashMap<>();

  void add(MachineFold machine) {
    EfficiencyConfig.Alive alive = machine.rules.alive;
    if (alive != null && alive.asset() != null && alive.metric() != null) {
      metrics.add(alive.metric());
      behind.computeIfAbsent(alive.asset(), path -> new ArrayList<>()).add(machine);
    }
  }

  void remove(MachineFold machine) {
    behind.values().forEach(machines -> machines.remove(machine));
  }

  /** Tells the machines what a reading says of them, if it does. */
  void take(Reading reading, long receiveTimeNs) {
    if (metrics.isEmpty() || !metrics.contains(reading.metric())) {
      return;
    }
    if (paths.size() > MOST_PATHS) {
      paths.clear();
    }
    String path = paths.computeIfAbsent(reading.series().asset(), Asset::path);
    for (MachineFold machine : behind.getOrDefault(path, List.of())) {
      EfficiencyConfig.Alive alive = machine.rules.alive;
      if (alive != null && reading.metric().equals(alive.metric())) {
        if (machine.session().isEnd(reading)) {
          machine.session().endReceived(receiveTimeNs);
        } else {
          machine.session().lives(receiveTimeNs);
        }
      }
    }
  }
}
