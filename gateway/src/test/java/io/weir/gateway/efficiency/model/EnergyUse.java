package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The energy of one machine by what it was used for. */
final class EnergyUse {

  private static final String PLANNED_STOP = "energy_planned_stop_kwh";

  static final List<String> USES =
      List.of(
          "energy_run_kwh",
          "energy_setup_kwh",
          "energy_stop_kwh",
          "energy_unknown_kwh",
          PLANNED_STOP);

  private record Used(long to, Map<String, Double> kwh) {}

  private final States states;
  private final WorkCalendar calendar;
  private final List<Used> used = new ArrayList<>();

  EnergyUse(MeterReadings meter, States states, WorkCalendar calendar) {
    this.states = states;
    this.calendar = calendar;
    for (MeterReadings.Used amount : meter.used()) {
      Map<String, Double> times = times(amount.from(), amount.to());
      Map<String, Double> kwh = new TreeMap<>();
      double all = (double) amount.to() - amount.from();
      times.forEach((use, time) -> kwh.put(use, amount.kwh() * time / all));
      used.add(new Used(amount.to(), kwh));
    }
  }

  /** Of an instant. */
  private String use(String state, long at) {
    boolean works = state.equals(States.RUNNING) || state.equals("setup");
    if (!calendar.inShift(at)
        || state.equals(Corrected.PLANNED)
        || calendar.isPause(at) && !works) {
      return PLANNED_STOP;
    }
    return switch (state) {
      case States.RUNNING -> "energy_run_kwh";
      case "setup" -> "energy_setup_kwh";
      case States.UNKNOWN -> "energy_unknown_kwh";
      default -> "energy_stop_kwh";
    };
  }

  /** How long it was used for what, as the machine told its states. */
  private Map<String, Double> times(long from, long to) {
    Map<String, Double> times = new TreeMap<>();
    for (States.Episode episode : states.within(from, to)) {
      long end = Math.min(episode.end(), to);
      for (long at = Math.max(episode.start(), from); at < end; ) {
        long next = calendar.nextChange(at, end);
        times.merge(use(episode.state(), at), (double) next - at, Double::sum);
        at = next;
      }
    }
    return times;
  }

  /**
   * Writes the energy of a bucket. Where people have corrected the states, of the energy of a use
   * that share goes to another use which its time went to.
   */
  void write(Map<String, Double> row, Corrected corrected, long start, long end) {
    Map<String, Double> told = new TreeMap<>();
    USES.forEach(use -> told.put(use, 0.0));
    for (Used each : used) {
      if (each.to - 1 >= start && each.to - 1 < end) {
        each.kwh.forEach((use, kwh) -> told.merge(use, kwh, Double::sum));
      }
    }
    row.putAll(told);
    Map<String, Double> times = new TreeMap<>();
    Map<String, Double> moved = new TreeMap<>();
    for (Corrected.Stretch stretch : corrected.within(start, end)) {
      long to = Math.min(stretch.end(), end);
      for (long at = Math.max(stretch.start(), start); at < to; ) {
        long next = calendar.nextChange(at, to);
        String from = use(stretch.own().state(), at);
        String other = use(stretch.state(), at);
        times.merge(from, (double) next - at, Double::sum);
        if (!from.equals(other)) {
          moved.merge(from + " " + other, (double) next - at, Double::sum);
        }
        at = next;
      }
    }
    moved.forEach(
        (way, time) -> {
          String from = way.split(" ")[0];
          double kwh = told.get(from) * time / times.get(from);
          row.merge(from, -kwh, Double::sum);
          row.merge(way.split(" ")[1], kwh, Double::sum);
        });
  }
}
