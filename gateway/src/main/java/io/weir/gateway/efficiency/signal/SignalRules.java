package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.config.AssetPattern;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CountKind;
import io.weir.gateway.efficiency.config.EfficiencyConfig.EnergyKind;
import io.weir.gateway.efficiency.config.Print;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.config.Target;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of the signals of a machine, compiled from the defaults and the first override that
 * matches. Immutable once compiled; shared by all machines that match.
 */
public final class SignalRules {

  private static final EfficiencyConfig.Counts NO_COUNTS =
      new EfficiencyConfig.Counts(null, null, null, null, CountKind.CUMULATIVE, 0, false, null);
  private static final byte[] NOTHING = {};

  public final long microStopNs;
  public final long silentAfterNs;

  /** A longer silence is unknown; none is where a session says that the machine is alive. */
  public final long longestSilenceNs;

  /** What shows that a silent machine is alive; {@code null} where nothing does. */
  public final EfficiencyConfig.@Nullable Alive alive;

  public final boolean microStopsArePerformance;
  public final EfficiencyConfig.Counts counts;

  /** Whether a metric gives the energy, and whether it gives it as power. */
  public final boolean metered;

  public final boolean power;

  /** The ideal cycle where it is constant, else 0. */
  final long constantCycleNs;

  /** Whether the ideal cycle is configured. */
  public final boolean hasCycle;

  /** The largest ideal cycle in the configuration, 0 where a metric gives it. */
  public final long largestCycleNs;

  /**
   * The metrics of the state, joined. Rules with the same list number their signals the same way.
   */
  final String signalNames;

  final int stateSignals;

  /** The metrics that give reasons, joined. */
  final String reasonNames;

  public final int reasonSignals;

  /** How long before a stop its reason may be told. */
  public final long reasonBeforeNs;

  /** Whether a metric tells the ideal cycle. */
  final boolean cycleIsTold;

  /** Whether the machine tells the product of an order with its id; else the plan says it. */
  public final boolean tellsProductOfOrder;

  /** Stands for all that is configured. */
  private long print;

  private long usualTarget;

  private final Map<String, byte[]> signals = new HashMap<>();
  private final List<Map<String, MachineState>> words = new ArrayList<>();
  private final Map<String, Duration> cycles;

  /** The ideal cycles of a table with machines or dates. */
  public final List<EfficiencyConfig.CycleSpan> datedCycles;

  /** By state signal: which of the metrics that give reasons is its own, less than 0 for none. */
  private final int[] reasonOf;

  private SignalRules(
      EfficiencyConfig.@Nullable StateMapping state,
      EfficiencyConfig.@Nullable Counts count,
      EfficiencyConfig.@Nullable IdealCycle cycle,
      EfficiencyConfig.@Nullable Energy energy,
      Duration microStop,
      Duration silentAfter,
      Duration reasonBefore,
      EfficiencyConfig.Loss loss,
      EfficiencyConfig.@Nullable Alive alive,
      EfficiencyConfig.@Nullable OrderSignals order) {
    this.alive = alive;
    microStopNs = microStop.toNanos();
    Duration within = alive == null ? null : alive.within();
    silentAfterNs = within == null ? silentAfter.toNanos() : within.toNanos();
    longestSilenceNs = alive != null && within == null ? Long.MAX_VALUE : silentAfterNs;
    reasonBeforeNs = reasonBefore.toNanos();
    microStopsArePerformance = loss == EfficiencyConfig.Loss.PERFORMANCE;
    counts = count == null ? NO_COUNTS : count;
    metered = energy != null;
    power = energy != null && energy.kind() == EnergyKind.POWER;
    signal(counts.total(), Signals.TOTAL);
    signal(counts.good(), Signals.GOOD);
    signal(counts.scrap(), Signals.SCRAP);
    signal(counts.rework(), Signals.REWORK);
    signal(ofCounts(counts, order), Signals.ORDER);
    tellsProductOfOrder = order != null && order.product() != null;
    signal(order == null ? null : order.id(), Signals.ORDER_ID);
    signal(order == null ? null : order.quantity(), Signals.QUANTITY);
    String product = cycle instanceof EfficiencyConfig.ProductCycle by ? by.product() : null;
    signal(product == null && order != null ? order.product() : product, Signals.PRODUCT);
    signal(energy == null ? null : energy.metric(), Signals.ENERGY);

    long constant = 0;
    Map<String, Duration> table = Map.of();
    List<EfficiencyConfig.CycleSpan> dated = List.of();
    if (cycle instanceof EfficiencyConfig.ConstantCycle fixed) {
      constant = fixed.cycle().toNanos();
    } else if (cycle instanceof EfficiencyConfig.MetricCycle metric) {
      signal(metric.metric(), Signals.CYCLE);
    } else if (cycle instanceof EfficiencyConfig.ProductCycle products) {
      table = Map.copyOf(products.table());
      dated = List.copyOf(products.dated());
    }
    constantCycleNs = constant;
    hasCycle = cycle != null;
    cycleIsTold = cycle instanceof EfficiencyConfig.MetricCycle;
    cycles = table;
    datedCycles = dated;
    largestCycleNs =
        Stream.concat(
                table.values().stream(), dated.stream().map(EfficiencyConfig.CycleSpan::cycle))
            .mapToLong(Duration::toNanos)
            .reduce(constant, Math::max);

    StringBuilder names = new StringBuilder();
    List<String> reasons = new ArrayList<>();
    List<EfficiencyConfig.Signal> states = state == null ? List.of() : state.signals();
    if (states.size() > Signals.MOST) {
      throw new IllegalArgumentException("a state has at most " + Signals.MOST + " signals");
    }
    reasonOf = new int[states.size()];
    for (EfficiencyConfig.Signal each : states) {
      signal(each.metric(), (byte) (Signals.STATE + words.size()));
      String reason = each.reason();
      if (reason != null && !reasons.contains(reason)) {
        signal(reason, (byte) (Signals.REASONS + reasons.size()));
        reasons.add(reason);
      }
      reasonOf[words.size()] = reason == null ? -1 : reasons.indexOf(reason);
      Map<String, MachineState> meaning = new HashMap<>(PackMl.table(each.preset()));
      meaning.putAll(each.words());
      words.add(meaning);
      names.append(each.metric()).append('\n');
    }
    signalNames = names.toString();
    stateSignals = words.size();
    reasonNames = String.join("\n", reasons);
    reasonSignals = reasons.size();
  }

  /** The metric of the order with whose id the counters start again. */
  private static @Nullable String ofCounts(
      EfficiencyConfig.Counts counts, EfficiencyConfig.@Nullable OrderSignals order) {
    if (counts.order() == null && counts.kind() == CountKind.ORDER && order != null) {
      return order.id();
    }
    return counts.order();
  }

  private void signal(@Nullable String metric, byte signal) {
    if (metric != null) {
      byte[] before = signals.getOrDefault(metric, NOTHING);
      byte[] after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = signal;
      signals.put(metric, after);
    }
  }

  /** Whether a session says that the machine is alive, however long it is silent. */
  public boolean holdsThroughSilence() {
    return longestSilenceNs == Long.MAX_VALUE;
  }

  /** Whether a metric of the machine itself says whether it is alive. */
  public boolean tellsLife(String metric) {
    return alive != null && alive.asset() == null && metric.equals(alive.metric());
  }

  /** Stands for what is configured: where it is the same, the machine's readings mean the same. */
  public long print() {
    return print;
  }

  /** The OEE aimed at where no other target holds, in {@link Target#PARTS}. */
  public long usualTarget() {
    return usualTarget;
  }

  /** The signals of a metric; empty where it is only a sign of life. */
  public byte[] signalsOf(String metric) {
    return signals.getOrDefault(metric, NOTHING);
  }

  /** The signals of a metric, a bit each, without reasons: one of those is told of one stop. */
  public long heldSignalsOf(String metric) {
    long held = 0;
    for (byte signal : signalsOf(metric)) {
      held |= Signals.isReason(signal) ? 0 : 1L << signal;
    }
    return held;
  }

  /** The same of all metrics. */
  public long heldSignals() {
    long held = 0;
    for (String metric : signals.keySet()) {
      held |= heldSignalsOf(metric);
    }
    return held;
  }

  /** Whether a metric tells a signal. */
  public boolean tells(int signal) {
    return Signals.has(heldSignals(), signal);
  }

  /** The counters that are named: bits in the order of the counts, and {@link Signals#METER}. */
  public int counters() {
    return Signals.countsOf(heldSignals()) | (metered ? Signals.METER : 0);
  }

  /** The state that a word of a state signal means, or {@code null} where it is not mapped. */
  @Nullable MachineState meaning(int stateSignal, String word) {
    return words.get(stateSignal).get(word);
  }

  /** A bit for each signal that tells the state: state signals, else counts. */
  public long signalsThatTellTheState() {
    return stateSignals > 0
        ? ((1L << stateSignals) - 1) << Signals.STATE
        : ((1L << Signals.COUNTS) - 1) << Signals.TOTAL;
  }

  /** Which metric gives the reasons of a state signal; less than 0 where none does. */
  public int reasonOf(int stateSignal) {
    return reasonOf[stateSignal];
  }

  /** The ideal cycle of a product, 0 where the table has none. */
  long cycleOf(String product) {
    Duration cycle = cycles.get(product);
    return cycle == null ? 0 : cycle.toNanos();
  }

  /** Whether a table without machines and dates gives the ideal cycles. */
  boolean hasCycleTable() {
    return !cycles.isEmpty();
  }

  /** Finds the rules of each machine. */
  public static final class Book {

    private final EfficiencyConfig.Machine defaults;
    private final ReasonTree reasons;
    private final List<Target> targets;
    private final long usualTarget;
    private final List<Special> overrides = new ArrayList<>();
    private final Map<Integer, SignalRules> compiled = new HashMap<>();

    private final boolean sessions;

    private record Special(Pattern asset, EfficiencyConfig.Machine machine) {}

    public Book(EfficiencyConfig efficiency) {
      defaults = efficiency.defaults();
      sessions =
          defaults.alive() != null
              || efficiency.machines().stream().anyMatch(each -> each.alive() != null);
      reasons = efficiency.reasons();
      targets = efficiency.targets();
      usualTarget = Target.parts(efficiency.targetOee());
      for (EfficiencyConfig.Machine machine : efficiency.machines()) {
        overrides.add(new Special(AssetPattern.of(String.valueOf(machine.asset())), machine));
      }
    }

    /** Whether the session of any machine says whether it is alive. */
    public boolean hasSessions() {
      return sessions;
    }

    /** The rules of the first override whose pattern fits, over the defaults. */
    public SignalRules of(Asset asset) {
      String path = asset.path();
      for (int i = 0; i < overrides.size(); i++) {
        if (overrides.get(i).asset.matcher(path).matches()) {
          EfficiencyConfig.Machine machine = overrides.get(i).machine;
          return compiled.computeIfAbsent(i, index -> compile(machine));
        }
      }
      return compiled.computeIfAbsent(-1, index -> compile(defaults));
    }

    private SignalRules compile(EfficiencyConfig.Machine machine) {
      SignalRules rules = compiled(machine);
      List<Object> said = List.of(defaults, machine, reasons);
      rules.print = Print.of(targets.isEmpty() ? said : List.of(said, targets));
      rules.usualTarget = usualTarget;
      return rules;
    }

    private SignalRules compiled(EfficiencyConfig.Machine machine) {
      return new SignalRules(
          machine.state() != null ? machine.state() : defaults.state(),
          machine.count() != null ? machine.count() : defaults.count(),
          machine.idealCycle() != null ? machine.idealCycle() : defaults.idealCycle(),
          machine.energy() != null ? machine.energy() : defaults.energy(),
          first(machine.microStop(), defaults.microStop(), Duration.ofMinutes(2)),
          first(machine.silentAfter(), defaults.silentAfter(), Duration.ofMinutes(1)),
          first(machine.reasonBefore(), defaults.reasonBefore(), Duration.ofMinutes(1)),
          machine.loss() != null
              ? machine.loss()
              : defaults.loss() != null ? defaults.loss() : EfficiencyConfig.Loss.AVAILABILITY,
          machine.alive() != null ? machine.alive() : defaults.alive(),
          machine.order() != null ? machine.order() : defaults.order());
    }

    private static Duration first(
        @Nullable Duration own, @Nullable Duration common, Duration otherwise) {
      return own != null ? own : common != null ? common : otherwise;
    }
  }
}
