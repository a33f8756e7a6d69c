package io.weir.gateway.log;

import org.jspecify.annotations.Nullable;

/**
 * A place between two records.
 *
 * @param segment the segment, or {@code null} where none is there yet
 * @param position file position in it, from which the next record is looked for
 * @param offset all records of lower offset lie before this place
 * @param units units of all those records
 */
record LogPosition(@Nullable Segment segment, long position, long offset, long units) {

  /** The place before the first record of a segment. */
  static LogPosition startOf(Segment segment, long units) {
    return new LogPosition(
        segment,
        segment.recordsAt(),
        segment.first,
        segment.header == null ? units : segment.header.unitsBefore());
  }
}
