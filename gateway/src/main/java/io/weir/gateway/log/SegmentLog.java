package io.weir.gateway.log;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.RecordScanner.Reading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable log of records, as specified in the description of the package.
 *
 * <p>Any thread may append, ask, or open a feed; one consumer then owns the feed. The log's own
 * thread, {@code log-sync-NAME}, changes the files and runs the callbacks. It shares {@link
 * AppendBuffer} with appenders and {@link Segments} with readers. A log is built first and started
 * by a call; a test that starts no thread calls {@link #step} in its place.
 */
public final class SegmentLog implements AutoCloseable {

  /** The answer of {@link #append} when it did not take the record. */
  public static final long NO_ROOM = -1;

  /** Where a consumer without a cursor begins. */
  public enum Start {
    /** At the oldest record held. */
    OLDEST,
    /** Behind the newest synced record. */
    NOW
  }

  private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);

  private final String name;
  private final LogOptions options;
  private final FileSystem files;
  private final Time time;
  private final AppendBuffer buffer;
  private final Segments segments;
  private final Cursors cursors;
  private final Rewrites rewrites;
  private final KeptSegments kept;
  private final Removal removal;
  private final Writer writer;
  private final LoopThread thread;
  private boolean stepping;
  private final MeterRegistry meters;
  private final List<Meter> gauges;

  /**
   * Opens a log, making its directory if absent, and recovers what it holds. Starts no thread: the
   * owner then calls {@link #start}, or {@link #step}.
   *
   * @throws NewerFormatException if a later version of the program wrote a file of it
   * @throws IllegalArgumentException if the options leave no room to work in
   * @throws IOException if the disk cannot be read, or a torn end not cut and synced
   */
  public static SegmentLog open(
      String name,
      LogOptions options,
      FileSystem files,
      Time time,
      RunningTotal total,
      MeterRegistry meters)
      throws IOException {
    return new SegmentLog(name, options, files, time, total, meters);
  }

  private SegmentLog(
      String name,
      LogOptions options,
      FileSystem files,
      Time time,
      RunningTotal total,
      MeterRegistry meters)
      throws IOException {
    this.name = name;
    this.options = options;
    this.files = files;
    this.time = time;
    this.meters = meters;
    thread = new LoopThread("log-sync-" + name);
    LogLimits limits = LogLimits.of(name, options);
    Recovered found = Recovery.run(name, files, options.directory(), total);
    buffer = new AppendBuffer(time, limits.blockAboveBytes(), limits.bufferBytes(), found);
    boolean dropsOldest = options.whenFull() == LogOptions.WhenFull.DROP_OLDEST;
    segments = new Segments(name, files, time, dropsOldest, thread, found);
    cursors =
        new Cursors(name, files, options.directory().resolve(Cursor.DIRECTORY), found.cursors());
    for (Damage damage : found.damage()) {
      if (damage instanceof Damage.LostCursor lost) {
        cursors.create(lost.consumer(), segments.oldest());
      }
    }
    rewrites =
        new Rewrites(
            name,
            files,
            options.directory(),
            time,
            buffer,
            segments,
            cursors,
            options.pack(),
            limits.frameBytes());
    kept =
        KeptSegments.open(
            name, files, options.directory(), options.keep(), limits.frameBytes(), time);
    removal =
        new Removal(
            name,
            files,
            options.directory(),
            limits.dropAboveBytes(),
            buffer,
            segments,
            cursors,
            kept,
            time);
    writer =
        new Writer(
            name, options, limits, files, time, total, meters, buffer, segments, removal, rewrites);
    Segment tail = found.tail();
    if (tail != null && tail.header != null) {
      writer.resume(tail, tail.header);
    }
    writer.leaveFullSegment();
    gauges =
        List.of(
            gauge(LogMeter.SIZE_BYTES, one -> one.buffer.level().bytes()),
            gauge(LogMeter.MAX_BYTES, one -> one.options.maxBytes()),
            gauge(LogMeter.SEGMENTS, one -> one.segments.count()),
            gauge(LogMeter.KEPT_BYTES, one -> one.kept.now().bytes()),
            gauge(LogMeter.DROPPED_READINGS, SegmentLog::droppedUnits),
            gauge(LogMeter.CORRUPT_READINGS, one -> one.segments.corruptUnits()),
            gauge(LogMeter.WRITABLE, one -> one.buffer.level().stopped() == null ? 1 : 0));
  }

  private Meter gauge(LogMeter meter, ToDoubleFunction<SegmentLog> value) {
    return meter.gauge(meters, name, this, value);
  }

  /** What records rest on; runs on the thread that writes. */
  public interface Preparation {

    /**
     * Returns when it is durable.
     *
     * @throws IOException if it is not
     */
    void settle() throws IOException;
  }

  private void run() {
    try {
      boolean last;
      do {
        last = buffer.awaitWork(options.linger().toNanos(), writer.restartAtNs());
        writer.round();
      } while (!last);
    } catch (RuntimeException | Error fault) {
      end(fault);
    }
  }

  /** A program fault ends the log; its callbacks do not run: what is on disk is not known here. */
  private void end(Throwable fault) {
    LOG.error("Log {}: ended by a program fault; no appends until a restart", name, fault);
    buffer.stop("log-sync ended: " + fault, List.of(), 0, segments.synced().units());
  }

  /**
   * Has something done before each write, so that it is durable before the records are. If it
   * fails, so does the write. To be called before the log is started or stepped.
   */
  public void beforeEachWrite(Preparation preparation) {
    writer.beforeEachWrite(preparation);
  }

  /**
   * Starts the thread that syncs.
   *
   * @return this
   */
  public SegmentLog start(Threads threads) {
    thread.start(threads, this::run);
    return this;
  }

  /**
   * Does once, on the caller's thread, what the log's thread repeats: writes and syncs what was
   * appended, runs the callbacks, deletes what every consumer has passed, and after a failure
   * begins a new segment if it is time. Never waits. For an owner that gives the log no thread.
   *
   * @throws IllegalStateException if the log has a thread, or if a callback calls this
   * @throws RuntimeException for a program fault, as of the running total; the log takes nothing
   *     then
   */
  public void step() {
    thread.checkNotStarted();
    if (stepping) {
      throw new IllegalStateException("a callback of log " + name + " waits for the log itself");
    }
    stepping = true;
    try {
      writer.round();
    } catch (RuntimeException | Error fault) {
      end(fault);
      throw fault;
    } finally {
      stepping = false;
    }
  }

  /** {@link #step} in a log without a thread; nothing in another, whose thread does it. */
  public void stepWithoutThread() {
    if (!thread.isStarted()) {
      step();
    }
  }

  /**
   * Adds a record to the next group sync. Thread-safe; never waits for room or disk.
   *
   * @param kind the owner's kind of payload, 0 to 255
   * @param receiveTimeNs wall time, nanoseconds
   * @param units how many readings it holds, not negative
   * @param payload copied; its position does not change
   * @param callback reports the outcome, on the thread {@code log-sync}, in log order
   * @return the record's offset, or {@link #NO_ROOM}: if a log that blocks is full, while writing
   *     fails, while the buffer of the next sync is full, or when closed
   * @throws RecordTooLargeException if the payload will never fit
   */
  public long append(
      int kind, long receiveTimeNs, int units, ByteBuffer payload, @Nullable Synced callback) {
    if (kind < 0 || kind > 255 || units < 0) {
      throw new IllegalArgumentException("kind " + kind + ", units " + units);
    }
    if (payload.remaining() > options.maxRecordBytes()) {
      throw new RecordTooLargeException(name, payload.remaining(), options.maxRecordBytes());
    }
    return buffer.append(kind, receiveTimeNs, units, payload, callback);
  }

  /**
   * Ends the linger of what was appended before this call: its appender gets nothing more to append
   * until that is synced, so waiting for more only takes time. Does nothing where nothing waits.
   * Thread-safe; never waits.
   */
  public void endLinger() {
    buffer.endLinger();
  }

  /**
   * Waits until all records appended before this call are on stable storage. Does not report
   * records that failed before it; see {@link #sync(long)}. In a log without a thread, steps it.
   *
   * @throws IOException if any of them failed; those must be appended again
   */
  public void sync() throws IOException {
    sync(buffer.level().decidedOffset());
  }

  /**
   * Waits until all records from an offset on that were appended before this call are on stable
   * storage. Give the first offset appended since your last sync: then a failure in between is
   * reported too. In a log without a thread, steps it.
   *
   * @throws IOException if any of them failed; append your own again
   */
  public void sync(long from) throws IOException {
    stepWithoutThread();
    buffer.sync(name, from);
  }

  /**
   * Opens the feed of a consumer with a durable cursor. A new consumer begins at {@code start}; a
   * known one continues where it committed; one whose cursor was damaged begins at the oldest
   * record.
   *
   * @throws IllegalStateException if the feed of that name is open
   */
  public RangeFeed feed(String consumer, Start start) throws IOException {
    Cursor cursor =
        cursors.open(consumer, start == Start.NOW ? segments.synced() : segments.oldest());
    LogPosition found;
    try {
      found = segments.find(cursor.position());
    } catch (IOException e) {
      cursors.close(consumer);
      throw e;
    }
    LogPosition begin =
        new LogPosition(found.segment(), found.filePosition(), cursor.position(), cursor.units());
    buffer.requestCleanup(); // it may have been killed before it deleted what is passed
    return new SegmentFeed(
        consumer,
        segments,
        time,
        begin,
        cursor,
        Reading.PATIENT,
        buffer::requestCleanup,
        () -> cursors.close(consumer));
  }

  /** A feed of the records from now on; has no cursor, holds no space, a commit only moves it. */
  public Feed tail() {
    return SegmentFeed.without("tail", segments, time, segments.synced(), Reading.AT_ONCE);
  }

  /** A feed of the records held from an offset on; has no cursor, holds no space. */
  public Feed scan(long fromOffset) throws IOException {
    long from = Math.max(fromOffset, firstOffset());
    return SegmentFeed.without("scan", segments, time, segments.find(from), Reading.AT_ONCE);
  }

  /**
   * One pass over the files of the records that are held now. A file that the log drops before the
   * pass comes to it is left out, and {@link Feed#missing} says what else is not found.
   */
  public Feed held() throws IOException {
    return new LogReader(options.directory(), files);
  }

  /**
   * One pass over the records received from a time on, as far back as they are held or kept and fit
   * into {@code mostBytes} of files, but one file at least; up to those that are synced now. It
   * reads the files, so a segment that leaves the log meanwhile is read to its end.
   */
  public Feed past(long receiveTimeNs, long mostBytes) throws IOException {
    LogReader reader = LogReader.withKept(options.directory(), files);
    reader.skipToTime(receiveTimeNs);
    reader.skipToNewest(mostBytes);
    return reader;
  }

  /** What is kept of segments that every consumer has passed. */
  public Kept kept() {
    return kept.now();
  }

  /**
   * Packs the oldest of what is kept that is not packed, on the caller's thread, as {@link
   * #rewrite} does; the log's thread then puts the new file in the place of the old one. For one
   * thread at a time.
   *
   * @param each run for each record; what it throws ends the packing, and nothing has changed
   * @return whether it did anything
   * @throws CancellationException if the file was deleted meanwhile
   * @throws IOException if the disk fails; nothing has changed then
   */
  public boolean packKept(Runnable each) throws IOException {
    boolean packed = kept.pack(each);
    if (packed) {
      buffer.requestCleanup();
    }
    return packed;
  }

  /** The consumers that have a cursor, whether their feed is open or not. */
  public List<String> cursorNames() {
    return cursors.names();
  }

  /**
   * Removes the cursor of a consumer that no longer exists; its pending records hold no space then.
   *
   * @return units that were pending
   * @throws IllegalStateException if its feed is open
   */
  public long removeCursor(String consumer) throws IOException {
    long doneUnits = cursors.remove(consumer);
    buffer.requestCleanup();
    return doneUnits < 0 ? 0 : Math.max(0, segments.synced().units() - doneUnits);
  }

  /**
   * The segments that could be written again with less in them, oldest first: those that are no
   * longer written, whose header is whole, and behind which another record is synced. So the newest
   * record is always there, and what was dropped before it shows.
   */
  public List<SealedSegment> sealed() {
    return rewrites.sealed();
  }

  /**
   * Writes a segment again without what a rule drops, and packed, so that its file becomes shorter.
   * A rule that keeps all packs it. Offsets and units of all records stay; a consumer that has not
   * read what is dropped counts it as dropped. Reads, writes and syncs the new file on the caller's
   * thread, in a few hundred KiB of memory; the log's thread (in a log without one, {@link #step})
   * then puts it in the place of the old one. Meanwhile both are on the disk. For one thread at a
   * time.
   *
   * @param first names one of {@link #sealed()}
   * @return what became of it; {@link Rewrite.State#FAILED} if the segment is not there any more
   * @throws IOException if the disk fails; nothing has changed then
   * @throws IllegalStateException if the rewrite before still waits
   */
  public Rewrite rewrite(long first, RewriteRule rule) throws IOException {
    return rewrites.write(first, rule);
  }

  /** Whether segments that are written again are packed. */
  public boolean packs() {
    return options.pack();
  }

  /** Units of segments dropped whole at the bound, since start, before every cursor passed them. */
  public long droppedWhole() {
    return removal.droppedUnits();
  }

  /** Lowest offset still held; the end if there are no records. */
  public long firstOffset() {
    return segments.oldest().offset();
  }

  /** The next offset to be given. */
  public long endOffset() {
    return buffer.level().nextOffset();
  }

  /** The offset after the last synced record. */
  public long syncedOffset() {
    return segments.synced().offset();
  }

  /** The highest receive time of any record recovered or appended, 0 for none. */
  public long lastReceiveTimeNs() {
    return buffer.level().lastReceiveTimeNs();
  }

  private long droppedUnits() {
    return removal.droppedUnits() + rewrites.droppedUnits();
  }

  /** The log at this moment. */
  public LogStatus status() {
    AppendBuffer.Level level = buffer.level();
    LogPosition end = segments.synced();
    LogPosition oldest = segments.oldest();
    return new LogStatus(
        name,
        level.bytes(),
        options.maxBytes(),
        options.maxBytes() - 2 * level.headerBytes(),
        segments.count(),
        oldest.offset(),
        level.nextOffset(),
        end.offset(),
        end.units(),
        droppedUnits(),
        segments.corruptUnits(),
        segments.corruptGaps(),
        segments.corruptUncounted(),
        segments.inDoubtUnits(),
        level.stopped() == null,
        level.stopped());
  }

  /** Syncs what was appended, runs the callbacks, ends the thread. Later appends find no room. */
  @Override
  public void close() throws IOException {
    if (!buffer.close()) {
      return;
    }
    if (thread.isStarted()) {
      thread.join();
    } else {
      step();
    }
    writer.close();
    gauges.forEach(meters::remove);
  }
}
