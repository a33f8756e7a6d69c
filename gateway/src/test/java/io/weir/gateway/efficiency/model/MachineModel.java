package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rows of one machine. */
final class MachineModel {

  final Plant.Machine machine;
  private final WorkCalendar calendar;
  private final States states;
  private final Pieces pieces;
  private final MeterReadings meter;

  MachineModel(Plant plant, Plant.Machine machine, List<Told> all) {
    this.machine = machine;
    List<Told> told = byTime(machine.asset(), all);
    states = new States(machine, told);
    calendar = new WorkCalendar(plant, states.start(), states.end());
    pieces = new Pieces(machine, told, states, calendar);
    meter = new MeterReadings(told);
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

  long end() {
    return states.end();
  }

  WorkCalendar calendar() {
    return calendar;
  }

  /** The sums of a bucket. What is not defined is absent. */
  Map<String, Double> sums(String bucket, long start, long end) {
    Map<String, Double> row = new TreeMap<>();
    times(row, Math.max(start, states.start()), end);
    pieces(row, start, end, bucket.equals("shift") || bucket.equals("day"));
    row.put("energy_kwh", meter.within(start, end));
    row.put("rework", 0.0);
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
    for (States.Episode episode : states.within(from, to)) {
      for (WorkCalendar.Span shift : calendar.shifts()) {
        long start = Math.max(Math.max(episode.start(), from), shift.start());
        long end = Math.min(Math.min(episode.end(), to), shift.end());
        if (start < end) {
          share(row, episode, shift, start, end);
        }
      }
    }
    beginnings(row, from, to);
    double busy = 0;
    for (String field :
        List.of("run", "setup", "micro_stop", "starved", "blocked", "down", "idle")) {
      busy += row.get(field + "_s");
    }
    row.put("known_s", busy);
    row.put("planned_busy_s", busy + row.get("unknown_s"));
  }

  private static void share(
      Map<String, Double> row,
      States.Episode episode,
      WorkCalendar.Span shift,
      long from,
      long to) {
    long off = WorkCalendar.off(shift, from, to);
    String state = episode.state();
    boolean working = state.equals(States.RUNNING) || state.equals("setup");
    if (working) {
      off = 0;
    }
    String field = episode.micro() ? "micro_stop_s" : field(state);
    row.merge("planned_stop_s", off / 1e9, Double::sum);
    if (field.equals("down_s")) {
      row.merge("repair_s", (to - from) / 1e9, Double::sum);
    }
    row.merge(field, (to - from - off) / 1e9, Double::sum);
  }

  /** Breakdowns and micro-stops that begin in [from, to) within a shift. */
  private void beginnings(Map<String, Double> row, long from, long to) {
    for (States.Episode episode : states.within(from, to)) {
      long start = episode.start();
      if (start >= from && start < to && calendar.inShift(start)) {
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
    if (goodKnown) {
      row.put("good", good.pieces());
      row.put("scrap", scrap.pieces());
      row.put("gap_good", good.gap());
      row.put("ideal_good_s", good.ideal());
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
