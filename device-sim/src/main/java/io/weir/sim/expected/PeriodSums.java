package io.weir.sim.expected;

import io.weir.sim.expected.BucketSize.Period;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The sums of several periods, in order of time.
 *
 * <p>Mutable; one thread.
 */
final class PeriodSums {

  record Entry(Period period, FieldSums sums) {}

  private final NavigableMap<Long, Entry> byStart = new TreeMap<>();

  /** The sums of a period, all zero at first. */
  FieldSums of(Period period) {
    return byStart
        .computeIfAbsent(period.start(), start -> new Entry(period, new FieldSums()))
        .sums();
  }

  /** The sums of the period that contains an instant, if all periods have this size. */
  FieldSums at(long instant, BucketSize size, ZoneId zone) {
    Map.Entry<Long, Entry> before = byStart.floorEntry(instant);
    if (before != null && instant < before.getValue().period.end()) {
      return before.getValue().sums;
    }
    return of(size.at(instant, zone));
  }

  void add(PeriodSums other) {
    other.byStart.values().forEach(entry -> of(entry.period).add(entry.sums));
  }

  Collection<Entry> entries() {
    return Collections.unmodifiableCollection(byStart.values());
  }
}
