package io.weir.gateway.log;

import org.jspecify.annotations.Nullable;

/**
 * A log at one moment.
 *
 * @param name its name
 * @param bytes on disk and waiting in memory
 * @param maxBytes their bound
 * @param segments files
 * @param firstOffset lowest offset still held
 * @param endOffset the next offset to be given
 * @param syncedOffset the offset after the last synced record
 * @param units of all records ever synced
 * @param removedUnits of those, units no longer held, for whatever reason; with {@code units} it
 *     survives restarts
 * @param droppedUnits of those, units that the bound took since start before every cursor had
 *     passed them
 * @param corruptUnits units that damage was seen to have destroyed, since start
 * @param corruptGaps places where that was seen
 * @param writable whether appends are taken, the bound apart
 * @param reason why not, for a person, else {@code null}
 */
public record LogStatus(
    String name,
    long bytes,
    long maxBytes,
    int segments,
    long firstOffset,
    long endOffset,
    long syncedOffset,
    long units,
    long removedUnits,
    long droppedUnits,
    long corruptUnits,
    int corruptGaps,
    boolean writable,
    @Nullable String reason) {}
