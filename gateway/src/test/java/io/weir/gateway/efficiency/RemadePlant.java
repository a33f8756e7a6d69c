package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.model.ChangeGenerator;
import io.weir.gateway.efficiency.model.Plant;
import io.weir.gateway.efficiency.model.PlantGenerator;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * A seeded plant whose gateway is restarted, killed and configured anew while it runs, is told
 * corrections, and receives readings too late; in the end all figures are made again.
 */
final class RemadePlant {

  private final PlantGenerator generated;
  private final ChangeGenerator change;
  private final Map<String, Set<String>> tells = new HashMap<>();
  private final List<Message> arrives = new ArrayList<>();
  private final List<PlantGenerator.Saying> sayings;
  private final RecomputedPlant plant;
  private final LastWrites writes = new LastWrites();
  private final long begin;
  private int said;
  private long closedTo;

  RemadePlant(PlantGenerator generated, ChangeGenerator change) throws IOException {
    this.generated = generated;
    this.change = change;
    sayings = generated.sayings();
    for (PlantGenerator.Delivery each : change.deliveries()) {
      String asset = each.told().asset();
      tells.computeIfAbsent(asset, a -> new HashSet<>()).addAll(each.told().values().keySet());
    }
    EfficiencyConfigBuilder config = config(generated.plant());
    FoldScenario scenario = new FoldScenario(config);
    Map<String, Long> first = new HashMap<>();
    for (PlantGenerator.Delivery delivery : change.deliveries()) {
      List<Object> values = new ArrayList<>();
      delivery.told().values().forEach((metric, value) -> values.addAll(List.of(metric, value)));
      String asset = delivery.told().asset();
      first.putIfAbsent(asset, delivery.arrival());
      arrives.add(
          scenario.message(
              asset, delivery.told().time(), delivery.arrival(), Quality.GOOD, values.toArray()));
    }
    begin = first.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    // no machine is expected before it is heard
    long heard = first.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    plant = new RecomputedPlant(config, new MemoryLog(), heard);
    plant.last = writes;
  }

  /**
   * Of counters and meters only those that a machine tells: another one could have been told in a
   * gap for the first time, so that all behind it stays.
   */
  private EfficiencyConfigBuilder config(Plant plant) {
    return FedPlant.config(
        plant, (machine, metric) -> tells.getOrDefault(machine, Set.of()).contains(metric));
  }

  /** The rows as they were written last. */
  Map<String, Map<String, Object>> rows() throws IOException {
    runAll();
    // a former shift that holds the first reading is taken back only where the span has its begin
    plant.recompute.ask(Asset.NONE, begin - 24 * ShiftCalendar.HOUR, plant.now);
    plant.recomputeAll();
    hourGoesBy(); // what was open when it was asked follows
    return writes.rows();
  }

  /**
   * The same where the log has lost readings before that: what stood then is added to a map.
   *
   * @param gone the records of the log that are missing
   * @param isDamage whether they were destroyed, and not given up
   */
  Map<String, Map<String, Object>> rowsAfterLosses(
      BiConsumer<Integer, BitSet> gone, boolean isDamage, Map<String, Map<String, Object>> before)
      throws IOException {
    runAll();
    for (int i = 0; i < 3; i++) {
      hourGoesBy(); // what came too late is made again
    }
    before.putAll(writes.rows());
    gone.accept(plant.feed.records.size(), plant.log.gone);
    plant.log.isDamage = isDamage;
    plant.recompute.ask(Asset.NONE, begin - 24 * ShiftCalendar.HOUR, plant.now);
    plant.recomputeAll();
    hourGoesBy();
    return writes.rows();
  }

  /** The same where nobody asks for anything: some hours go by, for what is made again unasked. */
  Map<String, Map<String, Object>> rowsUnasked() throws IOException {
    runAll();
    for (int i = 0; i < 3; i++) {
      hourGoesBy();
    }
    return writes.rows();
  }

  private void hourGoesBy() throws IOException {
    plant.now += 2 * ShiftCalendar.HOUR;
    for (int i = 0; i < 2000; i++) {
      plant.live.step();
      plant.recompute.step();
    }
  }

  private void runAll() throws IOException {
    EfficiencyConfigBuilder config = config(generated.plant());
    boolean isChanged = !change.changed().equals(generated.plant());
    int changes = isChanged ? change.changesAfter() : Integer.MAX_VALUE;
    for (int i = 0; i < arrives.size(); i++) {
      if (i == changes) {
        config = config(change.changed());
        plant.reload(config);
      }
      if (change.deliveries().get(i).restartBefore()) {
        restart(config);
      }
      runTo(arrives.get(i).receiveTimeNs());
    }
    runTo(Long.MAX_VALUE);
    CompletableFuture<Edge> edge = plant.live.edge();
    while (!edge.isDone()) {
      plant.live.step();
    }
    closedTo = edge.join().levelsTo();
    for (Edge.Closed of : edge.join().closed().values()) {
      closedTo = Math.min(closedTo, of.states());
    }
  }

  /** What ends later was still open in the end. */
  long closedTo() {
    return closedTo;
  }

  private void restart(EfficiencyConfigBuilder config) throws IOException {
    if (change.isKilled()) {
      plant.crash();
    } else {
      plant.restart(config);
    }
  }

  private void runTo(long instant) throws IOException {
    while (said < sayings.size() && sayings.get(said).at() <= instant) {
      run(Math.max(plant.now, sayings.get(said).at()));
      plant.corrections.keep(FedCorrections.entry(0, sayings.get(said++)));
    }
    run(instant == Long.MAX_VALUE ? plant.now + 2 * ShiftCalendar.MINUTE : instant + 1);
    plant.recompute.step();
  }

  private void run(long instant) throws IOException {
    plant.runTo(instant, arrives);
  }
}
