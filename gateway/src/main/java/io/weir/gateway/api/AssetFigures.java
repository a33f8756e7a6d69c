package io.weir.gateway.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.ShiftFigures;
import io.weir.gateway.efficiency.figure.FigureFields;
import io.weir.gateway.live.Place;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every figure of one machine, one line or several lines as one, by the names of the store.
 *
 * @param place of the asset
 * @param shift the current shift, {@code null} where there are no lines
 * @param last the shift before
 */
public record AssetFigures(
    @JsonUnwrapped Place place, @Nullable Shift shift, @Nullable Shift last) {

  /**
   * One shift so far.
   *
   * @param figures those that are defined
   */
  public record Shift(
      String name, Instant start, Instant end, String basis, Map<String, Double> figures) {

    private static @Nullable Shift of(@Nullable ShiftFigures shift, boolean hasReasons) {
      return shift == null
          ? null
          : new Shift(
              shift.name(),
              Time.instant(shift.start()),
              Time.instant(shift.end()),
              shift.figures().basis().name().toLowerCase(Locale.ROOT),
              FigureFields.of(shift.figures(), hasReasons));
    }
  }

  /**
   * The figures of an asset.
   *
   * @param asset a machine, a line, or a place whose lines count as one
   * @param hasReasons whether there is a tree of reasons
   * @return {@code null} where there is no such asset
   */
  public static @Nullable AssetFigures of(EfficiencySnapshot now, Asset asset, boolean hasReasons) {
    for (EfficiencySnapshot.MachineNow machine : now.machines()) {
      if (machine.asset().equals(asset)) {
        return of(asset, machine.shift(), machine.last(), hasReasons);
      }
    }
    for (EfficiencySnapshot.LineNow line : now.lines()) {
      if (line.asset().equals(asset)) {
        return of(asset, line.shift(), line.last(), hasReasons);
      }
    }
    if (asset.line() != null || asset.machine() != null) {
      return null;
    }
    Scope scope = new Scope(asset.site(), asset.area(), null, null);
    List<EfficiencySnapshot.LineNow> lines =
        now.lines().stream().filter(line -> scope.holds(line.asset())).toList();
    return lines.isEmpty() && !asset.equals(Asset.NONE)
        ? null
        : of(
            asset,
            PresentShifts.asOne(lines.stream().map(EfficiencySnapshot.LineNow::shift).toList()),
            PresentShifts.asOne(lines.stream().map(EfficiencySnapshot.LineNow::last).toList()),
            hasReasons);
  }

  private static AssetFigures of(
      Asset asset, @Nullable ShiftFigures shift, @Nullable ShiftFigures last, boolean hasReasons) {
    return new AssetFigures(
        new Place(asset), Shift.of(shift, hasReasons), Shift.of(last, hasReasons));
  }
}
