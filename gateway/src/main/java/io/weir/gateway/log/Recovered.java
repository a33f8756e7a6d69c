package io.weir.gateway.log;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a log starts from: the content of its directory, whole up to a known end.
 *
 * @param segments by first offset, ascending; all but the tail are sealed
 * @param tail the segment to continue, or {@code null}: then the first append begins one
 * @param end behind the last record, and the next offset to be given
 * @param bytes of all segments
 * @param lastReceiveTimeNs the highest of any record, 0 for none
 * @param cursors the whole ones, by consumer
 * @param damage what was found destroyed, in the order of the files
 */
record Recovered(
    List<Segment> segments,
    @Nullable Segment tail,
    LogPosition end,
    long bytes,
    long lastReceiveTimeNs,
    Map<String, Cursor> cursors,
    List<Damage> damage) {}
