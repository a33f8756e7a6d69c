/**
 * A second program for the figures, written from the documents alone: {@code
 * docs/reference/efficiency.md} and {@code figures.md}. It keeps all readings, sorts them by time
 * and calculates each row from scratch: slow, and as plain as the sentences that it follows. It
 * shares no code with the fold.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency.model;
