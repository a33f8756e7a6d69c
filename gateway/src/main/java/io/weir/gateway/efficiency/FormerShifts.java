package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.Calendars;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.Asset;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * After a past span was folded again: takes back the rows of shifts and days that stand and that
 * the calendar of their line no longer has, where the fold has written others in their place. So it
 * does with a shift that ends now before the machine's first reading. All sums of such a row are 0,
 * {@code members} too. The row of a line, an area or a site goes with them, unless a line of it
 * still has such a shift: then the fold has written it.
 */
final class FormerShifts {

  private final Calendars calendars;
  private final Lines lines;
  private final FigureRows rows;

  FormerShifts(Calendars calendars, Lines lines, FigureRows rows) {
    this.calendars = calendars;
    this.lines = lines;
    this.rows = rows;
  }

  private record LevelRow(Asset asset, BucketKey key) {}

  void takeBack(History standing) {
    Set<LevelRow> above = new LinkedHashSet<>();
    for (Asset machine : standing.machinesWithShifts()) {
      for (Map.Entry<BucketKey, Set<String>> each : standing.shifts(machine).entrySet()) {
        BucketKey key = toEndOfPresent(machine, each.getKey());
        if (key.kind() == BucketKind.MINUTE
            || has(machine, each.getKey())
            || !rows.haveReplaced(machine, key)) {
          continue;
        }
        Figures nothing = new Figures(Sums.none(), Figures.Basis.MACHINE, 1);
        rows.figures(machine, key, nothing);
        each.getValue().forEach(product -> rows.product(machine, key, product, nothing));
        for (Asset level : Lines.levelsOf(machine)) {
          if (lines.within(level).stream().noneMatch(line -> has(line, each.getKey()))) {
            above.add(new LevelRow(level, key));
          }
        }
      }
    }
    above.forEach(row -> rows.figures(row.asset, row.key, lines.nothing(row.asset)));
  }

  /** With all of the present shift, or day, into which it reaches: that may be open. */
  private BucketKey toEndOfPresent(Asset machine, BucketKey key) {
    BucketKey last = BucketKey.at(calendars.of(machine), key.kind(), key.end() - 1);
    return last.shift().equals(ShiftCalendar.NO_SHIFT) || last.end() <= key.end()
        ? key
        : new BucketKey(key.kind(), key.start(), last.end(), key.shift());
  }

  /** Whether a machine or a line may have a row of a shift or a day as the calendar is now. */
  private boolean has(Asset asset, BucketKey key) {
    BucketKey now = BucketKey.at(calendars.of(asset), key.kind(), key.start());
    return now.compareTo(key) == 0 && (now.end() >= key.end() || !rows.beginAt(asset, now.end()));
  }
}
