package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the group {@code efficiency}; its calendar is {@link CalendarReader}'s. */
public final class EfficiencyReader {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MOST_KEPT = Duration.ofDays(366);
  private static final int LEVELS_OF_A_MACHINE = 4;
  private static final int LEVELS_OF_A_LINE = 3;

  /** States that a word can be mapped to: the keys of a signal. */
  private static final List<MachineState> MAPPED =
      List.of(
          MachineState.RUNNING,
          MachineState.SETUP,
          MachineState.PLANNED,
          MachineState.IDLE,
          MachineState.STARVED,
          MachineState.BLOCKED,
          MachineState.DOWN);

  private final Section efficiency;

  public EfficiencyReader(Section efficiency) {
    this.efficiency = efficiency;
  }

  public EfficiencyConfig read() {
    EfficiencyConfig.Calendar calendar = CalendarReader.read(efficiency);
    List<LineCalendar> calendars = CalendarReader.ofLines(efficiency, calendar);
    EfficiencyConfig.Machine defaults = machine(efficiency.section("defaults"));
    List<EfficiencyConfig.Machine> machines = machines();
    List<EfficiencyConfig.Monitored> signals = signals();
    if (!tellsSomething(defaults)
        && machines.stream().noneMatch(m -> tellsSomething(m))
        && signals.isEmpty()) {
      efficiency.problem(
          "defaults",
          "no machine has a state or a count, so there are no figures",
          "add one, such as { state: { metric: state, running: [RUNNING], down: [DOWN] } }");
    }
    ZoneId zone = Objects.requireNonNullElse(efficiency.zone("zone"), ZoneId.systemDefault());
    return new EfficiencyConfig(
        zone,
        calendar,
        calendars,
        efficiency.section("target").decimal("oee", 0.75),
        TargetReader.read(efficiency, calendar, calendars),
        efficiency.duration("allowed-lateness", Duration.ofMinutes(10), Duration.ZERO, DAY),
        defaults,
        machines,
        lines(),
        ReasonReader.read(efficiency, "reasons"),
        signals,
        keep(efficiency.section("recompute")),
        LearnedReader.read(efficiency.section("learned"), signals),
        ChangeoverReader.read(efficiency, "changeovers"),
        PlannedOrderReader.read(efficiency, "orders", zone),
        ShiftLabelReader.read(efficiency),
        AssetLabelReader.read(efficiency));
  }

  private static EfficiencyConfig.Keep keep(Section recompute) {
    EfficiencyConfig.Keep usual = EfficiencyConfig.Keep.DEFAULT;
    return new EfficiencyConfig.Keep(
        recompute.duration("keep", usual.age(), Duration.ZERO, MOST_KEPT),
        recompute.bytes("keep-size", usual.bytes(), 0, Long.MAX_VALUE));
  }

  private static boolean tellsSomething(EfficiencyConfig.Machine machine) {
    return machine.state() != null || machine.count() != null;
  }

  // ---- Machines

  private List<EfficiencyConfig.Machine> machines() {
    List<EfficiencyConfig.Machine> machines = new ArrayList<>();
    Map<String, Section> seen = new HashMap<>();
    for (Section section : efficiency.sections("machines")) {
      String asset = section.text("asset", "");
      Section before = seen.putIfAbsent(asset, section);
      if (!isPath(asset, LEVELS_OF_A_MACHINE) || asset.contains("**")) {
        section.problem(
            "asset",
            "must be a pattern of site, area, line and machine such as plant-a/hall-1/*/press-*,"
                + " without the levels that the topics do not name");
      } else if (before != null) {
        section.problem("asset", "is never used: it is already in " + before.where("asset"));
      }
      machines.add(machine(section));
    }
    return List.copyOf(machines);
  }

  private static boolean isPath(String path, int mostLevels) {
    String[] levels = path.split("/", -1);
    return levels.length <= mostLevels && List.of(levels).stream().noneMatch(String::isBlank);
  }

  private static EfficiencyConfig.Machine machine(Section section) {
    return new EfficiencyConfig.Machine(
        section.text("asset"),
        section.has("state") ? state(section) : null,
        section.has("count") ? count(section.section("count")) : null,
        section.has("ideal-cycle") ? idealCycle(section) : null,
        section.has("energy") ? energy(section.section("energy")) : null,
        section.durationIf("micro-stop", Duration.ZERO, DAY),
        section.durationIf("silent-after", Duration.ofSeconds(1), DAY),
        section.choice("loss", EfficiencyConfig.Loss.class),
        section.durationIf("reason-before", Duration.ZERO, DAY),
        section.has("alive") ? alive(section.section("alive")) : null,
        section.has("order") ? order(section.section("order")) : null);
  }

  /** One signal, or a list of them. */
  private static EfficiencyConfig.StateMapping state(Section machine) {
    List<Section> sections =
        machine.hasSection("state") ? List.of(machine.section("state")) : machine.sections("state");
    return new EfficiencyConfig.StateMapping(
        sections.stream().map(EfficiencyReader::signal).toList());
  }

  private static EfficiencyConfig.Signal signal(Section section) {
    Map<String, MachineState> words = new LinkedHashMap<>();
    for (MachineState state : MAPPED) {
      for (String word : section.texts(state.word())) {
        MachineState before = words.put(word, state);
        if (before != null) {
          section.problem(state.word(), "'" + word + "' means " + before.word() + " already");
        }
      }
    }
    if (words.isEmpty() && !section.has("preset")) {
      section.problem(
          "metric", "no value of it means anything", "map one, such as running: [RUNNING]");
    }
    return new EfficiencyConfig.Signal(
        section.text("metric", ""),
        Map.copyOf(words),
        section.choice("preset", EfficiencyConfig.Preset.class),
        section.text("reason"));
  }

  /** A preset alone, or a metric with what it says. */
  private static EfficiencyConfig.Alive alive(Section section) {
    AlivePreset preset = section.choice("preset", AlivePreset.class);
    if (preset != null) {
      if (section.names().size() > 1) {
        section.problem("preset", "stands alone", "leave the other keys out, or preset");
      }
      return preset == AlivePreset.SPARKPLUG
          ? EfficiencyConfig.Alive.SPARKPLUG
          : EfficiencyConfig.Alive.HOMIE;
    }
    String asset = section.text("asset");
    if (!section.has("metric")) {
      section.problem("metric", "is missing; it names what shows that the machine is alive");
    } else if (!section.has("dead") && !section.has("within")) {
      section.problem(
          "metric",
          "no value of it says that the machine is dead, and no time how often it comes",
          "add dead: [Offline] or within: 30s");
    } else if (asset != null && (!isPath(asset, LEVELS_OF_A_MACHINE) || asset.contains("*"))) {
      section.problem("asset", "must be the whole path of what sends the metric");
    }
    return new EfficiencyConfig.Alive(
        section.text("metric", ""),
        asset,
        Set.copyOf(section.texts("dead")),
        section.durationIf("within", Duration.ofSeconds(1), DAY));
  }

  /** What a standard says of sessions. */
  private enum AlivePreset {
    SPARKPLUG,
    HOMIE
  }

  private static EfficiencyConfig.Counts count(Section section) {
    EfficiencyConfig.CountKind kind = section.choice("kind", EfficiencyConfig.CountKind.CUMULATIVE);
    if (!section.has("total") && !section.has("good")) {
      section.problem("total", "is missing; it or good must name a metric");
    }
    if (section.has("rollover") && kind != EfficiencyConfig.CountKind.CUMULATIVE) {
      section.problem("rollover", "only a cumulative counter has one");
    }
    if (section.has("order") && kind != EfficiencyConfig.CountKind.ORDER) {
      section.problem(
          "order", "only counters of 'kind: order' start again with it", "set kind: order");
    }
    return new EfficiencyConfig.Counts(
        section.text("total"),
        section.text("good"),
        section.text("scrap"),
        section.text("rework"),
        kind,
        section.decimal("rollover", 0),
        section.flag("assume-good", false),
        section.text("order"));
  }

  private static EfficiencyConfig.OrderSignals order(Section section) {
    return new EfficiencyConfig.OrderSignals(
        section.text("id", ""), section.text("product"), section.text("quantity"));
  }

  private static EfficiencyConfig.@Nullable IdealCycle idealCycle(Section machine) {
    if (!machine.hasSection("ideal-cycle")) {
      Duration cycle = machine.durationIf("ideal-cycle", Duration.ofMillis(1), Duration.ofDays(7));
      return cycle == null ? null : new EfficiencyConfig.ConstantCycle(cycle);
    }
    Section section = machine.section("ideal-cycle");
    if (section.has("metric") == (section.has("product") && section.has("table"))
        || section.names().size() > (section.has("metric") ? 1 : 2)) {
      machine.problem("ideal-cycle", "must have either metric, or product and table");
      return null;
    }
    return section.has("metric")
        ? new EfficiencyConfig.MetricCycle(section.text("metric", ""))
        : productCycle(section, section.text("product", ""));
  }

  private static EfficiencyConfig.ProductCycle productCycle(Section section, String product) {
    List<Section> listed = section.sections("table");
    if (!listed.isEmpty()) {
      return ListedCycles.read(product, listed);
    }
    return CsvFile.read(
        section,
        "table",
        lines ->
            CycleTable.isDated(lines)
                ? new EfficiencyConfig.ProductCycle(product, Map.of(), CycleTable.dated(lines))
                : new EfficiencyConfig.ProductCycle(product, CycleTable.parse(lines)),
        new EfficiencyConfig.ProductCycle(product, Map.of()));
  }

  private static EfficiencyConfig.Energy energy(Section section) {
    return new EfficiencyConfig.Energy(
        section.text("metric", ""), section.choice("kind", EfficiencyConfig.EnergyKind.CUMULATIVE));
  }

  // ---- Signals

  private List<EfficiencyConfig.Monitored> signals() {
    List<EfficiencyConfig.Monitored> signals = new ArrayList<>();
    for (Section section : efficiency.sections("signals")) {
      String asset = section.text("asset", "*/*/*/*");
      Double lower = decimal(section, "lower");
      Double upper = decimal(section, "upper");
      if (!isPath(asset, LEVELS_OF_A_MACHINE) || asset.contains("**")) {
        section.problem("asset", "must be a pattern of site, area, line and machine");
      }
      if (lower != null && upper != null && lower >= upper) {
        section.problem("lower", "must be below upper");
      }
      Double sigma = decimal(section, "sigma");
      if (sigma != null && sigma <= 0) {
        section.problem("sigma", "must be above 0");
      }
      signals.add(
          new EfficiencyConfig.Monitored(
              asset,
              section.text("metric", ""),
              section.duration("window", Duration.ofHours(1), Duration.ofMinutes(1), DAY),
              lower,
              upper,
              decimal(section, "center"),
              sigma));
    }
    return List.copyOf(signals);
  }

  private static @Nullable Double decimal(Section section, String key) {
    return section.has(key) ? section.decimal(key, 0) : null;
  }

  // ---- Lines

  private List<EfficiencyConfig.Line> lines() {
    List<EfficiencyConfig.Line> lines = new ArrayList<>();
    Map<String, Section> seen = new HashMap<>();
    for (Section section : efficiency.sections("lines")) {
      String asset = section.text("asset", "");
      Section before = seen.putIfAbsent(asset, section);
      if (!isPath(asset, LEVELS_OF_A_LINE) || asset.contains("*")) {
        section.problem("asset", "must be the path of one line such as plant-a/hall-1/line-1");
      } else if (before != null) {
        section.problem("asset", "stands in " + before.where("asset") + " already");
      }
      List<String> machines = List.copyOf(section.texts("machines"));
      List<String> output = List.copyOf(section.texts("output"));
      String bottleneck = section.text("bottleneck");
      members(section, "machines", machines, machines);
      members(section, "output", output, machines);
      members(
          section, "bottleneck", bottleneck == null ? List.of() : List.of(bottleneck), machines);
      lines.add(new EfficiencyConfig.Line(asset, machines, output, bottleneck));
    }
    return List.copyOf(lines);
  }

  /** Names must be those of machines of the line, where it lists them. */
  private static void members(Section line, String key, List<String> names, List<String> machines) {
    for (String name : names) {
      if (name.contains("/") || name.contains("*")) {
        line.problem(key, "must name machines of this line, without its path");
      } else if (!machines.isEmpty() && !machines.contains(name)) {
        line.problem(
            key,
            "'" + name + "' is not among the line's machines",
            Nearest.suggest(name, machines));
      }
    }
  }
}
