package io.weir.gateway.efficiency.config;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the factory's figures are made: its calendar, what each machine's signals mean, its lines.
 *
 * @param zone zone of shifts, hours and days
 * @param calendar of the plant
 * @param calendars of lines that have another one; the first that fits holds
 * @param targetOee the OEE aimed at, 0 to 1
 * @param targets what differs from it, by place, product, shift and date
 * @param allowedLateness how far behind its machine's newest reading one may come and still count
 * @param defaults what holds for every machine; its asset is {@code null}
 * @param machines what differs, first match over the defaults
 * @param lines serial lines, which make each piece once
 * @param reasons the reasons that stops can have
 * @param signals whose statistics are kept; the first that fits a metric of an asset holds
 * @param keep what is kept of the log of readings to make figures again
 * @param learned what is told as a hint
 * @param changeovers how long they should take; the first that fits holds
 * @param planned orders that are to be made
 * @param shiftLabels by the name of a shift, how people call it, by language such as {@code de}
 * @param assetLabels by the path of an asset the same; by "" a label of every language
 */
public record EfficiencyConfig(
    ZoneId zone,
    Calendar calendar,
    List<LineCalendar> calendars,
    double targetOee,
    List<Target> targets,
    Duration allowedLateness,
    Machine defaults,
    List<Machine> machines,
    List<Line> lines,
    ReasonTree reasons,
    List<Monitored> signals,
    Keep keep,
    LearnedConfig learned,
    List<Changeover> changeovers,
    List<PlannedOrder> planned,
    Map<String, Map<String, String>> shiftLabels,
    Map<String, Map<String, String>> assetLabels) {

  /**
   * How long a changeover should take.
   *
   * @param machine a name, or a path with its levels, in which a star stands for any
   * @param from the product of before; a star stands for any characters
   * @param to the product that is made next, likewise
   */
  public record Changeover(String machine, String from, String to, Duration target) {}

  /**
   * A signal whose statistics are kept.
   *
   * @param asset pattern over the asset's path
   * @param metric a number
   * @param window of the statistics
   * @param lower limit that the values must not be below, or {@code null}
   * @param upper limit that the values must not be above, or {@code null}
   * @param center what the rules take for the mean; {@code null} for that of the windows before
   * @param sigma what they take for the standard deviation; {@code null} likewise
   */
  public record Monitored(
      String asset,
      String metric,
      Duration window,
      @Nullable Double lower,
      @Nullable Double upper,
      @Nullable Double center,
      @Nullable Double sigma) {}

  /**
   * What is kept of readings that every store has, so that figures can be made again.
   *
   * @param age how far behind the newest reading
   * @param bytes bound on their files
   */
  public record Keep(Duration age, long bytes) {

    /** Where the file does not say. */
    public static final Keep DEFAULT = new Keep(Duration.ofDays(8), 1L << 30);
  }

  /** The same without what only the page shows. */
  public EfficiencyConfig withoutLabels() {
    return new EfficiencyConfig(
        zone,
        calendar,
        calendars,
        targetOee,
        targets,
        allowedLateness,
        defaults,
        machines,
        lines,
        reasons.withoutLabels(),
        signals,
        keep,
        learned,
        changeovers,
        planned,
        Map.of(),
        Map.of());
  }

  /** Metrics whose mean says nothing: counters, states, reasons, products and ideal cycles. */
  public Set<String> latestMetrics() {
    Set<String> names = new HashSet<>();
    all().forEach(machine -> machine.addLatest(names));
    return names;
  }

  /** All metrics that say more of a machine than that it sent something. */
  public Set<String> signalMetrics() {
    Set<String> names = new HashSet<>(latestMetrics());
    names.addAll(summedMetrics());
    all()
        .map(Machine::energy)
        .filter(energy -> energy != null)
        .forEach(energy -> names.add(energy.metric()));
    all()
        .map(Machine::alive)
        .flatMap(alive -> alive == null ? Stream.empty() : Stream.ofNullable(alive.metric()))
        .forEach(names::add);
    return names;
  }

  /** Metrics of which each value counts what was made since the one before. */
  public Set<String> summedMetrics() {
    Set<String> names = new HashSet<>();
    all()
        .map(Machine::count)
        .filter(count -> count != null && count.kind() == CountKind.DELTA)
        .forEach(count -> names.addAll(count.metrics()));
    names.removeAll(latestMetrics());
    return names;
  }

  /**
   * The machines that are named by a whole path, without a pattern: under {@code machines}, or as
   * part of a line. A path with fewer levels than four does not say which of them is missing.
   */
  public Set<Asset> namedMachines() {
    Set<Asset> named = new LinkedHashSet<>();
    for (Line line : lines) {
      Stream.of(line.machines(), line.output(), listOf(line.bottleneck()))
          .flatMap(List::stream)
          .forEach(machine -> add(named, line.asset() + "/" + machine));
    }
    machines.forEach(machine -> add(named, String.valueOf(machine.asset())));
    return named;
  }

  /** The pattern of the calendar that a line has; "" for that of the plant. */
  public String calendarOf(String line) {
    return calendars.stream()
        .map(LineCalendar::asset)
        .filter(asset -> AssetPattern.below(asset).matcher(line).matches())
        .findFirst()
        .orElse("");
  }

  private static List<String> listOf(@Nullable String name) {
    return name == null ? List.of() : List.of(name);
  }

  private static void add(Set<Asset> named, String path) {
    String[] levels = path.split("/", -1);
    if (levels.length == 4 && !path.contains("*")) {
      named.add(new Asset(levels[0], levels[1], levels[2], levels[3]));
    }
  }

  private Stream<Machine> all() {
    return Stream.concat(Stream.of(defaults), machines.stream());
  }

  /**
   * When work is planned. A date is that of a production day: of what starts from its begin on, up
   * to the begin of the next one.
   *
   * @param productionDay whole minute, local, at which a day of production begins
   * @param shifts not overlapping, overtime among them; without any but overtime, one of 24 hours
   * @param holidays dates on which every shift but overtime is a planned stop
   * @param closures what of the shifts is a planned stop
   */
  public record Calendar(
      LocalTime productionDay,
      List<Shift> shifts,
      Set<LocalDate> holidays,
      List<Closure> closures) {

    /** One shift of 24 hours. */
    public static final Calendar NONE =
        new Calendar(LocalTime.MIDNIGHT, List.of(), Set.of(), List.of());
  }

  /**
   * A shift.
   *
   * @param days on which it starts
   * @param start whole minute, local
   * @param end whole minute, local; at or before the start it is on the next day
   * @param validFrom the first date on which it starts
   * @param validTo the last one
   * @param overtime whether it also starts on a holiday, in place of the shifts that it overlaps
   */
  public record Shift(
      String name,
      Set<DayOfWeek> days,
      LocalTime start,
      LocalTime end,
      List<Break> breaks,
      LocalDate validFrom,
      LocalDate validTo,
      boolean overtime) {

    /** Name of the one that a calendar without shifts has, and of hours and days. */
    public static final String ALL = "all";

    /** One that always holds. */
    public Shift(
        String name, Set<DayOfWeek> days, LocalTime start, LocalTime end, List<Break> breaks) {
      this(name, days, start, end, breaks, LocalDate.MIN, LocalDate.MAX, false);
    }

    boolean isOn(LocalDate date) {
      return days.contains(date.getDayOfWeek())
          && !date.isBefore(validFrom)
          && !date.isAfter(validTo);
    }
  }

  /** [from, to), local, whole minutes. */
  public record Closure(LocalDateTime from, LocalDateTime to) {}

  /** A planned pause in a shift; a start before the shift's start is on the next day. */
  public record Break(LocalTime start, Duration length) {}

  /**
   * What a machine's signals mean. In an override, {@code null} leaves the default.
   *
   * @param asset pattern over the asset's path, {@code *} standing for a level or a part of one, or
   *     {@code null} in the defaults
   * @param microStop a stop shorter than this is a micro-stop
   * @param silentAfter without any reading for longer than this, a machine is unknown
   * @param reasonBefore a reason told at most so long before a stop is that stop's
   * @param loss what a micro-stop counts as
   * @param alive what shows that a machine that is silent is alive
   * @param order what tells the order that it makes
   */
  public record Machine(
      @Nullable String asset,
      @Nullable StateMapping state,
      @Nullable Counts count,
      @Nullable IdealCycle idealCycle,
      @Nullable Energy energy,
      @Nullable Duration microStop,
      @Nullable Duration silentAfter,
      @Nullable Loss loss,
      @Nullable Duration reasonBefore,
      @Nullable Alive alive,
      @Nullable OrderSignals order) {

    /** With the defaults for when a reason may be told, for silence, and without orders. */
    public Machine(
        @Nullable String asset,
        @Nullable StateMapping state,
        @Nullable Counts count,
        @Nullable IdealCycle idealCycle,
        @Nullable Energy energy,
        @Nullable Duration microStop,
        @Nullable Duration silentAfter,
        @Nullable Loss loss) {
      this(asset, state, count, idealCycle, energy, microStop, silentAfter, loss, null, null, null);
    }

    private void addLatest(Set<String> names) {
      if (state != null) {
        for (Signal signal : state.signals()) {
          names.add(signal.metric());
          if (signal.reason() != null) {
            names.add(signal.reason());
          }
        }
      }
      if (count != null && count.kind() != CountKind.DELTA) {
        names.addAll(count.metrics());
      }
      if (count != null && count.order() != null) {
        names.add(count.order());
      }
      if (order != null) {
        Stream.of(listOf(order.id()), listOf(order.product()), listOf(order.quantity()))
            .forEach(names::addAll);
      }
      if (energy != null && energy.kind() == EnergyKind.CUMULATIVE) {
        names.add(energy.metric());
      }
      if (idealCycle instanceof MetricCycle cycle) {
        names.add(cycle.metric());
      } else if (idealCycle instanceof ProductCycle cycle) {
        names.add(cycle.product());
      }
    }
  }

  /**
   * The source of a machine's state.
   *
   * @param signals asked in order, 16 at most; the first whose latest value is mapped decides
   */
  public record StateMapping(List<Signal> signals) {

    /**
     * @param reason the metric that gives the reasons of all these signals, or {@code null}
     */
    public StateMapping(List<Signal> signals, @Nullable String reason) {
      this(
          signals.stream()
              .map(each -> new Signal(each.metric, each.words, each.preset, reason))
              .toList());
    }
  }

  /**
   * One metric that gives a state.
   *
   * @param words the value as text (6, true, RUNNING) to what it means; over the preset
   * @param preset a table of a standard, or {@code null}
   * @param reason the metric that says why a machine is in such a state, or {@code null}: then the
   *     word does
   */
  public record Signal(
      String metric,
      Map<String, MachineState> words,
      @Nullable Preset preset,
      @Nullable String reason) {

    public Signal(String metric, Map<String, MachineState> words, @Nullable Preset preset) {
      this(metric, words, preset, null);
    }
  }

  /** Tables of PackML (ISA-TR88.00.02). */
  public enum Preset {
    /** StateCurrent, by number or name. */
    PACKML_STATE,
    /** UnitModeCurrent: maintenance is planned, manual is setup, others leave it to the state. */
    PACKML_MODE
  }

  /**
   * What counts a machine's pieces.
   *
   * @param total metric of all pieces; each of the four may be {@code null}
   * @param rollover the first value a cumulative counter cannot show, 0 for none
   * @param assumeGood whether pieces of a machine that counts only a total are all good
   * @param order metric of the id of the order, with each new one of which the counters start
   *     again; {@code null} where only a fall shows it
   */
  public record Counts(
      @Nullable String total,
      @Nullable String good,
      @Nullable String scrap,
      @Nullable String rework,
      CountKind kind,
      double rollover,
      boolean assumeGood,
      @Nullable String order) {

    private Set<String> metrics() {
      return Stream.of(
              Optional.ofNullable(total),
              Optional.ofNullable(good),
              Optional.ofNullable(scrap),
              Optional.ofNullable(rework))
          .flatMap(Optional::stream)
          .collect(Collectors.toSet());
    }
  }

  public enum CountKind {
    /** Rises for ever, but for a rollover or a reset. */
    CUMULATIVE,
    /** Each value is what was made since the one before. */
    DELTA,
    /** Starts again from 0 with each order. */
    ORDER
  }

  /**
   * What tells the order that a machine makes.
   *
   * @param id metric of its id; an empty value says that the machine makes no order
   * @param product metric of its product, or {@code null}: that of the ideal cycle, if any
   * @param quantity metric of the quantity that is planned, or {@code null}
   */
  public record OrderSignals(String id, @Nullable String product, @Nullable String quantity) {}

  /** Planned run time of one piece (ISO 22400: PRI). */
  public sealed interface IdealCycle {}

  public record ConstantCycle(Duration cycle) implements IdealCycle {}

  /** A metric that gives it, in seconds. */
  public record MetricCycle(String metric) implements IdealCycle {}

  /**
   * A metric that names the product, and the product's cycle.
   *
   * @param table the cycles of a table that has no machines and no dates
   * @param dated those of a table that has; no two hold for the same machines at once
   */
  public record ProductCycle(String product, Map<String, Duration> table, List<CycleSpan> dated)
      implements IdealCycle {

    /** Cycles that hold for all machines and always. */
    public ProductCycle(String product, Map<String, Duration> table) {
      this(product, table, List.of());
    }
  }

  /**
   * The cycle of a product on some machines in some time.
   *
   * @param machine a name, or a path with its levels, in which a star stands for any; {@link #ALL}
   * @param validFrom the first date, in the zone of the calendar; {@link LocalDate#MIN} for any
   * @param validTo the last date; {@link LocalDate#MAX} for any
   */
  public record CycleSpan(
      String machine, String product, Duration cycle, LocalDate validFrom, LocalDate validTo) {

    /** Of all machines. */
    public static final String ALL = "*";
  }

  /** A metric in kWh (cumulative) or kW (power). */
  public record Energy(String metric, EnergyKind kind) {}

  public enum EnergyKind {
    CUMULATIVE,
    POWER
  }

  /**
   * What shows that a machine that speaks only on change is alive while it is silent.
   *
   * @param metric whose values say so; {@code null} where births and deaths of Sparkplug do
   * @param asset path of what sends that metric; {@code null} for the machine itself
   * @param dead values of it that say that the session has ended; every other one says that it goes
   *     on
   * @param within how often it is sent, with room: a longer silence is unknown; {@code null} where
   *     the session holds until its end is told
   */
  public record Alive(
      @Nullable String metric,
      @Nullable String asset,
      Set<String> dead,
      @Nullable Duration within) {

    /** Births and deaths of Sparkplug. */
    public static final Alive SPARKPLUG = new Alive(null, null, Set.of(), null);

    /** The {@code $state} of Homie: what is asleep, or needs attention, is alive. */
    public static final Alive HOMIE =
        new Alive("$state", null, Set.of("disconnected", "lost"), null);
  }

  /** What a micro-stop is a loss of. OEE is the same either way. */
  public enum Loss {
    AVAILABILITY,
    PERFORMANCE
  }

  /**
   * A serial line.
   *
   * @param asset its path, such as {@code plant-a/press-shop/line-1}
   * @param machines its machines in the direction of flow, for people; empty where not said
   * @param output the machines whose pieces are the line's
   * @param bottleneck the machine that sets its pace, or {@code null} for the one with the largest
   *     ideal cycle
   */
  public record Line(
      String asset, List<String> machines, List<String> output, @Nullable String bottleneck) {}
}
