/**
 * Keeps rejected data: its raw bytes and a readable reason.
 *
 * <p>Entries have two writers. A copier follows the log of readings and copies what the intake
 * rejected; each sink writes what its store refused. Each has its own {@link
 * io.weir.gateway.quarantine.QuarantineWriter}. They write to one bounded log, which drops its
 * oldest entries and never blocks. After a crash an entry may be written again. The same evidence
 * has the same id, so repeats are removed: on writing if the first is recent, and always on
 * reading. The {@link io.weir.gateway.quarantine.QuarantineBook} reads it, for users and replays.
 *
 * <p>What the intake rejected adds up: it is in the quarantine, pending in the log of readings, or
 * lost ({@link io.weir.gateway.quarantine.QuarantineBalance}). The intake counts in its own
 * records, the copier in its cursor, and both survive a crash.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.quarantine;
