package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.figure.BucketKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The lines of which a row is the sum: one line, or those of an area or a site. Where they have
 * different calendars, a row of the area is the sum of those of its lines that have a bucket of
 * this shift that begins at the same time. So each row of a line is in one row of the area.
 *
 * <p>Mutable; belongs to its {@link Lines}.
 */
final class Level {

  private final List<LineFold> lines = new ArrayList<>();
  private final Set<ShiftCalendar> calendars = new LinkedHashSet<>();

  static Level of(LineFold line) {
    Level alone = new Level();
    alone.add(line);
    return alone;
  }

  void add(LineFold line) {
    lines.add(line);
    calendars.add(line.calendar);
  }

  boolean hasSeveralCalendars() {
    return calendars.size() > 1;
  }

  List<LineFold> lines() {
    return lines;
  }

  /** The bucket of the level that has one of a line: it ends with the last of the lines. */
  BucketKey key(BucketKey ofLine) {
    long end = ofLine.end();
    if (hasSeveralCalendars()) {
      for (ShiftCalendar calendar : calendars) {
        BucketKey key = BucketKey.at(calendar, ofLine.kind(), ofLine.start());
        end = key.compareTo(ofLine) == 0 ? Math.max(end, key.end()) : end;
      }
    }
    return end == ofLine.end()
        ? ofLine
        : new BucketKey(ofLine.kind(), ofLine.start(), end, ofLine.shift());
  }

  /** The lines whose calendar has the bucket. */
  List<LineFold> in(BucketKey key) {
    if (!hasSeveralCalendars()) {
      return lines;
    }
    Set<ShiftCalendar> having = new LinkedHashSet<>(calendars);
    having.removeIf(calendar -> !key.isOf(calendar));
    return having.size() == calendars.size()
        ? lines
        : lines.stream().filter(line -> having.contains(line.calendar)).toList();
  }

  /** The lines that have written the bucket, also where their calendar has it no more. */
  List<LineFold> having(BucketKey key) {
    return hasSeveralCalendars() ? lines.stream().filter(line -> line.has(key)).toList() : lines;
  }
}
