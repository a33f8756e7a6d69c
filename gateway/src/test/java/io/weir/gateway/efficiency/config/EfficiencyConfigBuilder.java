package io.weir.gateway.efficiency.config;

import io.weir.gateway.model.MachineState;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A configuration under construction, with what most tests want as defaults. */
public final class EfficiencyConfigBuilder {

  public static final Map<String, MachineState> WORDS =
      Map.of(
          "RUNNING", MachineState.RUNNING,
          "SETUP", MachineState.SETUP,
          "MAINTENANCE", MachineState.PLANNED,
          "IDLE", MachineState.IDLE,
          "STARVED", MachineState.STARVED,
          "BLOCKED", MachineState.BLOCKED,
          "DOWN", MachineState.DOWN,
          "JAM", MachineState.DOWN);

  public String zone = "UTC";
  public final List<EfficiencyConfig.Shift> shifts = new ArrayList<>();
  public String productionDay = "00:00";
  public Set<LocalDate> holidays = Set.of();
  final List<EfficiencyConfig.Closure> closures = new ArrayList<>();
  public final List<Target> targets = new ArrayList<>();
  public final List<LineCalendar> calendars = new ArrayList<>();
  public Duration lateness = Duration.ofMinutes(10);
  public EfficiencyConfig.StateMapping state =
      new EfficiencyConfig.StateMapping(
          List.of(new EfficiencyConfig.Signal("state", WORDS, null)), null);
  public EfficiencyConfig.Counts counts =
      new EfficiencyConfig.Counts(
          "total",
          "good",
          "reject",
          "rework",
          EfficiencyConfig.CountKind.CUMULATIVE,
          0,
          false,
          null);
  public EfficiencyConfig.IdealCycle cycle =
      new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(1));
  public EfficiencyConfig.@Nullable Energy energy =
      new EfficiencyConfig.Energy("energy", EfficiencyConfig.EnergyKind.CUMULATIVE);
  public Duration microStop = Duration.ofMinutes(2);
  public Duration silentAfter = Duration.ofMinutes(1);
  public Duration reasonBefore = Duration.ofMinutes(1);
  public EfficiencyConfig.Loss loss = EfficiencyConfig.Loss.AVAILABILITY;
  public EfficiencyConfig.@Nullable Alive alive;
  public EfficiencyConfig.@Nullable OrderSignals order;
  public final List<EfficiencyConfig.Machine> machines = new ArrayList<>();
  public final List<EfficiencyConfig.Line> lines = new ArrayList<>();
  public final List<EfficiencyConfig.Monitored> signals = new ArrayList<>();
  public ReasonTree reasons = ReasonTree.NONE;
  public LearnedConfig learned = LearnedConfig.OFF;

  public EfficiencyConfigBuilder shift(
      String name, String start, String end, EfficiencyConfig.Break... breaks) {
    return shift(name, Set.of(DayOfWeek.values()), start, end, breaks);
  }

  public EfficiencyConfigBuilder shift(
      String name,
      Set<DayOfWeek> days,
      String start,
      String end,
      EfficiencyConfig.Break... breaks) {
    shifts.add(
        new EfficiencyConfig.Shift(
            name, days, LocalTime.parse(start), LocalTime.parse(end), List.of(breaks)));
    return this;
  }

  public static EfficiencyConfig.Break pause(String start, int minutes) {
    return new EfficiencyConfig.Break(LocalTime.parse(start), Duration.ofMinutes(minutes));
  }

  public static EfficiencyConfig.Counts count(
      String total, String good, String scrap, EfficiencyConfig.CountKind kind, double rollover) {
    return new EfficiencyConfig.Counts(total, good, scrap, null, kind, rollover, false, null);
  }

  /** A shift of one date, beside those of the week. */
  public EfficiencyConfigBuilder overtime(String name, String date, String start, String end) {
    shifts.add(
        new EfficiencyConfig.Shift(
            name,
            Set.of(DayOfWeek.values()),
            LocalTime.parse(start),
            LocalTime.parse(end),
            List.of(),
            LocalDate.parse(date),
            LocalDate.parse(date),
            true));
    return this;
  }

  public EfficiencyConfigBuilder closed(String from, String to) {
    closures.add(new EfficiencyConfig.Closure(LocalDateTime.parse(from), LocalDateTime.parse(to)));
    return this;
  }

  /** Gives lines the calendar of another configuration. */
  public EfficiencyConfigBuilder calendarOf(String lines, EfficiencyConfigBuilder other) {
    calendars.add(new LineCalendar(lines, other.calendar()));
    return this;
  }

  public EfficiencyConfig.Calendar calendar() {
    return new EfficiencyConfig.Calendar(
        LocalTime.parse(productionDay), List.copyOf(shifts), holidays, List.copyOf(closures));
  }

  public final List<EfficiencyConfig.Changeover> changeovers = new ArrayList<>();

  public final List<PlannedOrder> planned = new ArrayList<>();

  public EfficiencyConfig build() {
    return new EfficiencyConfig(
        ZoneId.of(zone),
        calendar(),
        List.copyOf(calendars),
        0.75,
        List.copyOf(targets),
        lateness,
        new EfficiencyConfig.Machine(
            null,
            state,
            counts,
            cycle,
            energy,
            microStop,
            silentAfter,
            loss,
            reasonBefore,
            alive,
            order),
        List.copyOf(machines),
        List.copyOf(lines),
        reasons,
        List.copyOf(signals),
        EfficiencyConfig.Keep.DEFAULT,
        learned,
        List.copyOf(changeovers),
        List.copyOf(planned),
        Map.of(),
        Map.of());
  }
}
