/**
 * Key figures of production (ISO 22400-2) by machine, line, area and site: a pure fold over the
 * readings.
 *
 * <p>The package owns the meaning of a machine's signals in time and pieces. It promises that the
 * figures depend only on the readings and their event times. They do not depend on when a reading
 * arrived (within the allowed lateness), how often it arrived, when the gateway was restarted, or
 * any clock. All sums are whole numbers (nanoseconds, millionths of a piece, billionths of a kWh),
 * so the order of adding does not matter.
 *
 * <p>From the inside out:
 *
 * <ul>
 *   <li>{@link io.weir.gateway.efficiency.calendar.ShiftCalendar}: shifts, breaks, hours and days;
 *   <li>{@link io.weir.gateway.efficiency.Timeline}: one machine in the order of time: states,
 *       pieces, energy; {@link io.weir.gateway.efficiency.TimeBooking}: its time in the buckets;
 *   <li>{@link io.weir.gateway.efficiency.MachineTimelines}: the same with late readings;
 *   <li>{@link io.weir.gateway.efficiency.MachineFold}: one machine; {@link
 *       io.weir.gateway.efficiency.RowWriter}: when its rows are written; {@link
 *       io.weir.gateway.efficiency.RowSettler}: what of its time is closed behind them; {@link
 *       io.weir.gateway.efficiency.MachineRows}: which of them change;
 *   <li>{@link io.weir.gateway.efficiency.signal.Session}: whether that machine is there, where
 *       only its session says so;
 *   <li>{@link io.weir.gateway.efficiency.Lines}: sums over the machines of a line, an area, a
 *       site;
 *   <li>{@link io.weir.gateway.efficiency.Annotations}: the comments of people;
 *   <li>{@link io.weir.gateway.efficiency.Fold}: all of them as one state, of which {@link
 *       io.weir.gateway.efficiency.FoldCodec} makes bytes;
 *   <li>{@link io.weir.gateway.efficiency.EfficiencyConsumer}: runs the fold on its thread, from
 *       the log of readings to the log of figures;
 *   <li>{@link io.weir.gateway.efficiency.Recompute}: folds spans of the past once more, each as a
 *       {@link io.weir.gateway.efficiency.RecomputeRun};
 *   <li>{@link io.weir.gateway.efficiency.History}: past states and stops, kept for the live page;
 *   <li>{@link io.weir.gateway.efficiency.learn.Learned}: what figures teach about cycles, energy
 *       and signals; {@link io.weir.gateway.efficiency.learn.Hints}: that, with what people say
 *       about it.
 * </ul>
 *
 * <p>The wiring builds the three consumers; the API reads {@code EfficiencySnapshot} and {@code
 * History}.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency;
