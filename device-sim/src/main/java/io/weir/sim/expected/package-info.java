/**
 * The figures that must stand in a store, worked out from what was played and from which of it was
 * told in time. Takes all of a machine's story at once where a gateway takes it bit by bit, so that
 * the two have nothing in common but the rules of {@code docs/reference/efficiency.md}.
 *
 * <p>Times are milliseconds of the epoch.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.expected;
