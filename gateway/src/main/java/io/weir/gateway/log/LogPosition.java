package io.weir.gateway.log;

import org.jspecify.annotations.Nullable;

/**
 * A position between two records.
 *
 * @param segment the segment, or {@code null} if there is none yet
 * @param filePosition position in its file from which the next record is searched
 * @param offset all records of lower offset are before this position
 * @param units units of all those records
 */
record LogPosition(@Nullable Segment segment, long filePosition, long offset, long units) {

  /** The position before the first record of a segment. */
  static LogPosition startOf(Segment segment, long units) {
    return new LogPosition(
        segment,
        segment.recordsAt(),
        segment.first,
        segment.header == null ? units : segment.header.unitsBefore());
  }
}
