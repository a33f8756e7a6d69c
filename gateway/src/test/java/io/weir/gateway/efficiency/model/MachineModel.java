package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** The sums of one machine. */
final class MachineModel {

  // Beside the fields of a row; no row has them.
  static final String HIDDEN = "#";

  /** Actual production time, seconds. */
  static final String APT = HIDDEN + "apt";

  /** Present where rework was counted or booked. */
  static final String REWORKED = HIDDEN + "reworked";

  /** Pieces with an ideal time. */
  static final String TIMED_TOTAL = timed("total");

  static final String TIMED_GOOD = timed("good");

  final Plant.Machine machine;
  private final WorkCalendar calendar;
  private final States states;
  private final Pieces pieces;
  private final MeterReadings meter;
  private final EnergyUse use;
  private final OwnReasons reasons;
  private final Corrected corrected;
  private final LongFunction<Corrected> as;
  private final Booked booked;
  private final boolean tree;

  /** Times of which it is counted how much has no known reason. */
  private static final List<String> CODED =
      List.of("setup_s", "starved_s", "blocked_s", "down_s", "idle_s");

  private record Bucket(long start, long end, boolean judged) {}

  private final Map<Bucket, Map<String, Double>> known = new HashMap<>();

  MachineModel(Plant plant, Plant.Machine machine, List<Told> all, List<Said> said) {
    this.machine = machine;
    List<Told> told = byTime(machine.asset(), all);
    states = new States(machine, told);
    calendar = new WorkCalendar(plant, states.start(), states.end());
    pieces = new Pieces(machine, told, states, calendar);
    meter = new MeterReadings(told);
    use = new EnergyUse(meter, states, calendar);
    reasons = new OwnReasons(machine, told, states);
    List<Said> about = said.stream().filter(each -> each.isAbout(machine.asset())).toList();
    ReasonWords words = new ReasonWords(plant, machine.asset());
    as = known -> new Corrected(states, reasons, words, calendar, about, known);
    corrected = as.apply(Long.MAX_VALUE);
    booked = new Booked(about);
    tree = !plant.reasons().isEmpty();
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
    Map<String, Double> row = new TreeMap<>();
    times(row, Math.min(end, Math.max(start, states.start())), end);
    pieces(row, start, end, bucket.judged);
    row.put("energy_kwh", meter.within(start, end));
    use.write(row, corrected(start, end), start, end);
    row.put("rework", 0.0);
    booked.move(row, start, end);
    row.put("members", 1.0);
    row.put("expected", 1.0);
    return row;
  }

  private void times(Map<String, Double> row, long from, long to) {
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
    row.put("calendar_s", (to - from) / 1e9);
    if (tree) {
      row.put("uncoded_s", 0.0);
    }
    Corrected closed = corrected(from, to);
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
    double busy = 0;
    for (String field :
        List.of("run", "setup", "micro_stop", "starved", "blocked", "down", "idle")) {
      busy += row.get(field + "_s");
    }
    row.put("known_s", busy);
    row.put("planned_busy_s", busy + row.get("unknown_s"));
    double micro = machine.microStopsArePerformance() ? row.get("micro_stop_s") : 0;
    row.put(APT, row.get("run_s") + micro);
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
    for (Corrected.Stretch episode : closed.within(from, to)) {
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

  private void pieces(Map<String, Double> row, long start, long end, boolean judged) {
    Pieces.Amount total = pieces.within(Told.TOTAL, start, end);
    Pieces.Amount good = pieces.within(Told.GOOD, start, end);
    Pieces.Amount scrap = pieces.within(Told.SCRAP, start, end);
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
    if (judged) {
      double over = Math.max(0, good.pieces()) + Math.max(0, scrap.pieces()) - total.pieces();
      row.put("contradictory", over > 2 && over > total.pieces() / 100 ? 1.0 : 0.0);
    }
    row.put("implausible", (double) pieces.flagsWithin(start, end));
  }

  private static Pieces.Amount plus(Pieces.Amount one, Pieces.Amount other, int sign) {
    return new Pieces.Amount(
        one.from(),
        one.to(),
        one.pieces() + sign * other.pieces(),
        one.gap() + sign * other.gap(),
        one.off() + sign * other.off(),
        one.ideal() + sign * other.ideal());
  }
}
