package io.weir.gateway.api;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.Targets;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.live.Place;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The factory's figures for users: lines in the order of the configuration, machines in the
 * direction of flow; undefined figures are {@code null}. Immutable.
 */
final class EfficiencyView {

  /** Places of lines and machines by path; what the configuration does not place comes after. */
  private final Map<String, Integer> places = new HashMap<>();

  private final @Nullable EfficiencyConfig efficiency;
  private final @Nullable Targets targets;

  /**
   * The OEE that a shift aims at.
   *
   * @param usual where nothing is configured
   */
  private record Aim(@Nullable Targets targets, double usual) {
    double of(Asset asset, String product, EfficiencySnapshot.ShiftFigures shift) {
      return targets == null ? usual : targets.of(asset, product, shift.name(), shift.start());
    }
  }

  EfficiencyView(@Nullable EfficiencyConfig efficiency) {
    this.efficiency = efficiency;
    targets = efficiency == null ? null : new Targets(efficiency);
    if (efficiency != null) {
      for (EfficiencyConfig.Line line : efficiency.lines()) {
        places.putIfAbsent(line.asset(), places.size());
        for (String machine : line.machines()) {
          places.putIfAbsent(line.asset() + "/" + machine, places.size());
        }
      }
    }
  }

  /** This one, or that of a configuration that has come since. */
  @SuppressWarnings("ReferenceEquality") // to compare all of it for each answer would cost
  EfficiencyView of(EfficiencyConfig now) {
    return now == efficiency ? this : new EfficiencyView(now);
  }

  EfficiencyResponse of(EfficiencySnapshot snapshot) {
    Aim aim = new Aim(targets, snapshot.targetOee());
    List<EfficiencySnapshot.LineNow> lines = new ArrayList<>(snapshot.lines());
    lines.sort(Comparator.comparingInt(line -> place(line.asset())));
    List<EfficiencySnapshot.MachineNow> machines = new ArrayList<>(snapshot.machines());
    machines.sort(Comparator.comparingInt(machine -> place(machine.asset())));
    return new EfficiencyResponse(
        snapshot.asOfNs() == 0 ? null : Time.instant(snapshot.asOfNs()),
        snapshot.targetOee(),
        new EfficiencyResponse.Plant(
            plant(lines, EfficiencySnapshot.LineNow::shift, aim),
            plant(lines, EfficiencySnapshot.LineNow::last, aim)),
        sites(lines, aim),
        lines.stream()
            .map(
                line ->
                    new EfficiencyResponse.Line(
                        new Place(line.asset()),
                        shift(line.shift(), aim.of(line.asset(), "", line.shift())),
                        last(line.asset(), line.last(), aim)))
            .toList(),
        machines.stream().map(machine -> machine(machine, aim)).toList(),
        snapshot.late(),
        snapshot.ignored(),
        efficiency == null ? Map.of() : efficiency.shiftLabels(),
        efficiency == null ? Map.of() : efficiency.assetLabels());
  }

  /** One row of an asset, with the target of its date. */
  EfficiencyResponse.Shift row(Asset asset, EfficiencySnapshot.ShiftFigures shift) {
    double usual = efficiency == null ? Double.NaN : efficiency.targetOee();
    return shift(shift, new Aim(targets, usual).of(asset, "", shift));
  }

  /** Lines and machines in their places. */
  Comparator<Asset> order() {
    return Comparator.comparingInt(this::place);
  }

  private int place(Asset asset) {
    return places.getOrDefault(asset.path(), Integer.MAX_VALUE);
  }

  private static EfficiencyResponse.Machine machine(
      EfficiencySnapshot.MachineNow machine, Aim aim) {
    return new EfficiencyResponse.Machine(
        new Place(machine.asset()),
        machine.heard() ? Time.instant(machine.seen()) : null,
        Time.instant(machine.asOf()),
        machine.state().word(),
        reason(machine.state(), machine.reason()),
        Time.instant(machine.since()),
        machine.product(),
        shift(machine.shift(), aim.of(machine.asset(), machine.product(), machine.shift())),
        last(machine.asset(), machine.last(), aim),
        machine.late());
  }

  /** A running machine has no reason; the stored text is the device's word for running. */
  static String reason(MachineState state, String kept) {
    return state == MachineState.RUNNING ? "" : kept;
  }

  private static EfficiencyResponse.@Nullable Shift plant(
      List<EfficiencySnapshot.LineNow> lines,
      Function<EfficiencySnapshot.LineNow, EfficiencySnapshot.@Nullable ShiftFigures> which,
      Aim aim) {
    EfficiencySnapshot.ShiftFigures whole = PresentShifts.asOne(lines.stream().map(which).toList());
    if (whole == null) {
      return null;
    }
    List<EfficiencySnapshot.ShiftFigures> present =
        PresentShifts.of(lines.stream().map(which).toList());
    double plan = 0;
    for (EfficiencySnapshot.LineNow line : lines) {
      EfficiencySnapshot.ShiftFigures shift = which.apply(line);
      if (shift != null && present.contains(shift)) {
        Figures figures = shift.figures();
        plan += figures.plan(inForce(figures, aim.of(line.asset(), "", shift)));
      }
    }
    return shift(
        whole,
        aim.of(Asset.NONE, "", whole),
        plan,
        sum(present.stream().map(each -> losses(each.figures().losses())).toList()));
  }

  private static List<EfficiencyResponse.Site> sites(
      List<EfficiencySnapshot.LineNow> lines, Aim aim) {
    Map<String, List<EfficiencySnapshot.LineNow>> bySite = new TreeMap<>();
    for (EfficiencySnapshot.LineNow line : lines) {
      String site = line.asset().site();
      if (site != null) {
        bySite.computeIfAbsent(site, any -> new ArrayList<>()).add(line);
      }
    }
    return bySite.size() < 2
        ? List.of()
        : bySite.entrySet().stream()
            .map(
                each ->
                    new EfficiencyResponse.Site(
                        each.getKey(),
                        plant(each.getValue(), EfficiencySnapshot.LineNow::shift, aim),
                        plant(each.getValue(), EfficiencySnapshot.LineNow::last, aim)))
            .toList();
  }

  /** Line by line: a micro-stop may be a loss of availability in one and of speed in another. */
  private static EfficiencyResponse.Losses sum(List<EfficiencyResponse.Losses> lines) {
    Map<String, Double> stops = new LinkedHashMap<>();
    for (EfficiencyResponse.Losses line : lines) {
      line.stops().forEach(stop -> stops.merge(stop.state(), stop.seconds(), Double::sum));
    }
    return new EfficiencyResponse.Losses(
        lines.stream().mapToDouble(EfficiencyResponse.Losses::unknownSeconds).sum(),
        stops.entrySet().stream()
            .map(stop -> new EfficiencyResponse.Stop(stop.getKey(), stop.getValue()))
            .sorted(Comparator.comparingDouble(EfficiencyResponse.Stop::seconds).reversed())
            .toList(),
        sumOfDefined(lines, EfficiencyResponse.Losses::speedSeconds),
        sumOfDefined(lines, EfficiencyResponse.Losses::qualitySeconds));
  }

  private static @Nullable Double sumOfDefined(
      List<EfficiencyResponse.Losses> lines,
      Function<EfficiencyResponse.Losses, @Nullable Double> loss) {
    return lines.stream().map(loss).flatMap(Stream::ofNullable).reduce(Double::sum).orElse(null);
  }

  private static EfficiencyResponse.@Nullable Shift last(
      Asset asset, EfficiencySnapshot.@Nullable ShiftFigures shift, Aim aim) {
    return shift == null ? null : shift(shift, aim.of(asset, "", shift));
  }

  /**
   * The target of the products that were made; as configured for the shift, where nothing is known.
   */
  private static double inForce(Figures figures, double configured) {
    double target = figures.targetOee();
    return Double.isNaN(target) ? configured : target;
  }

  private static EfficiencyResponse.Shift shift(
      EfficiencySnapshot.ShiftFigures shift, double target) {
    Figures figures = shift.figures();
    double inForce = inForce(figures, target);
    return shift(shift, inForce, figures.plan(inForce), losses(figures.losses()));
  }

  private static EfficiencyResponse.Shift shift(
      EfficiencySnapshot.ShiftFigures shift,
      double target,
      double plan,
      EfficiencyResponse.Losses losses) {
    Figures figures = shift.figures();
    return new EfficiencyResponse.Shift(
        shift.name(),
        Time.instant(shift.start()),
        Time.instant(shift.end()),
        figures.basis().name().toLowerCase(Locale.ROOT),
        figures.plannedBusy(),
        figures.known(),
        figures.run(),
        defined(figures.idealTotal()),
        defined(figures.idealGood()),
        defined(figures.total()),
        defined(figures.good()),
        defined(figures.scrap()),
        defined(figures.stockGood()),
        figures.failures(),
        defined(figures.availability()),
        defined(figures.effectiveness()),
        defined(figures.qualityRatio()),
        defined(figures.oee()),
        defined(figures.coverage()),
        defined(figures.nee()),
        defined(figures.teep()),
        defined(figures.mtbf()),
        defined(figures.mttr()),
        target,
        defined(plan),
        figures.members(),
        figures.expected(),
        losses);
  }

  private static EfficiencyResponse.Losses losses(Figures.LossTree losses) {
    return new EfficiencyResponse.Losses(
        losses.unknown(),
        losses.availability().stream()
            .map(loss -> new EfficiencyResponse.Stop(loss.state(), loss.seconds()))
            .toList(),
        defined(losses.speed()),
        defined(losses.quality()));
  }

  private static @Nullable Double defined(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
