package io.weir.gateway.efficiency.figure;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.config.EfficiencyConfig;

/**
 * Identifies a bucket. Each instant of a machine or a line lies in one bucket of each kind; in an
 * area or a site it may lie in several that differ in their shift. Keys are in the order of time;
 * in it, two that begin at the same time in the same shift are one.
 *
 * @param shift the shift's name; {@link EfficiencyConfig.Shift#ALL} for hours and days
 */
public record BucketKey(BucketKind kind, long start, long end, String shift)
    implements Comparable<BucketKey> {

  private static final BucketKind[] KINDS = BucketKind.values();

  /** What a key is read into. */
  public static final BucketKey NONE = new BucketKey(BucketKind.MINUTE, 0, 0, "");

  /** The bucket of a kind that holds an instant, as a calendar has it. */
  public static BucketKey at(ShiftCalendar calendar, BucketKind kind, long instant) {
    CalendarSpan span = calendar.at(instant);
    ShiftCalendar.Interval interval =
        switch (kind) {
          case MINUTE -> ShiftCalendar.minute(instant);
          case HOUR -> calendar.hour(instant);
          case SHIFT -> span.whole();
          case DAY -> calendar.day(instant);
        };
    boolean named = kind == BucketKind.MINUTE || kind == BucketKind.SHIFT;
    return new BucketKey(
        kind, interval.start(), interval.end(), named ? span.shift() : EfficiencyConfig.Shift.ALL);
  }

  @SuppressWarnings("EnumOrdinal") // the order of the kinds is part of the format
  public BucketKey exchange(StateCodec codec) {
    BucketKind of = KINDS[Math.floorMod(codec.small(kind.ordinal()), KINDS.length)];
    long from = codec.number(start);
    long length = codec.number(end - start);
    return new BucketKey(of, from, from + length, codec.name(shift));
  }

  @Override
  public int compareTo(BucketKey other) {
    int byStart = Long.compare(start, other.start);
    int byKind = byStart != 0 ? byStart : kind.compareTo(other.kind);
    return byKind != 0 ? byKind : shift.compareTo(other.shift);
  }

  /** Whether a calendar has a bucket of this kind and shift that begins at the same time. */
  public boolean isOf(ShiftCalendar calendar) {
    return compareTo(at(calendar, kind, start)) == 0;
  }
}
