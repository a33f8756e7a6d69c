/**
 * What could not be taken, with its raw bytes and a reason that a person understands.
 *
 * <p>Entries come from two sides: a copier that follows the log of readings and takes out what was
 * rejected on the way in, and the sinks, for what their stores refused. Both write through a {@link
 * io.weir.gateway.quarantine.QuarantineWriter} of their own into one bounded log, which drops its
 * oldest and never blocks; both may write an entry again after a crash, and the same evidence has
 * the same id, so repeats collapse: on writing where the first is recent, and always on reading.
 * The {@link io.weir.gateway.quarantine.QuarantineBook} reads it, for people and for a replay.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.quarantine;
