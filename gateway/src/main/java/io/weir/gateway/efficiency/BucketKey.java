package io.weir.gateway.efficiency;

/**
 * Identifies a bucket of one machine or line. Each instant lies in one bucket of each kind.
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
    return byStart != 0 ? byStart : kind.compareTo(other.kind);
  }
}
