/**
 * Figures as values, for whoever reads them: {@link io.weir.gateway.efficiency.figure.Sums} of a
 * bucket, {@link io.weir.gateway.efficiency.figure.Figures} that follow from them (ISO 22400-2),
 * the names of both in a store, what is true now as a snapshot, and the log to which they go. Knows
 * nothing of how they are made.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency.figure;
