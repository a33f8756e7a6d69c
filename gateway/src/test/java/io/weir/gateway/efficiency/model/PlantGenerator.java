package io.weir.gateway.efficiency.model;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plant and a day of it, from a seed. */
public final class PlantGenerator {

  /** One thing that happens to the gateway: a message, or a restart before it. */
  public record Delivery(long arrival, Told told, boolean restartBefore) {}

  /**
   * What a person says at an instant: a correction or an order, or an undo of one.
   *
   * @param number of what is said: an undo names that of another one
   */
  public record Saying(
      long at, int number, @Nullable Said said, @Nullable SaidOrder order, boolean undoes) {}

  private static final List<String> LINES = List.of("s/a/l", "s/a/k", "s/b/l");

  private static final List<Plant.Reason> REASONS =
      List.of(
          new Plant.Reason("Mechanical", "Mechanical", false, List.of(), "s"),
          new Plant.Reason("Jam", "Mechanical", false, List.of("E1", "E2"), "s"),
          new Plant.Reason("Tool", "Mechanical", false, List.of("E3", "DOWN"), "s/a"),
          new Plant.Reason("Team", "Team", true, List.of(), "s"),
          new Plant.Reason("Meeting", "Team", true, List.of("E2", "E3", "IDLE"), "s"),
          new Plant.Reason("E4", "Team", false, List.of(), "s/a/l"));

  private static final long SECOND = WorkCalendar.SECOND;
  private static final long MINUTE = WorkCalendar.MINUTE;

  private final Random random;

  /** For what came later: the plants of before stay as they were. */
  private final Random more;

  private final Plant plant;
  private final List<Told> told = new ArrayList<>();
  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<Saying> sayings = new ArrayList<>();

  private final @Nullable Borders borders;

  public PlantGenerator(long seed) {
    this(seed, null);
  }

  /** A plant in which what happens happens where times meet. */
  public static PlantGenerator atBorders(long seed) {
    return new PlantGenerator(seed, new Borders(new Random(seed * 0xD6E8FEB86659FD93L)));
  }

  private PlantGenerator(long seed, @Nullable Borders borders) {
    this.borders = borders;
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    more = new Random(seed * 0xBF58476D1CE4E5B9L);
    LocalDate date = one(3) ? LocalDate.of(2026, 3, 28) : LocalDate.of(2026, 3, 2);
    long lateness = (2 + random.nextInt(14)) * MINUTE;
    List<Plant.Machine> machines = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      String line = LINES.get(i < 2 ? 0 : random.nextInt(LINES.size()));
      machines.add(machine(line + "/m" + i));
    }
    Random planning = new Random(seed * 0x94D049BB133111EBL);
    boolean isPlanned = planning.nextInt(3) == 0;
    if (isPlanned) {
      machines.replaceAll(machine -> machine.withQuantities(planning.nextBoolean()));
    }
    Plant unplanned =
        new Plant(
            borders != null
                ? borders.zone
                : ZoneId.of(one(2) ? "UTC" : one(2) ? "Europe/Berlin" : "Asia/Kolkata"),
            borders != null ? borders.productionDay() : LocalTime.MIDNIGHT,
            borders != null ? borders.shifts() : shifts(),
            borders != null ? borders.holidays() : one(4) ? Set.of(date.plusDays(1)) : Set.of(),
            lateness,
            machines,
            lines(machines),
            one(2) ? List.of() : REASONS,
            signals(machines),
            List.of());
    plant =
        isPlanned ? unplanned.withPlan(new PlanGenerator(unplanned, planning).all()) : unplanned;
    // what is written before a machine was heard does not expect it: all begin in one minute
    long begin = instant(date) + random.nextInt(24 * 60) * MINUTE;
    long start = (borders == null ? begin : borders.start()) + random.nextInt(30) * SECOND;
    long end = start + (1 + random.nextInt(one(8) ? 20 : 4)) * 60 * MINUTE;
    for (Plant.Machine machine : machines) {
      new SimulatedMachine(
              machine, new Random(random.nextLong()), new Random(more.nextLong()), start, end)
          .tell(told);
    }
    if (borders != null) {
      borders.of(plant, start, end);
      List<Told> moved = borders.told(plant, told);
      told.clear();
      told.addAll(moved);
    }
    deliver();
    correct(start, end);
  }

  private static long instant(LocalDate date) {
    return Instant.parse(date + "T00:00:00Z").getEpochSecond() * SECOND;
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private List<Plant.Shift> shifts() {
    if (one(4)) {
      return List.of();
    }
    Set<DayOfWeek> days =
        one(2) ? EnumSet.allOf(DayOfWeek.class) : EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);
    List<Plant.Break> breaks =
        one(3)
            ? List.of()
            : List.of(
                new Plant.Break(LocalTime.of(9, 15), 15), new Plant.Break(LocalTime.of(12, 0), 30));
    List<Plant.Shift> shifts = new ArrayList<>();
    shifts.add(new Plant.Shift("early", days, LocalTime.of(6, 0), LocalTime.of(14, 0), breaks));
    if (one(2)) {
      shifts.add(
          new Plant.Shift("late", days, LocalTime.of(14, 0), LocalTime.of(21, 30), List.of()));
    }
    if (one(2)) {
      shifts.add(
          new Plant.Shift(
              "night",
              days,
              LocalTime.of(22, 0),
              LocalTime.of(6, 0),
              List.of(new Plant.Break(LocalTime.of(1, 0), 45))));
    }
    return shifts;
  }

  /** Lines with an entry; some have none. */
  private List<Plant.Line> lines(List<Plant.Machine> machines) {
    List<Plant.Line> lines = new ArrayList<>();
    for (String asset : LINES) {
      List<String> names =
          machines.stream()
              .filter(machine -> machine.asset().startsWith(asset + "/"))
              .map(machine -> machine.asset().substring(asset.length() + 1))
              .toList();
      if (!names.isEmpty() && !one(4)) {
        String last = names.get(names.size() - 1);
        List<String> output = one(6) ? names : List.of(last);
        String bottleneck = one(2) ? null : names.get(random.nextInt(names.size()));
        lines.add(new Plant.Line(asset, output, bottleneck));
      }
    }
    return lines;
  }

  private Plant.Machine machine(String asset) {
    Plant.Kind kind = Plant.Kind.values()[random.nextInt(3)];
    boolean products = one(2);
    Plant.Cycle cycle =
        new Plant.Cycle(1 + random.nextInt(5), products ? Map.of("A", 2.0, "B", 3.5) : null);
    double rollover = kind == Plant.Kind.CUMULATIVE && one(3) ? 65536 : 0;
    boolean tellsIds = kind == Plant.Kind.ORDER && more.nextInt(2) == 0;
    return new Plant.Machine(
        asset,
        (60 + random.nextInt(120)) * SECOND,
        (60 + random.nextInt(240)) * SECOND,
        60 * SECOND,
        one(2),
        one(2),
        cycle,
        kind,
        rollover,
        one(3),
        one(4) ? Plant.Meter.NONE : Plant.Meter.CUMULATIVE,
        kind == Plant.Kind.ORDER ? tellsIds && more.nextInt(3) > 0 : one(2),
        tellsIds,
        true);
  }

  private List<Plant.Signal> signals(List<Plant.Machine> machines) {
    List<Plant.Signal> signals = new ArrayList<>();
    for (Plant.Machine machine : machines) {
      if (more.nextInt(2) == 0) {
        long window = (5 + more.nextInt(25)) * MINUTE;
        boolean fixed = more.nextInt(3) == 0;
        signals.add(
            new Plant.Signal(
                machine.asset(),
                window,
                more.nextInt(3) == 0 ? Double.NaN : 18,
                more.nextInt(3) == 0 ? Double.NaN : 23,
                fixed ? 20 : Double.NaN,
                fixed ? 1.5 : Double.NaN));
      }
    }
    return signals;
  }

  /** Messages come late, though not later than allowed, and some come twice. */
  private void deliver() {
    for (int i = 0; i < told.size(); i++) {
      Told message = told.get(i);
      boolean first = i == 0 || !told.get(i - 1).asset().equals(message.asset());
      deliveries.add(new Delivery(message.time() + delay(first), message, one(400)));
      if (one(20)) {
        deliveries.add(new Delivery(message.time() + delay(first), message, false));
      }
    }
    deliveries.sort(Comparator.comparingLong(Delivery::arrival));
  }

  private long delay(boolean first) {
    return first || !one(10) ? 0 : (long) (random.nextDouble() * plant.lateness());
  }

  private void correct(long start, long end) {
    CorrectionGenerator corrections = new CorrectionGenerator(plant, random, told);
    List<Said> all = new ArrayList<>();
    for (int i = one(3) ? 0 : 1 + random.nextInt(10); i > 0; i--) {
      all.add(corrections.any());
    }
    List<Saying> unsorted = new ArrayList<>();
    List<Saying> orders = new OrderGenerator(plant, more, told).all();
    if (borders != null) {
      all = borders.said(all, told);
      orders = borders.orders(orders, told);
    }
    for (Said each : all) {
      long at = each.to() + (long) (random.nextDouble() * (end - start));
      unsorted.add(new Saying(at, 0, each, null, false));
    }
    unsorted.addAll(orders);
    unsorted.sort(Comparator.comparingLong(Saying::at));
    for (Saying each : unsorted) {
      say(each);
    }
  }

  private void say(Saying saying) {
    int number = sayings.size();
    Said said = saying.said == null ? null : saying.said.withId(number);
    sayings.add(new Saying(saying.at, number, said, saying.order, false));
    Saying other = said == null ? sayings.get(number) : sayings.get(random.nextInt(number + 1));
    boolean isLast = other.order == null || said == null && isLast(other.order);
    boolean again = sayings.stream().noneMatch(s -> s.undoes && s.number == other.number);
    if (isLast && again && (said == null ? more : random).nextInt(5) == 0) {
      sayings.add(new Saying(saying.at, other.number, other.said, other.order, true));
    }
  }

  /** Only what was said last of a machine or of a line can be undone. */
  private boolean isLast(SaidOrder order) {
    return sayings.stream().allMatch(s -> s.order == null || s.order.at() <= order.at());
  }

  /** What people said, in the order of its numbers. */
  public List<Saying> sayings() {
    return sayings;
  }

  private List<Saying> standing() {
    List<Saying> all = new ArrayList<>(sayings);
    sayings.stream()
        .filter(Saying::undoes)
        .forEach(undo -> all.removeIf(each -> each.number == undo.number));
    return all;
  }

  /** The corrections that were not taken back. */
  public List<Said> said() {
    return standing().stream().map(Saying::said).filter(Objects::nonNull).toList();
  }

  /** What was said of orders and not taken back. */
  public List<SaidOrder> orders() {
    return standing().stream().map(Saying::order).filter(Objects::nonNull).toList();
  }

  public Plant plant() {
    return plant;
  }

  /** All that machines told, each message once. */
  public List<Told> told() {
    return told;
  }

  /** The same in the order in which it reaches the gateway. */
  public List<Delivery> deliveries() {
    return deliveries;
  }
}
