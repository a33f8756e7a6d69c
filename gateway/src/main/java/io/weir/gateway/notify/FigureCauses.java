package io.weir.gateway.notify;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.Targets;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.LineNow;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.MachineNow;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.ShiftFigures;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the figures of efficiency say: machines that are down, lines (and machines, where a rule
 * names assets) whose OEE of the current shift is low, machines with stops that have no reason.
 * Asked by one thread.
 */
public final class FigureCauses implements Causes {

  /** At the begin of a shift an OEE says little. */
  private static final long FIRST_OF_SHIFT_NS = Duration.ofMinutes(15).toNanos();

  /**
   * So long a machine whose readings are old as they come must be seen in a stop, until it is taken
   * for what it does now. Most of a backlog passes faster, and its stops are over.
   */
  private static final long SEEN_NS = Duration.ofMinutes(1).toNanos();

  /** Counting stops reads the history of a machine. */
  private static final long COUNT_EVERY_NS = Duration.ofMinutes(1).toNanos();

  /** What a time outside all shifts is called. */
  private static final String NO_SHIFT = "none";

  private final Supplier<EfficiencySnapshot> figures;
  private final Supplier<EfficiencyConfig> config;
  private final ToLongFunction<Asset> uncoded;
  private final Texts texts;
  private Aimed aimed;
  private @Nullable Shared shared;
  private Counted counted = new Counted(0, Map.of());
  private final Map<Asset, Seen> seen = new HashMap<>();

  /**
   * A machine that is down by readings that are old as they come.
   *
   * @param since when it went down, by its own time
   * @param fromNs since when that was seen here
   */
  private record Seen(long since, long fromNs) {}

  /** The paths that several machines or lines have. */
  private record Shared(EfficiencySnapshot of, Set<String> paths) {}

  /** The targets of one configuration. */
  private record Aimed(EfficiencyConfig of, Targets targets) {}

  private record Counted(long atNs, Map<Asset, Long> byMachine) {}

  /**
   * @param config by which the figures are made now
   * @param uncoded how many stops of a machine in the last day have no reason
   * @param texts the words of messages
   */
  public FigureCauses(
      Supplier<EfficiencySnapshot> figures,
      Supplier<EfficiencyConfig> config,
      ToLongFunction<Asset> uncoded,
      Texts texts) {
    this.texts = texts;
    this.figures = figures;
    this.config = config;
    this.uncoded = uncoded;
    EfficiencyConfig now = config.get();
    this.aimed = new Aimed(now, new Targets(now));
  }

  @Override
  public @Nullable List<Cause> of(Rule rule) {
    List<Cause> causes = new ArrayList<>();
    boolean down = rule.asksFor(Cause.MACHINE_DOWN);
    boolean oee = rule.asksFor(Cause.OEE_UNDER);
    boolean stops = rule.asksFor(Cause.UNCODED_STOPS);
    if (!down && !oee && !stops) {
      return causes;
    }
    EfficiencySnapshot now = figures.get();
    if (now.isBehind()) {
      return null;
    }
    Map<Asset, Long> ofLines = new HashMap<>();
    for (MachineNow machine : now.machines()) {
      long at = machine.holdsUntil(now.wallNs());
      ofLines.merge(machine.asset().toLine(), at, Math::max);
      if (down) {
        addDown(causes, machine, at, now);
      }
      if (oee && rule.asset() != null) {
        addLow(causes, rule, machine.asset(), machine.product(), machine.shift(), at, now);
      }
      if (stops) {
        addUncoded(causes, rule, machine, now);
      }
    }
    for (LineNow line : now.lines()) {
      if (oee) {
        long at = ofLines.getOrDefault(line.asset(), now.wallNs());
        addLow(causes, rule, line.asset(), "", line.shift(), at, now);
      }
    }
    return causes;
  }

  /**
   * Adds a machine that is down.
   *
   * @param at until when what is known of it holds
   */
  private void addDown(List<Cause> causes, MachineNow machine, long at, EfficiencySnapshot now) {
    long nowNs = now.wallNs();
    boolean isDown = machine.state() == MachineState.DOWN;
    if (!isDown || at == nowNs) {
      seen.remove(machine.asset());
      if (isDown) {
        causes.add(down(now, machine, machine.since()));
      }
      return;
    }
    Seen known = seen.get(machine.asset());
    if (known == null || known.since != machine.since()) {
      known = new Seen(machine.since(), nowNs);
      seen.put(machine.asset(), known);
    }
    if (nowNs - known.fromNs >= SEEN_NS) {
      causes.add(down(now, machine, known.fromNs));
    }
  }

  /** Its path; where another has the same one, with the gap of the level that it lacks. */
  @SuppressWarnings("ReferenceEquality") // of each snapshot once
  private String name(EfficiencySnapshot now, Asset asset) {
    String path = asset.path();
    String place = asset.place();
    if (path.equals(place)) {
      return path;
    }
    Shared known = shared;
    if (known == null || known.of != now) {
      Set<String> once = new HashSet<>();
      Set<String> twice = new HashSet<>();
      Stream.concat(
              now.machines().stream().map(MachineNow::asset),
              now.lines().stream().map(LineNow::asset))
          .map(Asset::path)
          .filter(each -> !once.add(each))
          .forEach(twice::add);
      known = new Shared(now, twice);
      shared = known;
    }
    return known.paths.contains(path) ? place : path;
  }

  private Cause down(EfficiencySnapshot now, MachineNow machine, long since) {
    Asset asset = machine.asset();
    String name = name(now, asset);
    String why = machine.reason().isEmpty() ? "" : ": " + machine.reason();
    return new Cause(
        Cause.MACHINE_DOWN,
        name,
        asset,
        false,
        true,
        texts.text("machine-down", name) + why,
        Facts.because(machine.reason()),
        since);
  }

  /**
   * Adds what has a low OEE in a shift that is not over.
   *
   * @param at until when what is known of it holds
   */
  private void addLow(
      List<Cause> causes,
      Rule rule,
      Asset asset,
      String product,
      ShiftFigures shift,
      long at,
      EfficiencySnapshot now) {
    long nowNs = now.wallNs();
    double oee = shift.figures().oee();
    double aim = Double.isNaN(rule.under()) ? target(asset, product, shift) : rule.under();
    boolean isEarly = at - shift.start() < FIRST_OF_SHIFT_NS;
    boolean isOver = shift.end() <= nowNs;
    if (oee < aim && !isEarly && !isOver && !shift.name().equals(NO_SHIFT)) {
      String name = name(now, asset);
      String text =
          texts.text("oee-under", name, texts.percent(oee), texts.percent(aim), shift.name());
      Facts facts = Facts.low(oee, aim, shift.name());
      boolean isLine = asset.machine() == null;
      causes.add(new Cause(Cause.OEE_UNDER, name, asset, isLine, false, text, facts, nowNs));
    }
  }

  @SuppressWarnings("ReferenceEquality") // to compare all of it each second would cost
  private double target(Asset asset, String product, ShiftFigures shift) {
    EfficiencyConfig now = config.get();
    if (aimed.of != now) {
      aimed = new Aimed(now, new Targets(now));
    }
    return aimed.targets.of(asset, product, shift.name(), shift.start());
  }

  private void addUncoded(
      List<Cause> causes, Rule rule, MachineNow machine, EfficiencySnapshot now) {
    long count = counts(now).getOrDefault(machine.asset(), 0L);
    if (count > rule.moreThan()) {
      Asset asset = machine.asset();
      String name = name(now, asset);
      String text =
          texts.text(count == 1 ? "uncoded-stops.one" : "uncoded-stops.many", name, count);
      Facts facts = Facts.uncoded(count);
      causes.add(
          new Cause(Cause.UNCODED_STOPS, name, asset, false, false, text, facts, now.wallNs()));
    }
  }

  private Map<Asset, Long> counts(EfficiencySnapshot now) {
    if (now.wallNs() - counted.atNs >= COUNT_EVERY_NS || now.wallNs() < counted.atNs) {
      Map<Asset, Long> counts = new HashMap<>();
      for (MachineNow machine : now.machines()) {
        counts.put(machine.asset(), uncoded.applyAsLong(machine.asset()));
      }
      counted = new Counted(now.wallNs(), counts);
    }
    return counted.byMachine;
  }

  @Override
  public Set<String> shifts(Asset asset) {
    Set<String> names = new HashSet<>();
    EfficiencySnapshot now = figures.get();
    for (MachineNow machine : now.machines()) {
      if (asset.equals(Asset.NONE) || machine.asset().equals(asset)) {
        names.add(machine.shift().name());
      }
    }
    for (LineNow line : now.lines()) {
      if (line.asset().equals(asset)) {
        names.add(line.shift().name());
      }
    }
    return names;
  }
}
