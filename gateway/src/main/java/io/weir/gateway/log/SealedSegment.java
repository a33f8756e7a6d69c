package io.weir.gateway.log;

import java.util.List;

/**
 * A segment that is no longer written and could be written again with less in it.
 *
 * @param first its first offset, which names it
 * @param end the offset after its last record
 * @param bytes length of its file
 * @param units of its records when they were appended
 * @param unitsLeft of those, units not dropped by a rewrite
 * @param packed whether its records are packed
 * @param waiting consumers whose cursor has not passed it, by name
 */
public record SealedSegment(
    long first,
    long end,
    long bytes,
    long units,
    long unitsLeft,
    boolean packed,
    List<String> waiting) {}
