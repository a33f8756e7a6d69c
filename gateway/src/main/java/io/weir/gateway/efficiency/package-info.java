/**
 * How well the factory runs: a pure fold from readings to figures by machine, line, area and site,
 * after ISO 22400-2.
 *
 * <p>The package owns what a machine's signals mean in time and pieces. It promises that figures
 * depend on the readings and their event times alone: not on when they arrived (within the allowed
 * lateness), on how often, on when the gateway was restarted, or on any clock. All sums are whole
 * numbers (nanoseconds, millionths of a piece, billionths of a kWh), so that no order of adding
 * changes them.
 *
 * <p>From inside out:
 *
 * <ul>
 *   <li>{@link io.weir.gateway.efficiency.Calendar}: which shift, which break, which hour and day;
 *   <li>{@link io.weir.gateway.efficiency.Timeline}: one machine, folded in the order of time;
 *   <li>{@link io.weir.gateway.efficiency.MachineFold}: puts late readings in their place, and
 *       writes what changed;
 *   <li>{@link io.weir.gateway.efficiency.Lines}: sums over machines;
 *   <li>{@link io.weir.gateway.efficiency.Fold}: all of them, as one state with bytes;
 *   <li>{@link io.weir.gateway.efficiency.EfficiencyConsumer}: the only one with a thread, clocks
 *       and a log.
 * </ul>
 *
 * <p>The wiring builds an {@code EfficiencyConsumer}; nobody else calls in here.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency;
