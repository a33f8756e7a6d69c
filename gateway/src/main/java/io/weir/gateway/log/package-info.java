/**
 * The durable segment log and its cursors: bytes only; what a record means is its owner's affair.
 * {@link io.weir.gateway.log.SegmentLog} is the door. Imports the model and the meters, nothing
 * else of the gateway.
 *
 * <h2>Promise</h2>
 *
 * <ol>
 *   <li>A record whose {@link io.weir.gateway.log.Synced#synced} ran survives a crash of the
 *       process and of the machine.
 *   <li>A record whose {@link io.weir.gateway.log.Synced#failed} ran is never served, now or after
 *       a restart.
 *   <li>Each cursor sees every synced record in order, at least once; what the bound dropped or
 *       damage destroyed before it is counted in units, exactly.
 *   <li>An offset is never used for another record once anybody has seen it.
 *   <li>Damage never keeps a log from starting, and costs the damaged records only. A format newer
 *       than this program knows does: {@link io.weir.gateway.log.NewerFormatException}, nothing
 *       touched.
 *   <li>The files of a log stay within its bound, and so does what waits in memory.
 * </ol>
 *
 * <h2>No promise</h2>
 *
 * <ul>
 *   <li>A record that nobody was told about may be there after a crash, or not. Where a crash tore
 *       one out of the middle of such, it counts as damaged, though nobody missed it.
 *   <li>A consumer may see a record twice: all since its last commit, after a crash.
 *   <li>A commit made below segments that the bound has just taken rounds down to the last place
 *       known; what lies between counts as dropped too.
 *   <li>Checksums find accidents, not forgery.
 * </ul>
 *
 * <h2>On disk</h2>
 *
 * Little-endian. Times are i64 nanoseconds since the epoch. A directory holds segments, named by
 * their first offset in twenty digits, and {@code cursors/}, two files each (see {@link
 * io.weir.gateway.log.AtomicFile}). A segment is its header, twice, then records:
 *
 * <pre>
 * header                                          record
 *  0  u64  magic "WEIRSEG1"                        0  u32  length of the payload
 *  8  u32  format version, 1                       4  u32  CRC32C of salt, length, and 8 to the end
 * 12  u32  length of this copy, a multiple         8  u64  offset
 *          of 4096; the other copy follows        16  i64  receive time
 * 16  u32  CRC32C of the copy but this field      24  u64  units of all records before
 * 20  u32  length of the carried total            32  u32  units
 * 24  u64  salt, random                           36  u8   kind, the owner's
 * 32  u64  first offset                           37  u8   flags, 0
 * 40  u64  first offset of the segment before     38  u16  0
 * 48  u64  the offset after the last synced       40  ...  payload
 *          record of the segment before
 * 56  u64  units of all records before
 * 64  i64  highest receive time before
 * 72  ...  the carried total, then zeros
 * </pre>
 *
 * Units are the owner's count of what a record holds (readings); because each record says how many
 * came before it, any hole is countable from its two sides.
 *
 * <h2>What always holds</h2>
 *
 * <ul>
 *   <li>Offsets rise, and are dense within a segment; between segments there may be gaps.
 *   <li>A segment has its name only once its header is on stable storage. Only the last is written.
 *   <li>Readers see a record only after the sync that covers it: data, sync, memory, callback.
 *   <li>What lies in a segment at or above the end that its successor's header names is not part of
 *       the log.
 *   <li>Of the two generations of a cursor, the newer whole one counts; the older is overwritten.
 *   <li>Segments are deleted oldest first, each made durable before the next.
 * </ul>
 *
 * <h2>Writing</h2>
 *
 * Appenders copy records into a batch in memory, under a lock that is never held across I/O. The
 * thread {@code log-sync-NAME} takes the batch, writes and syncs it while the next one fills, then
 * adds it to the carried total, lets readers have it, and runs the callbacks in order. What an
 * append cannot take it refuses at once: {@link io.weir.gateway.log.SegmentLog#NO_ROOM}.
 *
 * <p>A write or sync that fails is not tried again. The segment is closed where the last sync left
 * it and cut there; all that was not synced fails; a new segment is begun, at once and then once a
 * second, whose header names that end. Until it is, nothing is taken, but all is read and committed
 * as before, also on a full disk. If not even the cut succeeds, the callbacks wait for the new
 * header: until then a crash could still bring the records back.
 *
 * <h2>Recovery</h2>
 *
 * Opening reads the headers of all segments and the records of the last. A bad record with a whole
 * one of higher offset behind it is stepped over; what follows the last whole record is torn, and
 * cut. Then the segment is synced, before anything of it is served. The next offset is above the
 * end of the log and above every cursor. Other segments are trusted by their header; what is
 * damaged in them shows when it is read, and is stepped over in the same way. A segment without a
 * whole header keeps its place and serves nothing. A damaged cursor starts at the oldest record.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.log;
