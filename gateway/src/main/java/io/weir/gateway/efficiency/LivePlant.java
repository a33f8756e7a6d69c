package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All machines and their lines as the live page shows them at an instant. */
final class LivePlant {

  private LivePlant() {}

  /**
   * @param ignoredSignals signals beyond those whose statistics are kept
   */
  static EfficiencySnapshot of(
      Machines machines, Lines lines, long wallNs, double targetOee, long ignoredSignals) {
    List<EfficiencySnapshot.MachineNow> now = new ArrayList<>(machines.all().size());
    Map<Asset, BucketKey> shifts = new HashMap<>();
    Map<Asset, BucketKey> before = new HashMap<>();
    long late = 0;
    long implausible = 0;
    for (MachineFold machine : machines.all()) {
      EfficiencySnapshot.MachineNow view = machine.now(wallNs);
      now.add(view);
      late += machine.late();
      implausible += machine.implausible();
      Asset line = machine.asset.toLine();
      shifts.merge(line, key(view.shift()), LivePlant::later);
      if (view.last() != null) {
        before.merge(line, key(view.last()), LivePlant::later);
      }
    }
    List<EfficiencySnapshot.LineNow> ofLines = new ArrayList<>();
    for (Asset line : lines.assets()) {
      EfficiencySnapshot.ShiftFigures shift = shift(lines, line, shifts.get(line));
      if (shift != null) {
        ofLines.add(
            new EfficiencySnapshot.LineNow(line, shift, shift(lines, line, before.get(line))));
      }
    }
    return new EfficiencySnapshot(
        wallNs,
        wallNs,
        targetOee,
        List.copyOf(now),
        List.copyOf(ofLines),
        late,
        machines.ignored(),
        ignoredSignals,
        implausible);
  }

  private static BucketKey key(EfficiencySnapshot.ShiftFigures shift) {
    return new BucketKey(BucketKind.SHIFT, shift.start(), shift.end(), shift.name());
  }

  private static BucketKey later(BucketKey one, BucketKey other) {
    return one.start() >= other.start() ? one : other;
  }

  private static EfficiencySnapshot.@Nullable ShiftFigures shift(
      Lines lines, Asset line, @Nullable BucketKey key) {
    Figures figures = key == null ? null : lines.figures(line, key);
    return key == null || figures == null
        ? null
        : new EfficiencySnapshot.ShiftFigures(key.shift(), key.start(), key.end(), figures);
  }
}
