package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A time in which a product has one ideal cycle, up to the begin of the next stretch.
 *
 * @param from nanoseconds since the epoch; {@link Long#MIN_VALUE} for always
 * @param cycleNs 0 where none is known
 * @param dated whether the configuration says so of dates
 */
record CycleStretch(long from, long cycleNs, boolean dated) {

  /** What a stretch is read into, and what holds where nothing is said. */
  static final CycleStretch NONE = new CycleStretch(Long.MIN_VALUE, 0, false);

  CycleStretch exchange(StateCodec codec) {
    return new CycleStretch(codec.number(from), codec.number(cycleNs), codec.flag(dated));
  }

  private boolean saysAs(CycleStretch other) {
    return cycleNs == other.cycleNs && dated == other.dated;
  }

  /** Adds the next one, where it says something else than the last one. */
  static void append(List<CycleStretch> all, CycleStretch next) {
    if (all.isEmpty() || !all.get(all.size() - 1).saysAs(next)) {
      all.add(next);
    }
  }

  /**
   * When the cycle is another one, and at least one of both has dates. A cycle without dates that
   * is changed holds from then on.
   *
   * @param were one after the other; what is before the first of them is not known
   */
  static List<ShiftCalendar.Interval> differences(List<CycleStretch> were, List<CycleStretch> are) {
    TreeSet<Long> begins = new TreeSet<>();
    were.forEach(each -> begins.add(each.from));
    are.forEach(each -> begins.add(each.from));
    if (begins.isEmpty()) {
      return List.of();
    }
    long known = Math.max(first(were), first(are));
    List<ShiftCalendar.Interval> different = new ArrayList<>();
    for (long begin : begins.tailSet(known)) {
      CycleStretch was = at(were, begin);
      CycleStretch is = at(are, begin);
      if (was.cycleNs != is.cycleNs && (was.dated || is.dated)) {
        Long next = begins.higher(begin);
        add(different, begin, next == null ? Long.MAX_VALUE : next);
      }
    }
    return different;
  }

  private static long first(List<CycleStretch> all) {
    return all.isEmpty() ? Long.MIN_VALUE : all.get(0).from;
  }

  private static CycleStretch at(List<CycleStretch> all, long instant) {
    CycleStretch found = NONE;
    for (CycleStretch each : all) {
      if (each.from <= instant) {
        found = each;
      }
    }
    return found;
  }

  private static void add(List<ShiftCalendar.Interval> all, long from, long to) {
    int last = all.size() - 1;
    if (last >= 0 && all.get(last).end() == from) {
      all.set(last, new ShiftCalendar.Interval(all.get(last).start(), to));
    } else {
      all.add(new ShiftCalendar.Interval(from, to));
    }
  }
}
