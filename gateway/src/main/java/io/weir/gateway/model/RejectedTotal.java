package io.weir.gateway.model;

/**
 * How many parts of messages all sources have rejected. Where damage destroyed records of the last
 * segment before a start, those in them are missing.
 *
 * @param below they are in the records below this offset of the log of readings
 */
public record RejectedTotal(long parts, long below) {}
