package io.weir.gateway.log;

import org.jspecify.annotations.Nullable;

/**
 * A log at one moment.
 *
 * @param name its name
 * @param bytes on disk and in memory
 * @param maxBytes bound on the bytes
 * @param fullBytes this many bytes leave room for headers only: appends find no room near them
 * @param segments number of files
 * @param firstOffset lowest offset still held
 * @param endOffset the next offset to be given
 * @param syncedOffset the offset after the last synced record
 * @param units of all records ever synced
 * @param droppedUnits of those, units dropped at the bound since start before every cursor had
 *     passed them
 * @param corruptUnits units found destroyed by damage since start
 * @param corruptGaps number of places where damage was found
 * @param corruptUncounted whether damage may have cost more than that: at the start it was not
 *     known what the end of a segment held, or records without units are destroyed
 * @param inDoubtUnits of the corrupt units, those that stood at the end of the log when it was
 *     opened, where nothing says whether anybody was told that they were synced
 * @param writable whether the log takes appends as long as there is room
 * @param reason why it does not, as readable text, else {@code null}
 */
public record LogStatus(
    String name,
    long bytes,
    long maxBytes,
    long fullBytes,
    int segments,
    long firstOffset,
    long endOffset,
    long syncedOffset,
    long units,
    long droppedUnits,
    long corruptUnits,
    int corruptGaps,
    boolean corruptUncounted,
    long inDoubtUnits,
    boolean writable,
    @Nullable String reason) {}
