package io.weir.gateway.efficiency;

import io.weir.gateway.config.Config.Efficiency;
import io.weir.gateway.model.MachineState;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A configuration under construction, with what most tests want as defaults. */
final class Factory {

  static final Map<String, MachineState> WORDS =
      Map.of(
          "RUNNING", MachineState.RUNNING,
          "SETUP", MachineState.SETUP,
          "MAINTENANCE", MachineState.PLANNED,
          "IDLE", MachineState.IDLE,
          "STARVED", MachineState.STARVED,
          "BLOCKED", MachineState.BLOCKED,
          "DOWN", MachineState.DOWN,
          "JAM", MachineState.DOWN);

  String zone = "UTC";
  final List<Efficiency.Shift> shifts = new ArrayList<>();
  Set<LocalDate> holidays = Set.of();
  Duration lateness = Duration.ofMinutes(10);
  Efficiency.StateMapping state =
      new Efficiency.StateMapping(List.of(new Efficiency.Signal("state", WORDS, null)), null);
  Efficiency.Counts counts =
      new Efficiency.Counts(
          "total", "good", "reject", "rework", Efficiency.CountKind.CUMULATIVE, 0, false);
  Efficiency.IdealCycle cycle = new Efficiency.ConstantCycle(Duration.ofSeconds(1));
  Efficiency.Energy energy = new Efficiency.Energy("energy", Efficiency.EnergyKind.CUMULATIVE);
  Duration microStop = Duration.ofMinutes(2);
  Duration silentAfter = Duration.ofMinutes(1);
  Efficiency.Loss loss = Efficiency.Loss.AVAILABILITY;
  final List<Efficiency.Machine> machines = new ArrayList<>();
  final List<Efficiency.Line> lines = new ArrayList<>();

  Factory shift(String name, String start, String end, Efficiency.Break... breaks) {
    return shift(name, Set.of(DayOfWeek.values()), start, end, breaks);
  }

  Factory shift(
      String name, Set<DayOfWeek> days, String start, String end, Efficiency.Break... breaks) {
    shifts.add(
        new Efficiency.Shift(
            name, days, LocalTime.parse(start), LocalTime.parse(end), List.of(breaks)));
    return this;
  }

  static Efficiency.Break pause(String start, int minutes) {
    return new Efficiency.Break(LocalTime.parse(start), Duration.ofMinutes(minutes));
  }

  static Efficiency.Counts count(
      String total, String good, String scrap, Efficiency.CountKind kind, double rollover) {
    return new Efficiency.Counts(total, good, scrap, null, kind, rollover, false);
  }

  Efficiency build() {
    return new Efficiency(
        ZoneId.of(zone),
        List.copyOf(shifts),
        holidays,
        0.75,
        lateness,
        new Efficiency.Machine(null, state, counts, cycle, energy, microStop, silentAfter, loss),
        List.copyOf(machines),
        List.copyOf(lines));
  }
}
