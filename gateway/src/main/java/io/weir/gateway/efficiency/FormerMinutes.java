package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.Calendars;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * While a past span is folded again: under which names of shifts rows of a minute may stand that
 * the calendar no longer has. A row of a minute has the name of its shift as a tag, so a shift that
 * was renamed, moved or removed leaves rows beside the new ones: those of the shifts that stood
 * when the pass began.
 *
 * <p>Not for several threads; belongs to the fold of that pass.
 */
final class FormerMinutes {

  private final Map<Asset, NavigableSet<BucketKey>> shifts = new HashMap<>();
  private final Calendars calendars;

  /**
   * @param standing the shifts that stand
   */
  FormerMinutes(History standing, Calendars calendars) {
    this.calendars = calendars;
    for (Asset machine : standing.machinesWithShifts()) {
      for (BucketKey key : standing.shifts(machine).keySet()) {
        if (key.kind() != BucketKind.DAY) {
          add(machine, key);
          Lines.levelsOf(machine).forEach(level -> add(level, key));
        }
      }
    }
  }

  /** Of machines whose rows of one shift have different ends, the last one holds. */
  private void add(Asset asset, BucketKey key) {
    NavigableSet<BucketKey> known = shifts.computeIfAbsent(asset, absent -> new TreeSet<>());
    BucketKey same = known.floor(key);
    if (same != null && same.compareTo(key) == 0 && same.end() < key.end()) {
      known.remove(same);
    }
    known.add(key);
  }

  /** The keys of rows of a minute that may stand beside the one that is written. */
  List<BucketKey> beside(Asset asset, BucketKey minute) {
    NavigableSet<BucketKey> known = shifts.get(asset);
    List<BucketKey> beside = new ArrayList<>();
    if (known == null) {
      return beside;
    }
    BucketKey from =
        new BucketKey(BucketKind.MINUTE, minute.start() - ShiftCalendar.LONGEST_DAY, 0, "");
    BucketKey to = new BucketKey(BucketKind.MINUTE, minute.start() + 1, 0, "");
    for (BucketKey shift : known.subSet(from, to)) {
      BucketKey former =
          new BucketKey(BucketKind.MINUTE, minute.start(), minute.end(), shift.shift());
      if (shift.end() > minute.start() && !former.equals(minute) && !works(asset, former)) {
        beside.add(former);
      }
    }
    return beside;
  }

  private boolean works(Asset asset, BucketKey minute) {
    return calendars.within(asset).stream().anyMatch(minute::isOf);
  }
}
