/**
 * The figures that a store must contain, computed from what was played and from which messages
 * arrived in time. It looks at the whole timeline of a machine at once, while a gateway works
 * reading by reading: the two share nothing but the rules in {@code docs/reference/efficiency.md}.
 *
 * <p>Times are epoch milliseconds.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.expected;
