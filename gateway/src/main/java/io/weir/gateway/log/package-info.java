/**
 * The durable segment log and its cursors. It stores bytes; only the owner of a log knows what a
 * record means. {@link io.weir.gateway.log.SegmentLog} is the entry. The package imports the JDK,
 * Micrometer's core, SLF4J, JSpecify and a zstd in Java, and nothing of the gateway; any package
 * may import it. It also owns what a log needs from outside, as parameters: the disk ({@link
 * io.weir.gateway.log.FileSystem}), the clocks ({@link io.weir.gateway.log.Time}) and the threads
 * ({@link io.weir.gateway.log.Threads}).
 *
 * <h2>Promise</h2>
 *
 * <ol>
 *   <li>A record whose {@link io.weir.gateway.log.Synced#synced} ran survives a crash of the
 *       process and of the machine.
 *   <li>A record whose {@link io.weir.gateway.log.Synced#failed} ran is never served, now or after
 *       a restart.
 *   <li>Each cursor sees every synced record in order, at least once. What was dropped at the
 *       bound, by a rewrite, or destroyed by damage before a record is counted in units, exactly.
 *   <li>An offset is never used for another record once a caller has seen it.
 *   <li>Damage never keeps a log from starting, and costs only the damaged records; in a packed
 *       segment those of the damaged frame. A format newer than this program keeps it from
 *       starting: {@link io.weir.gateway.log.NewerFormatException}, and nothing is changed.
 *   <li>A read that fails is no damage: {@link io.weir.gateway.log.ReadFailedException}. Nothing is
 *       skipped or counted then, and the read may be repeated. A block that the disk does not
 *       return for a minute costs the records in it, which count as damaged.
 *   <li>No record is acknowledged into a file that a restart would not find under its name.
 *   <li>The files of a log stay within its bound, and so do the records in memory. While a segment
 *       is rewritten, its new file stands beside the old one. At the bound, a log that drops its
 *       oldest segments takes nothing while the disk keeps one from being deleted.
 * </ol>
 *
 * <h2>No promise</h2>
 *
 * <ul>
 *   <li>A record whose outcome was not reported may be there after a crash, or not. If a crash tore
 *       such a record out of the middle of others, it is not counted.
 *   <li>A consumer may see a record twice: after a crash, all records since its last commit.
 *   <li>A commit below segments that were just dropped at the bound rounds down to the last known
 *       position; the records between count as dropped too.
 *   <li>Damage in the last sync, where no record of a later one follows and no consumer has read
 *       it, counts as damage whether the sync had ended or not; as many units as the headers of its
 *       records say, if nothing else does. But where a sector of it is zeros, or the file ends too
 *       early, it is taken for what a crash tore, and does not count.
 *   <li>Where both copies of the last segment's header are damaged, the running total is built
 *       again from the segment before it. If that one was rewritten, what it dropped is missing
 *       there.
 *   <li>Checksums find accidents, not forgery.
 * </ul>
 *
 * <h2>On disk</h2>
 *
 * Little-endian. Times are i64 nanoseconds since the epoch. A directory holds segments, named by
 * their first offset in twenty digits, and {@code cursors/}, with two files for each cursor (see
 * {@link io.weir.gateway.log.AtomicFile}). A segment is its header, twice, then records:
 *
 * <pre>
 * header                                          record
 *  0  u64  magic "WEIRSEG1"                        0  u32  length of the payload
 *  8  u32  format version, 1 to 3                  4  u32  CRC32C of salt, length, and 8 to the end
 * 12  u32  length of this copy, a multiple         8  u64  offset
 *          of 4096; the other copy follows        16  i64  receive time
 * 16  u32  CRC32C of the copy but this field      24  u64  units of all records before
 * 20  u32  length of the running total            32  u32  units
 * 24  u64  salt, random                           36  u8   kind, the owner's
 * 32  u64  first offset                           37  u8   flags: 1 thinned, 2 batch known
 * 40  u64  first offset of the segment before     38  u16  offsets since its batch began
 * 48  u64  the offset after the last synced       40  ...  payload
 *          record of the segment before
 * 56  u64  units of all records before
 * 64  i64  highest receive time before
 * 72  ...  the owner's running total, then zeros
 * </pre>
 *
 * A batch is what one sync covers. That a record says where its batch began proves, where the
 * record is whole, that all before the batch was synced when it was written. A record that is too
 * far from the beginning of its batch does not say it, nor do those of earlier versions; there each
 * record is taken for a batch of its own. Earlier versions read over the flag and the distance.
 *
 * <p>A segment that was rewritten has version 2, so that a program that does not know thinned
 * records refuses it. Its header has one field more, before the running total: 72 u64 units that
 * are left. A thinned record stands for one record or for several that follow each other. It has
 * the offset and the units before of the first of them, the units of all, and in its payload the
 * last offset, the units that are left, and the units of each ({@link
 * io.weir.gateway.log.Thinned}); what remains of the payload stands for the records now, and may be
 * nothing.
 *
 * <p>A segment that is packed has version 3, and one field more: 80 u64 the position behind its
 * last record. Positions in it are those that the records would have if none were packed; its file
 * has frames, each of whole records that follow each other, up to 128 KiB of them, or one larger:
 *
 * <pre>
 *  0  u32  magic "WFR1"
 *  4  u32  CRC32C of 8 to 40
 *  8  u64  salt of the segment
 * 16  u64  position of the first record
 * 24  u32  length of the records
 * 28  u32  length of the body
 * 32  u32  CRC32C of the body
 * 36  u32  0: the body is the records; 1: it is zstd of them
 * 40  ...  body
 * </pre>
 *
 * <p>Before zstd, the checksum of each record becomes 0, its receive time the difference to that of
 * the record before, and its offset and its units before the difference to what follows from the
 * record before. Each frame says where its records belong, so one that is damaged costs no other.
 *
 * <p>Units are the owner's count of what a record holds (readings). Each record says how many units
 * came before it, so the units lost in a gap follow from the records on both sides.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>Offsets rise, and are dense within a segment, where a thinned record has all those that it
 *       stands for; between segments there may be gaps.
 *   <li>A segment has its name only once its header is on stable storage. Only the last segment is
 *       written.
 *   <li>Readers see a record only after the sync that covers it. The order is: data, sync, memory,
 *       callback.
 *   <li>Records in a segment at or above the end that the next segment's header names are not part
 *       of the log.
 *   <li>A cursor may say that ranges above its position are done too. Its position is the lowest
 *       record still to do, so these ranges hold no space and lose none.
 *   <li>Of the two generations of a cursor, the newer whole one counts; a write replaces the older.
 *   <li>A segment of which the disk returned nothing is never deleted.
 *   <li>A segment is deleted only once both generations of every cursor have passed it, unless it
 *       is dropped at the bound. So a consumer that loses its newer position sees records again,
 *       and misses none.
 *   <li>Segments are deleted oldest first; each deletion is durable before the next.
 *   <li>A log may keep segments that it would delete because all have passed them: it renames them
 *       into the folder {@code kept}. They are no part of the log any more.
 *   <li>A rewritten segment keeps its name, its place and the units before it. A position in the
 *       old file is not used in the new one; there the offset is searched.
 *   <li>The newest record is never thinned: a consumer learns with it what was dropped before.
 * </ul>
 *
 * <h2>Writing</h2>
 *
 * Appenders copy records into a batch in memory, with their checksums for the segment that is
 * written then, under a lock that is never held across I/O. The thread {@code log-sync-NAME} takes
 * the batch, makes the checksums again if it goes into another segment, writes and syncs it while
 * the next one fills, then adds it to the running total, shows it to readers, and runs the
 * callbacks in order. An append for which there is no room is refused at once: {@link
 * io.weir.gateway.log.SegmentLog#NO_ROOM}.
 *
 * <p>Opening starts no thread. The owner starts it by a call; a test calls {@link
 * io.weir.gateway.log.SegmentLog#step} in its place and so runs the whole log on its own thread.
 *
 * <p>A write or sync that fails is not repeated. The segment is closed where the last sync left it
 * and cut there; all records not yet synced fail. Then a new segment is begun, whose header names
 * that end: at once, and after that once a second until it succeeds. Until then no appends are
 * taken, but reads and commits continue, also on a full disk. If even the cut fails, the callbacks
 * wait for the new header, because until then a crash could bring the records back.
 *
 * <p>After each sync the writer looks whether the segment still has its name, and asks the disk
 * whether the directory is still in its place ({@link io.weir.gateway.log.FileSystem#checkPlace}).
 * If not, the sync counts as failed.
 *
 * <h2>Rewriting</h2>
 *
 * The owner may have a sealed segment written again without what a rule drops, and packed ({@link
 * io.weir.gateway.log.SegmentLog#rewrite}). What a frame gives back is compared with the records
 * before it is written. A thread of the owner reads the records, asks the rule, and writes and
 * syncs a new file under a temporary name. {@code log-sync} then renames it over the old one, syncs
 * the directory, and counts the room as free only after that. A reader that has the old file open
 * goes on in the new one, at its offset. A rename that failed may have happened; which file has the
 * name now tells. What fails before leaves the segment as it was.
 *
 * <p>A consumer counts of a thinned record what it had not passed. What it was done with ahead of
 * its turn is no loss to it, and is counted apart.
 *
 * <h2>Reading where the disk does not</h2>
 *
 * A read that fails is repeated in halves, down to blocks of 4096 bytes. What is before the block
 * that fails is served. Then the reader fails, and its consumer comes back. A block is given up
 * once it failed three times, while blocks of its segment failed for a minute; all readers of the
 * segment share what they found. It counts as zeros then, so that the records in it are damaged. A
 * block that is returned again is whole again.
 *
 * <h2>Recovery</h2>
 *
 * Opening reads the headers of all segments, and the records from the newest running total on,
 * which is in the last segment unless its header is damaged. A bad record is skipped if a whole one
 * of higher offset follows; what follows the last whole record is torn, and is cut. Gaps that only
 * records of the same batch follow are torn too. What is whole behind the first of them gets a
 * segment of its own, of version 2, whose header names the gap as the end of the segment before,
 * and in which records without units stand for the other gaps: so nothing is missing.
 *
 * <p>Torn are bytes of which a sector of 512 is zeros, as it was before it was written, or which
 * the end of the file cuts short. Where all of a record was written and it is not whole, something
 * has changed it since, and nothing says whether its batch had been synced ({@link
 * io.weir.gateway.log.WrongBytes}). Such a gap is damage. At the end nothing is cut then: the log
 * goes on in a new segment, above all offsets that may have been there, and the units that the
 * headers name are counted before it. So they are found again at each start until that segment is
 * there. A consumer may pass them before ({@link io.weir.gateway.log.Feed#passEnd}).
 *
 * <p>Then the last segment is synced, before any of it is served. The next offset is above the end
 * of the log and above every cursor. Other segments are trusted by their header; damage in them is
 * found when they are read, and is skipped in the same way.
 *
 * <p>A segment whose header is long, because the running total is, is closed so early that there is
 * room for the record that begins the next one. Where the last segment alone leaves no room for a
 * record, as one that another program wrote, opening begins another: else it could not go when it
 * is passed, and the log would be full for ever.
 *
 * <p>Recovery cannot wait, so it gives up a block after three tries in a row. It cuts nothing off a
 * last segment of which it did not read every block: the log goes on in a new segment, whose header
 * says where the records that were read end. What is behind is not part of the log, even if it can
 * be read later, and is reported. Where it returns nothing of any segment, recovery goes on only if
 * the disk takes a new file, since a disk may be away and all on it whole. A segment of which
 * nothing was returned is not deleted, but renamed, once all consumers have passed it. Of a cursor
 * one generation is enough; if neither is whole, its consumer starts at the oldest record.
 *
 * <p>Where neither copy of a segment's header is whole, the salt is found from the records: the
 * state of a record's checksum behind the salt follows from the record alone, and is the same in
 * all whole records of the segment. If no two records agree, and none fits a salt that is left in a
 * copy, the segment keeps its place and serves nothing, and the units in it are counted from the
 * fields of its records. Such a segment is not continued.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.log;
