package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarPrint;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.model.Asset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of which time of the past the machines have other ideal cycles by date than they had, because the
 * configuration has changed.
 *
 * <p>Mutable; belongs to its {@link Fold}, which fills it while its state is read.
 */
final class CycleChanges {

  /** As far back as a changed calendar is followed. */
  static final long REACH = CalendarPrint.DAYS * 24 * ShiftCalendar.HOUR;

  private final Map<Asset, List<ShiftCalendar.Interval>> byMachine = new LinkedHashMap<>();

  /** What of the time is older than what is marked. */
  private final List<PastSpan> older = new ArrayList<>();

  /** A machine has other cycles in these times, in order. */
  void add(Asset machine, List<ShiftCalendar.Interval> changed) {
    if (!changed.isEmpty()) {
      byMachine.put(machine, changed);
    }
  }

  /**
   * Marks what has changed, and forgets it here. What is the same for all machines of a line, or of
   * the plant, is marked as one.
   *
   * @param machines all that there are
   * @param newest the newest instant of the figures
   */
  void mark(Collection<Asset> machines, long newest, Marks marks) {
    if (byMachine.isEmpty()) {
      return;
    }
    if (machines.size() > 1 && areSame(machines)) {
      mark(Asset.NONE, byMachine.values().iterator().next(), newest, marks);
    } else {
      Map<Asset, List<Asset>> byLine = new LinkedHashMap<>();
      for (Asset machine : machines) {
        Asset line = machine.toLine();
        byLine.computeIfAbsent(line, absent -> new ArrayList<>(1)).add(machine);
      }
      byLine.forEach((line, ofLine) -> markLine(line, ofLine, newest, marks));
    }
    byMachine.clear();
  }

  private void markLine(Asset line, List<Asset> machines, long newest, Marks marks) {
    if (machines.size() > 1 && line.line() != null && areSame(machines)) {
      mark(line, byMachine.getOrDefault(machines.get(0), List.of()), newest, marks);
      return;
    }
    for (Asset machine : machines) {
      mark(machine, byMachine.getOrDefault(machine, List.of()), newest, marks);
    }
  }

  private boolean areSame(Collection<Asset> machines) {
    HashSet<@Nullable List<ShiftCalendar.Interval>> changes = new HashSet<>();
    machines.forEach(machine -> changes.add(byMachine.get(machine)));
    return changes.size() == 1;
  }

  private void mark(Asset asset, List<ShiftCalendar.Interval> changed, long newest, Marks marks) {
    long reach = Math.floorDiv(newest - REACH, ShiftCalendar.HOUR) * ShiftCalendar.HOUR;
    for (ShiftCalendar.Interval each : changed) {
      long from = Math.max(each.start(), reach);
      long to = Math.min(each.end(), newest + 1);
      if (from < to && asset.machine() == null) {
        marks.addBelow(asset, from, to);
      } else if (from < to) {
        marks.add(asset, from, to);
      }
      if (each.start() < reach) {
        older.add(
            new PastSpan(
                PastSpan.path(asset),
                each.start() == Long.MIN_VALUE ? null : Instant.ofEpochSecond(0, each.start()),
                Instant.ofEpochSecond(0, Math.min(each.end(), reach))));
      }
    }
  }

  /** What has changed longer ago than it is marked. */
  List<PastSpan> older() {
    return older;
  }
}
