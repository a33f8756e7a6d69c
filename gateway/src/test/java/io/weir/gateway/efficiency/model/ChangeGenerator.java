package io.weir.gateway.efficiency.model;

import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What becomes of a seeded plant: another configuration, and messages later than allowed. */
public final class ChangeGenerator {

  private static final long SECOND = WorkCalendar.SECOND;
  private static final long MINUTE = WorkCalendar.MINUTE;

  private final Random random;
  private final PlantGenerator generated;
  private final Plant changed;
  private final List<PlantGenerator.Delivery> deliveries = new ArrayList<>();

  public ChangeGenerator(PlantGenerator generated, long seed) {
    this(generated, seed, true);
  }

  /** The same configuration, and messages later than allowed. */
  public static ChangeGenerator onlyLate(PlantGenerator generated, long seed) {
    return new ChangeGenerator(generated, seed, false);
  }

  private ChangeGenerator(PlantGenerator generated, long seed, boolean isConfigured) {
    random = new Random(seed * 0xD1B54A32D192ED03L);
    this.generated = generated;
    Plant plant = generated.plant();
    changed = isConfigured ? changed(plant, seed) : plant;
    Set<String> heard = new HashSet<>();
    for (PlantGenerator.Delivery each : generated.deliveries()) {
      boolean first = heard.add(each.told().asset());
      long tooLate = plant.lateness() + (long) (120 * MINUTE * random.nextDouble());
      long late = !first && one(80) ? tooLate : 0;
      deliveries.add(
          new PlantGenerator.Delivery(each.arrival() + late, each.told(), each.restartBefore()));
    }
    deliveries.sort(Comparator.comparingLong(PlantGenerator.Delivery::arrival));
  }

  private Plant changed(Plant plant, long seed) {
    return new Plant(
        plant.zone(),
        plant.productionDay(),
        one(3) ? plant.shifts() : shifts(plant.shifts()),
        one(3) ? Set.of() : plant.holidays(),
        one(2) ? plant.lateness() : (1 + random.nextInt(20)) * MINUTE,
        plant.machines().stream().map(this::machine).toList(),
        plant.lines().stream().map(this::line).toList(),
        one(3) ? List.of() : plant.reasons(),
        plant.signals(),
        plan(plant, new Random(seed * 0x94D049BB133111EBL)));
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  /** Renamed, moved, with another end or another break, or none at all. */
  private List<Plant.Shift> shifts(List<Plant.Shift> former) {
    if (former.isEmpty() || one(6)) {
      return List.of();
    }
    List<Plant.Shift> shifts = new ArrayList<>();
    boolean renamed = one(3);
    int later = one(3) ? random.nextInt(3) * 20 : 0;
    int shorter = one(3) ? 30 : 0;
    for (Plant.Shift shift : former) {
      if (shifts.isEmpty() || !one(4)) {
        LocalTime start = shift.start().plusMinutes(later);
        boolean isShort = shift.start().until(shift.end(), ChronoUnit.MINUTES) < 60;
        boolean isOnOneDay = shift.start().isBefore(shift.end());
        LocalTime end = shift.end().plusMinutes(isOnOneDay && isShort ? later : later - shorter);
        shifts.add(
            new Plant.Shift(
                renamed ? shift.name() + "-2" : shift.name(),
                shift.days(),
                start,
                end,
                one(3) ? List.of() : shift.breaks()));
      }
    }
    return shifts;
  }

  /** The same, or another one. */
  private static List<Plant.PlannedOrder> plan(Plant plant, Random random) {
    return plant.planned().isEmpty() || random.nextBoolean()
        ? plant.planned()
        : new PlanGenerator(plant, random).all();
  }

  private Plant.Machine machine(Plant.Machine machine) {
    if (one(3)) {
      return machine;
    }
    Map<String, Double> products = machine.cycle().products();
    double factor = one(2) ? 0.6 : 1.1; // much slower, and what is counted is implausible
    Plant.Cycle cycle =
        new Plant.Cycle(
            machine.cycle().seconds() * factor,
            products == null ? null : Map.of("A", 2 * factor, "B", 3.5 * factor));
    return new Plant.Machine(
        machine.asset(),
        one(2) ? machine.silentAfter() : (60 + random.nextInt(120)) * SECOND,
        one(2) ? machine.microStop() : (60 + random.nextInt(240)) * SECOND,
        machine.reasonBefore(),
        one(4) != machine.tellsReasons(),
        one(2),
        one(2) ? machine.cycle() : cycle,
        machine.kind(),
        machine.rollover(),
        one(3),
        machine.meter(),
        machine.tellsOrders(),
        machine.tellsIds(),
        machine.tellsQuantities());
  }

  private Plant.Line line(Plant.Line line) {
    List<String> names = new ArrayList<>();
    for (Plant.Machine machine : generated.plant().machines()) {
      if (machine.asset().startsWith(line.asset() + "/")) {
        names.add(machine.asset().substring(line.asset().length() + 1));
      }
    }
    String any = names.get(random.nextInt(names.size()));
    return one(2)
        ? line
        : new Plant.Line(line.asset(), List.of(any), one(2) ? null : line.bottleneck());
  }

  /** As it is configured in the end. */
  public Plant changed() {
    return changed;
  }

  /** What reaches the gateway, in that order. */
  public List<PlantGenerator.Delivery> deliveries() {
    return deliveries;
  }

  /**
   * The same as it is made again: what came later than is allowed now comes before the first
   * reading of its machine that is newer.
   */
  public List<PlantGenerator.Delivery> deliveriesAgain() {
    Map<String, List<PlantGenerator.Delivery>> late = new HashMap<>();
    List<PlantGenerator.Delivery> inTime = new ArrayList<>();
    Map<String, Long> newest = new HashMap<>();
    for (PlantGenerator.Delivery each : deliveries) {
      String asset = each.told().asset();
      long time = each.told().time();
      if (time < newest.getOrDefault(asset, 0L) - changed.lateness()) {
        late.computeIfAbsent(asset, absent -> new ArrayList<>()).add(each);
      } else {
        newest.merge(asset, time, Math::max);
        inTime.add(each);
      }
    }
    late.values().forEach(of -> of.sort(Comparator.comparingLong(each -> each.told().time())));
    List<PlantGenerator.Delivery> again = new ArrayList<>();
    for (PlantGenerator.Delivery each : inTime) {
      List<PlantGenerator.Delivery> waiting = late.getOrDefault(each.told().asset(), List.of());
      while (!waiting.isEmpty() && waiting.get(0).told().time() <= each.told().time()) {
        again.add(waiting.remove(0));
      }
      again.add(each);
    }
    return again;
  }

  /** Whether the process is killed at a restart, and not stopped. */
  public boolean isKilled() {
    return one(2);
  }

  /** After how many deliveries the configuration changes. */
  public int changesAfter() {
    return random.nextInt(deliveries.size());
  }
}
