package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/** The sums of one machine. */
final class MachineModel {

  // Beside the fields of a row; no row has them.
  static final String HIDDEN = "#";

  /** Actual production time, seconds. */
  static final String APT = HIDDEN + "apt";

  /** Present where rework was counted or booked. */
  static final String REWORKED = HIDDEN + "reworked";

  /** How many machines have an ideal cycle: without any there are no ideal times. */
  static final String CYCLES = HIDDEN + "cycles";

  /** Pieces with an ideal time. */
  static final String TIMED_TOTAL = timed("total");

  static final String TIMED_GOOD = timed("good");

  final Plant.Machine machine;
  private final WorkCalendar calendar;
  private final States states;
  private final Pieces pieces;
  private final ProductTimes products;
  private final OrderTimes orders;
  private final MeterReadings meter;
  private final EnergyUse use;
  private final OwnReasons reasons;
  private final Corrected corrected;
  private final LongFunction<Corrected> as;
  private final Booked booked;
  private final boolean tree;
  private final long lateness;

  /** Times of which it is counted how much has no known reason. */
  private static final List<String> CODED =
      List.of("setup_s", "starved_s", "blocked_s", "down_s", "idle_s");

  private record Bucket(long start, long end, boolean judged) {}

  private final Map<Bucket, Map<String, Double>> known = new HashMap<>();

  MachineModel(
      Plant plant,
      Plant.Machine machine,
      List<Told> all,
      List<Said> said,
      List<SaidOrder> saidOrders) {
    this.machine = machine;
    List<Told> told = byTime(machine.asset(), all);
    states = new States(machine, told);
    calendar = new WorkCalendar(plant, states.start(), states.end());
    List<SaidOrder> ofOrders = about(machine.asset(), saidOrders);
    ofOrders.removeIf(each -> each.at() > states.end()); // it comes with the next reading
    Function<String, Plant.PlannedOrder> plan =
        plant.planned().isEmpty() ? null : order -> plant.plannedFor(machine.asset(), order);
    OrderTimes none = new OrderTimes(machine, List.of(), List.of(), List.of(), null);
    List<Told> withProducts = withProducts(told, ofOrders, Map.of());
    OrderTimes made = none;
    boolean settled = false;
    while (!settled) { // a product of the plan may say where a later counter began again
      List<Long> falls = new Pieces(machine, withProducts, states, calendar, none).falls();
      made = new OrderTimes(machine, told, ofOrders, falls, plan);
      List<Told> with = withProducts(told, ofOrders, made.plannedProducts());
      settled = with.equals(withProducts);
      withProducts = with;
    }
    orders = made;
    pieces = new Pieces(machine, withProducts, states, calendar, orders);
    products = new ProductTimes(machine, withProducts);
    meter = new MeterReadings(told);
    use = new EnergyUse(meter, states, calendar);
    reasons = new OwnReasons(machine, told, states);
    List<Said> about = said.stream().filter(each -> each.isAbout(machine.asset())).toList();
    ReasonWords words = new ReasonWords(plant, machine.asset());
    as = known -> new Corrected(states, reasons, words, calendar, about, known);
    corrected = as.apply(Long.MAX_VALUE);
    booked = new Booked(about);
    tree = !plant.reasons().isEmpty();
    lateness = plant.lateness();
  }

  /** What a machine told, each instant once. */
  private static List<Told> byTime(String asset, List<Told> all) {
    TreeMap<Long, Map<String, Object>> instants = new TreeMap<>();
    for (Told told : all) {
      if (told.asset().equals(asset)) {
        instants.computeIfAbsent(told.time(), t -> new TreeMap<>()).putAll(told.values());
      }
    }
    List<Told> sorted = new ArrayList<>();
    instants.forEach((time, values) -> sorted.add(new Told(asset, time, values)));
    sorted.sort(Comparator.comparingLong(Told::time));
    return sorted;
  }

  private static List<SaidOrder> about(String asset, List<SaidOrder> said) {
    List<SaidOrder> about = new ArrayList<>(said);
    about.removeIf(each -> !each.isAbout(asset));
    about.sort(Comparator.comparingLong(SaidOrder::at)); // of one instant in their order
    return about;
  }

  /**
   * What is said of an order names a product, as a reading does that tells nothing else. What is
   * planned is as if the machine had told it with the id.
   */
  private static List<Told> withProducts(
      List<Told> told, List<SaidOrder> said, Map<Long, String> planned) {
    List<Told> all = new ArrayList<>();
    for (Told each : told) {
      Map<String, Object> values = new TreeMap<>(each.values());
      if (planned.containsKey(each.time())) {
        values.put(Told.PRODUCT, planned.get(each.time()));
      }
      all.add(new Told(each.asset(), each.time(), values));
    }
    String before = "";
    for (SaidOrder each : said) {
      if (!each.product().isEmpty() && each.at() < told.get(0).time()) {
        before = each.product();
      } else if (!each.product().isEmpty()) {
        boolean isWithReading = false;
        for (Told reading : all) {
          if (reading.time() == each.at() && !reading.values().isEmpty()) {
            reading.values().put(Told.PRODUCT, each.product());
            isWithReading = true;
          }
        }
        if (!isWithReading) {
          Map<String, Object> product = new TreeMap<>(Map.of(Told.PRODUCT, each.product()));
          all.add(new Told(each.asset(), each.at(), product));
        }
      }
    }
    if (!before.isEmpty()) {
      all.get(0).values().putIfAbsent(Told.PRODUCT, before); // unless that tells another one
    }
    all.sort(Comparator.comparingLong(Told::time));
    return all;
  }

  long start() {
    return states.start();
  }

  /** Until then all is decided. */
  long end() {
    return states.decided();
  }

  /** The newest reading. */
  long told() {
    return states.end();
  }

  /** Whether the reading that closes a bucket is older than any that may still come. */
  boolean closes(long end) {
    return states.closing(end) < told() - lateness;
  }

  WorkCalendar calendar() {
    return calendar;
  }

  static String timed(String kind) {
    return HIDDEN + "timed_" + kind;
  }

  static String gap(String kind) {
    return kind.equals("scrap") ? HIDDEN + "gap_scrap" : "gap_" + kind;
  }

  String name() {
    return machine.asset().substring(machine.asset().lastIndexOf('/') + 1);
  }

  double largestCycle() {
    Map<String, Double> products = machine.cycle().products();
    return products == null ? machine.cycle().seconds() : Collections.max(products.values());
  }

  /** The ideal cycle that it had last before an instant. */
  double cycleBefore(long instant) {
    return pieces.cycleBefore(instant);
  }

  /** Whether it says which pieces are good. */
  boolean judges() {
    return pieces.has(Told.GOOD)
        || (pieces.has(Told.TOTAL) && (pieces.has(Told.SCRAP) || machine.assumeGood()));
  }

  ProductTimes products() {
    return products;
  }

  OrderTimes orders() {
    return orders;
  }

  /** The sums of the time of an order. */
  Map<String, Double> sums(OrderTimes.Order order) {
    long start = order.start();
    long end = order.end();
    Map<String, Double> row =
        sums(start - 1, end, List.of(span(start, end)), made -> made.order() == start);
    judge(row);
    use.write(row, corrected(start, end), start, end);
    booked.move(List.of(row), start, end);
    return row;
  }

  Pieces pieces() {
    return pieces;
  }

  Booked booked() {
    return booked;
  }

  Corrected corrected() {
    return corrected;
  }

  /** What is known when a bucket is closed: a reason that is reported later does not change it. */
  private Corrected corrected(long from, long to) {
    long closing = states.closing(to);
    boolean later =
        tree && states.within(from, to).stream().anyMatch(e -> reasons.comeAfter(closing, e));
    return later ? as.apply(closing) : corrected;
  }

  /** The sums of a bucket. What is not defined is absent. */
  Map<String, Double> sums(Model.Row row) {
    return known.computeIfAbsent(new Bucket(row.start(), row.end(), row.isJudged()), this::sums);
  }

  /** The same of a minute. */
  Map<String, Double> minute(long start) {
    return known.computeIfAbsent(new Bucket(start, start + WorkCalendar.MINUTE, false), this::sums);
  }

  private Map<String, Double> sums(Bucket bucket) {
    long start = bucket.start;
    long end = bucket.end;
    Map<String, Double> row = sums(start, end, List.of(span(start, end)), made -> true);
    if (bucket.judged) {
      judge(row);
    }
    use.write(row, corrected(start, end), start, end);
    booked.move(List.of(row), start, end);
    return row;
  }

  /** What of [start, end) it has readings of. */
  Time span(long start, long end) {
    return new Time(Math.min(end, Math.max(start, states.start())), end);
  }

  /**
   * A part of the sums of [start, end), before pieces are booked.
   *
   * @param times of the part
   * @param of what its pieces are
   */
  Map<String, Double> sums(long start, long end, List<Time> times, Predicate<Pieces.Made> of) {
    Map<String, Double> row = times(times, corrected(start, end));
    pieces(row, start, end, of);
    row.put("energy_kwh", times.stream().mapToDouble(t -> meter.within(t.from, t.to)).sum());
    return row;
  }

  /** A time [from, to). */
  record Time(long from, long to) {}

  /** The row of some times together. */
  private Map<String, Double> times(List<Time> all, Corrected closed) {
    Map<String, Double> row = new TreeMap<>();
    for (String field :
        List.of(
            "run_s",
            "setup_s",
            "micro_stop_s",
            "starved_s",
            "blocked_s",
            "down_s",
            "idle_s",
            "unknown_s",
            "planned_stop_s",
            "repair_s",
            "failures",
            "micro_stops")) {
      row.put(field, 0.0);
    }
    row.put("calendar_s", 0.0);
    row.put("members", 1.0);
    row.put("expected", 1.0);
    if (tree) {
      row.put("uncoded_s", 0.0);
    }
    all.forEach(time -> add(row, closed, time.from, time.to));
    double busy = 0;
    for (String field :
        List.of("run", "setup", "micro_stop", "starved", "blocked", "down", "idle")) {
      busy += row.get(field + "_s");
    }
    row.put("known_s", busy);
    row.put("planned_busy_s", busy + row.get("unknown_s"));
    double micro = machine.microStopsArePerformance() ? row.get("micro_stop_s") : 0;
    row.put(APT, row.get("run_s") + micro);
    return row;
  }

  private void add(Map<String, Double> row, Corrected closed, long from, long to) {
    row.merge("calendar_s", (to - from) / 1e9, Double::sum);
    for (Corrected.Stretch episode : closed.within(from, to)) {
      for (WorkCalendar.Span shift : calendar.shifts()) {
        long start = Math.max(Math.max(episode.start(), from), shift.start());
        long end = Math.min(Math.min(episode.end(), to), shift.end());
        if (start < end) {
          share(row, episode, shift, start, end);
        }
      }
    }
    beginnings(closed, row, from, to);
  }

  private static void share(
      Map<String, Double> row,
      Corrected.Stretch episode,
      WorkCalendar.Span shift,
      long from,
      long to) {
    long breaks = WorkCalendar.off(shift, from, to);
    String state = episode.state();
    boolean working = state.equals(States.RUNNING) || state.equals("setup");
    long off = working ? 0 : breaks;
    String field = episode.micro() ? "micro_stop_s" : field(state);
    row.merge("planned_stop_s", off / 1e9, Double::sum);
    if (field.equals("down_s")) {
      row.merge("repair_s", (to - from) / 1e9, Double::sum);
    }
    row.merge(field, (to - from - off) / 1e9, Double::sum);
    if (CODED.contains(field) && !episode.coded()) {
      row.computeIfPresent("uncoded_s", (name, sum) -> sum + (to - from - off) / 1e9);
    }
  }

  /** Breakdowns and micro-stops that begin in [from, to) within a shift. */
  private void beginnings(Corrected closed, Map<String, Double> row, long from, long to) {
    for (Corrected.Stretch episode : closed.within(from - 1, to)) { // also one without time
      long start = episode.start();
      if (start >= from && start < to && episode.begins() && calendar.inShift(start)) {
        boolean down = episode.state().equals("down");
        boolean failure = down && !episode.micro() && !episode.goesOn();
        boolean working = calendar.working(start, start + 1) > 0;
        row.merge("failures", failure ? 1.0 : 0.0, Double::sum);
        row.merge("micro_stops", episode.micro() && working ? 1.0 : 0.0, Double::sum);
      }
    }
  }

  private static String field(String state) {
    return switch (state) {
      case States.RUNNING -> "run_s";
      case "planned" -> "planned_stop_s";
      default -> state + "_s";
    };
  }

  /** Marks a row with more good pieces and scrap than were made. */
  private static void judge(Map<String, Double> row) {
    double total = row.get("total");
    double parts =
        Math.max(0, row.getOrDefault("good", 0.0)) + Math.max(0, row.getOrDefault("scrap", 0.0));
    double over = parts - total;
    row.put("contradictory", over > 2 && over > total / 100 ? 1.0 : 0.0);
  }

  /**
   * @param of what they are
   */
  private void pieces(Map<String, Double> row, long start, long end, Predicate<Pieces.Made> of) {
    Pieces.Amount total = pieces.within(Told.TOTAL, start, end, of);
    Pieces.Amount good = pieces.within(Told.GOOD, start, end, of);
    Pieces.Amount scrap = pieces.within(Told.SCRAP, start, end, of);
    boolean goodKnown = pieces.has(Told.GOOD);
    boolean scrapKnown = pieces.has(Told.SCRAP);
    if (!pieces.has(Told.TOTAL)) {
      total = plus(good, scrap, 1);
    } else if (!goodKnown && (scrapKnown || machine.assumeGood())) {
      good = plus(total, scrap, -1);
      goodKnown = true;
    } else if (goodKnown && !scrapKnown) {
      scrap = plus(total, good, -1);
    }
    row.put("total", total.pieces());
    row.put("gap_total", total.gap());
    row.put("ideal_total_s", total.ideal());
    row.put(TIMED_TOTAL, total.timed());
    if (goodKnown) {
      row.put("good", good.pieces());
      row.put("scrap", scrap.pieces());
      row.put("gap_good", good.gap());
      row.put("ideal_good_s", good.ideal());
      row.put(TIMED_GOOD, good.timed());
      row.put(gap("scrap"), scrap.gap());
      row.put(timed("scrap"), scrap.timed());
    }
    row.put(CYCLES, Double.isNaN(cycleBefore(end)) ? 0.0 : 1.0);
    row.put("rework", 0.0);
    row.put("implausible", (double) pieces.flagsWithin(start, end, of));
  }

  private static Pieces.Amount plus(Pieces.Amount one, Pieces.Amount other, int sign) {
    return Pieces.Amount.sum(
        one.from(),
        one.to(),
        one.pieces() + sign * other.pieces(),
        one.gap() + sign * other.gap(),
        one.off() + sign * other.off(),
        one.ideal() + sign * other.ideal());
  }
}
