package io.weir.gateway.efficiency;

/**
 * Identifies a bucket. Each instant of a machine or a line lies in one bucket of each kind; in an
 * area or a site it may lie in several that differ in their shift. Keys are in the order of time;
 * in it, two that begin at the same time in the same shift are one.
 *
 * @param shift the shift's name; {@link ShiftCalendar#ALL} for hours and days
 */
record BucketKey(BucketKind kind, long start, long end, String shift)
    implements Comparable<BucketKey> {

  /** What a key is read into. */
  static final BucketKey NONE = new BucketKey(BucketKind.MINUTE, 0, 0, "");

  @Override
  public int compareTo(BucketKey other) {
    int byStart = Long.compare(start, other.start);
    int byKind = byStart != 0 ? byStart : kind.compareTo(other.kind);
    return byKind != 0 ? byKind : shift.compareTo(other.shift);
  }

  /** Whether a calendar has a bucket of this kind and shift that begins at the same time. */
  boolean isOf(ShiftCalendar calendar) {
    return compareTo(Buckets.key(calendar, kind, start)) == 0;
  }
}
