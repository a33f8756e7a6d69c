package io.weir.gateway.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.metrics.Names;
import io.weir.gateway.model.Feed;
import io.weir.gateway.model.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable log of records, as the package's description specifies it.
 *
 * <p>Shared as follows. Any thread may append, ask for the status, open a feed; a feed then belongs
 * to its consumer. One thread of the log's own, {@code log-sync-NAME}, writes, syncs, begins and
 * deletes segments, and runs the callbacks; {@link #syncOnce} is one round of it. The append lock
 * guards the batch being filled, the next offset and the bound; it is never held across I/O.
 */
public final class SegmentLog implements AutoCloseable {

  /** What {@link #append} answers when it took nothing. */
  public static final long NO_ROOM = -1;

  /** Where a consumer that has no cursor yet begins. */
  public enum Start {
    /** At the oldest record held. */
    OLDEST,
    /** Behind the newest synced record. */
    NOW
  }

  private static final Logger log = LoggerFactory.getLogger(SegmentLog.class);

  /** Bytes in memory that a sync takes at once; past it appends find no room. */
  private static final int MOST_WAITING_BYTES = 4 << 20;

  /** A batch of this size waits for no more company. */
  private static final int ENOUGH_BYTES = 256 * 1024;

  /** How long the log waits between two tries to begin anew after a failure. */
  private static final long RETRY_NS = 1_000_000_000L;

  /** A header, twice; more only where the owner carries more than a block of bytes. */
  private static final int HEADER_BYTES = 2 * 4096;

  private final String name;
  private final FileSystem files;
  private final Time time;
  private final Carried carried;
  private final Path directory;
  private final long segmentBytes;
  private final long maxBytes;
  private final int maxRecordBytes;
  private final int mostWaitingBytes;
  private final boolean dropsOldest;
  private final long lingerNs;
  private final SecureRandom salts = new SecureRandom();

  private final ReentrantLock appendLock = new ReentrantLock();
  private final Condition work = appendLock.newCondition();
  private final Condition decided = appendLock.newCondition();

  // Guarded by appendLock.
  private Batch filling = new Batch();
  private long nextOffset;
  private long bytes;
  private long lastReceiveTimeNs;
  private boolean hurry;
  private boolean passed;
  private boolean closing;
  private @Nullable String stopped;
  private final NavigableMap<Long, Long> failed = new TreeMap<>(); // from, to
  private final Set<String> openFeeds = new HashSet<>();

  // Changed by log-sync, read by all.
  private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
  private volatile Mark synced;
  private volatile long droppedUnits;

  // Shared.
  private final Map<String, Cursor> cursors = new ConcurrentHashMap<>();
  private final Map<Long, Long> corrupt = new ConcurrentHashMap<>();
  private final ReentrantLock readLock = new ReentrantLock();
  private final Condition moreSynced = readLock.newCondition();

  // Owned by log-sync.
  private Batch writing = new Batch();
  private @Nullable Tail tail;
  private final Deque<Segment> doomed = new ArrayDeque<>();
  private final List<Untold> untold = new ArrayList<>();
  private long retryAtNs;

  private final @Nullable Thread thread;
  private final MeterRegistry meters;
  private final List<Meter> gauges = new ArrayList<>();
  private final Counter appendedBytes;
  private final Counter syncFailures;
  private final Timer syncTime;

  /** A callback to be told that its record failed, once that can no longer turn out untrue. */
  private record Untold(Synced callback, long offset, IOException cause) {}

  /**
   * Opens a log, making its directory if absent, and starts its thread.
   *
   * @throws NewerFormatException if a later version of the program wrote a file of it
   * @throws IOException if the disk cannot be read, or a torn end not cut and synced
   */
  public static SegmentLog open(
      String name,
      LogOptions options,
      FileSystem files,
      Time time,
      Carried carried,
      MeterRegistry meters)
      throws IOException {
    SegmentLog opened = new SegmentLog(name, options, files, time, carried, meters, true);
    if (opened.thread != null) {
      opened.thread.start();
    }
    return opened;
  }

  /** Without a thread: a test steps it by {@link #syncOnce}. */
  static SegmentLog openStepped(
      String name,
      LogOptions options,
      FileSystem files,
      Time time,
      Carried carried,
      MeterRegistry meters)
      throws IOException {
    return new SegmentLog(name, options, files, time, carried, meters, false);
  }

  private SegmentLog(
      String name,
      LogOptions options,
      FileSystem files,
      Time time,
      Carried carried,
      MeterRegistry meters,
      boolean threaded)
      throws IOException {
    this.name = name;
    this.files = files;
    this.time = time;
    this.carried = carried;
    this.meters = meters;
    directory = options.directory();
    maxBytes = options.maxBytes();
    // Four segments at least, so that the one being written never fills the bound alone.
    segmentBytes = Math.min(options.segmentBytes(), maxBytes / 4);
    maxRecordBytes = options.maxRecordBytes();
    mostWaitingBytes =
        (int) Math.max(Math.min(MOST_WAITING_BYTES, segmentBytes), Frame.PAYLOAD + maxRecordBytes);
    dropsOldest = options.whenFull() == LogOptions.WhenFull.DROP_OLDEST;
    lingerNs = options.linger().toNanos();
    if (maxBytes / 4 < Frame.PAYLOAD + HEADER_BYTES + (long) maxRecordBytes) {
      throw new IllegalArgumentException(
          "log "
              + name
              + ": a bound of "
              + maxBytes
              + " bytes is below four records of "
              + maxRecordBytes);
    }

    Recovery found = new Recovery(name, files, directory, carried);
    found.run();
    found.segments.forEach(segment -> segments.put(segment.first, segment));
    cursors.putAll(found.cursors);
    corrupt.putAll(found.corrupt);
    nextOffset = found.nextOffset;
    bytes = found.bytes;
    lastReceiveTimeNs = found.lastReceiveTimeNs;
    Segment last = found.tail;
    if (last != null && last.header != null) {
      tail = Tail.resume(files, last, last.header);
    }
    synced = new Mark(last, last == null ? 0 : last.end(), found.syncedOffset, found.units);
    for (String lost : found.lostCursors) {
      Mark oldest = oldest();
      cursors.put(
          lost, Cursor.create(files, cursorDirectory(), lost, oldest.offset(), oldest.units()));
    }

    appendedBytes = counter(Names.LOG_APPENDED_BYTES);
    syncFailures = counter(Names.LOG_SYNC_FAILURES);
    syncTime = Timer.builder(Names.LOG_SYNC_TIME).tag("log", name).register(meters);
    gauge(Names.LOG_BYTES, SegmentLog::bytes);
    gauge(Names.LOG_MAX_BYTES, one -> one.maxBytes);
    gauge(Names.LOG_SEGMENTS, one -> one.segments.size());
    gauge(Names.LOG_WRITABLE, one -> one.writable() ? 1 : 0);
    thread = threaded ? new Thread(this::run, "log-sync-" + name) : null;
  }

  private Counter counter(String meter) {
    return Counter.builder(meter).tag("log", name).register(meters);
  }

  private void gauge(String meter, java.util.function.ToDoubleFunction<SegmentLog> value) {
    gauges.add(Gauge.builder(meter, this, value).tag("log", name).register(meters));
  }

  // ---- Appending: any thread

  /**
   * Takes a record into the next group sync. Thread-safe; waits for neither room nor disk.
   *
   * @param kind what the payload is, 0 to 255; the owner's affair
   * @param receiveTimeNs wall time, nanoseconds
   * @param units how many readings it holds, not negative
   * @param payload copied; its position is left alone
   * @param callback told on the thread {@code log-sync} how it ended, in log order
   * @return the record's offset, or {@link #NO_ROOM}: at the bound of a log that blocks, while the
   *     disk takes nothing, while as much waits for the sync as may, or when closed
   * @throws RecordTooLargeException if the payload will never fit
   */
  public long append(
      int kind, long receiveTimeNs, int units, ByteBuffer payload, @Nullable Synced callback) {
    if (kind < 0 || kind > 255 || units < 0) {
      throw new IllegalArgumentException("kind " + kind + ", units " + units);
    }
    if (payload.remaining() > maxRecordBytes) {
      throw new RecordTooLargeException(name, payload.remaining(), maxRecordBytes);
    }
    int size = Frame.PAYLOAD + payload.remaining();
    appendLock.lock();
    try {
      if (closing
          || stopped != null
          || filling.size() + size > mostWaitingBytes
          || (!dropsOldest && bytes + size + 2 * HEADER_BYTES > maxBytes)) {
        return NO_ROOM;
      }
      long offset = nextOffset++;
      boolean wakes = filling.isEmpty();
      if (wakes) {
        filling.begin(time.elapsedNs());
      }
      filling.add(kind, offset, receiveTimeNs, units, payload, callback);
      bytes += size;
      lastReceiveTimeNs = Math.max(lastReceiveTimeNs, receiveTimeNs);
      if (wakes || filling.size() >= ENOUGH_BYTES && filling.size() - size < ENOUGH_BYTES) {
        work.signal();
      }
      return offset;
    } finally {
      appendLock.unlock();
    }
  }

  /**
   * Waits until all that was appended before this call is on stable storage.
   *
   * @throws IOException if the sync of any of it failed; it must be appended again
   */
  public void sync() throws IOException {
    sync(syncedOffset());
  }

  /**
   * Waits until all records from an offset on that were appended before this call are on stable
   * storage. Give the first offset appended since your last sync: then nothing that failed in
   * between is missed.
   *
   * @throws IOException if the sync of any of them failed; append again what was yours
   */
  public void sync(long from) throws IOException {
    if (thread == null) {
      syncOnce();
    }
    appendLock.lock();
    try {
      long end = nextOffset;
      hurry = true;
      work.signal();
      while (true) {
        Map.Entry<Long, Long> failure = failed.lowerEntry(end);
        if (failure != null && failure.getValue() > from) {
          throw new IOException(
              "log "
                  + name
                  + " could not sync records below "
                  + failure.getValue()
                  + (stopped == null ? "" : ": " + stopped));
        }
        if (syncedOffset() >= end) {
          return;
        }
        decided.awaitUninterruptibly();
      }
    } finally {
      appendLock.unlock();
    }
  }

  // ---- Feeds and cursors: any thread

  /**
   * Opens the feed of a consumer with a durable cursor. A new consumer begins at {@code start}; a
   * known one goes on where it committed, one whose cursor is damaged at the oldest record.
   *
   * @throws IllegalStateException if the feed of that name is open
   */
  public Feed feed(String consumer, Start start) throws IOException {
    appendLock.lock();
    try {
      if (!openFeeds.add(consumer)) {
        throw new IllegalStateException("feed " + consumer + " of log " + name + " is open");
      }
    } finally {
      appendLock.unlock();
    }
    Cursor cursor = cursors.get(consumer);
    if (cursor == null) {
      Mark from = start == Start.NOW ? synced : oldest();
      cursor = Cursor.create(files, cursorDirectory(), consumer, from.offset(), from.units());
      cursors.put(consumer, cursor);
    }
    Mark place = place(cursor.position());
    Mark begin = new Mark(place.segment(), place.position(), cursor.position(), cursor.units());
    return new SegmentFeed(this, consumer, cursor, begin);
  }

  /** A feed of what comes from now on; has no cursor, holds no space, a commit only moves it. */
  public Feed tail() {
    return new SegmentFeed(this, "tail", null, synced);
  }

  /** A feed of what is held from an offset on; has no cursor, holds no space. */
  public Feed scan(long fromOffset) throws IOException {
    return new SegmentFeed(this, "scan", null, place(Math.max(fromOffset, firstOffset())));
  }

  private Mark oldest() {
    Map.Entry<Long, Segment> first = segments.firstEntry();
    return first == null ? synced : Mark.startOf(first.getValue(), 0);
  }

  private Mark place(long offset) throws IOException {
    Mark end = synced;
    if (offset >= end.offset()) {
      return new Mark(end.segment(), end.position(), offset, end.units());
    }
    Map.Entry<Long, Segment> around = segments.floorEntry(offset);
    if (around == null) {
      return new Mark(null, 0, offset, 0);
    }
    return Walk.upTo(this, Mark.startOf(around.getValue(), 0), offset);
  }

  void closed(SegmentFeed feed) {
    appendLock.lock();
    try {
      openFeeds.remove(feed.name());
    } finally {
      appendLock.unlock();
    }
  }

  /** The consumers that have a cursor, whether their feed is open or not. */
  public List<String> cursorNames() {
    return cursors.keySet().stream().sorted().toList();
  }

  /**
   * Removes the cursor of a consumer that is no more; what it had not done holds no space then.
   *
   * @return units it had still to do
   * @throws IllegalStateException if its feed is open
   */
  public long removeCursor(String consumer) throws IOException {
    appendLock.lock();
    try {
      if (openFeeds.contains(consumer)) {
        throw new IllegalStateException("feed " + consumer + " of log " + name + " is open");
      }
    } finally {
      appendLock.unlock();
    }
    Cursor cursor = cursors.remove(consumer);
    if (cursor == null) {
      return 0;
    }
    cursor.delete();
    cursorMoved();
    return Math.max(0, units() - cursor.units());
  }

  private Path cursorDirectory() {
    return directory.resolve(Cursor.DIRECTORY);
  }

  // ---- What feeds ask: any thread

  FileSystem files() {
    return files;
  }

  boolean dropsOldest() {
    return dropsOldest;
  }

  long units() {
    return synced.units();
  }

  @Nullable Segment segmentAfter(long first) {
    Map.Entry<Long, Segment> next = segments.higherEntry(first);
    return next == null ? null : next.getValue();
  }

  @Nullable Segment segmentAtOrAfter(long offset) {
    Map.Entry<Long, Segment> there = segments.floorEntry(offset);
    return there == null ? segmentAfter(offset) : there.getValue();
  }

  void foundCorrupt(long offsetBehind, long lost) {
    if (corrupt.putIfAbsent(offsetBehind, lost) == null) {
      log.error("Log {}: {} readings before record {} are damaged", name, lost, offsetBehind);
    }
  }

  long bytesFrom(Mark mark) {
    long total = 0;
    for (Segment segment : segments.values()) {
      if (segment == mark.segment()) {
        total += Math.max(0, segment.end() - mark.position());
      } else if (segment.first >= mark.offset()) {
        total += segment.end() - segment.recordsAt();
      }
    }
    return total;
  }

  void cursorMoved() {
    appendLock.lock();
    try {
      passed = true;
      work.signal();
    } finally {
      appendLock.unlock();
    }
  }

  void awaitSynced(long beyond, long timeoutNs) throws InterruptedException {
    long rest = timeoutNs;
    readLock.lockInterruptibly();
    try {
      while (syncedOffset() <= beyond && rest > 0) {
        rest = moreSynced.awaitNanos(rest);
      }
    } finally {
      readLock.unlock();
    }
  }

  // ---- Status: any thread

  /** Lowest offset still held; the end where nothing is. */
  public long firstOffset() {
    Map.Entry<Long, Segment> first = segments.firstEntry();
    return first == null ? syncedOffset() : first.getKey();
  }

  /** The next offset to be given. */
  public long endOffset() {
    appendLock.lock();
    try {
      return nextOffset;
    } finally {
      appendLock.unlock();
    }
  }

  /** The offset after the last synced record. */
  public long syncedOffset() {
    return synced.offset();
  }

  /** The highest receive time of any record recovered or appended, 0 for none. */
  public long lastReceiveTimeNs() {
    appendLock.lock();
    try {
      return lastReceiveTimeNs;
    } finally {
      appendLock.unlock();
    }
  }

  /** The log at this moment. */
  public LogStatus status() {
    Mark end = synced;
    Mark oldest = oldest();
    appendLock.lock();
    try {
      return new LogStatus(
          name,
          bytes,
          maxBytes,
          segments.size(),
          oldest.offset(),
          nextOffset,
          end.offset(),
          end.units(),
          oldest.units(),
          droppedUnits,
          corrupt.values().stream().mapToLong(Long::longValue).sum(),
          corrupt.size(),
          stopped == null && !closing,
          closing ? "closed" : stopped);
    } finally {
      appendLock.unlock();
    }
  }

  private long bytes() {
    appendLock.lock();
    try {
      return bytes;
    } finally {
      appendLock.unlock();
    }
  }

  private boolean writable() {
    appendLock.lock();
    try {
      return stopped == null && !closing;
    } finally {
      appendLock.unlock();
    }
  }

  // ---- The thread log-sync

  private void run() {
    boolean last;
    do {
      last = awaitWork();
      syncOnce();
    } while (!last);
  }

  /** Returns when there is something to do; true if it is the last time. */
  private boolean awaitWork() {
    appendLock.lock();
    try {
      while (!closing && !passed && filling.isEmpty()) {
        if (stopped == null) {
          work.awaitUninterruptibly();
        } else if (!pause(retryAtNs - time.elapsedNs())) {
          break;
        }
      }
      while (!closing && !hurry && !filling.isEmpty() && filling.size() < ENOUGH_BYTES) {
        if (!pause(lingerNs - (time.elapsedNs() - filling.firstAppendNs()))) {
          break;
        }
      }
      hurry = false;
      passed = false;
      return closing;
    } finally {
      appendLock.unlock();
    }
  }

  /** Waits for a signal, at most so long; false if there was nothing left to wait. */
  private boolean pause(long nanos) {
    if (nanos <= 0) {
      return false;
    }
    try {
      work.awaitNanos(nanos);
    } catch (InterruptedException e) {
      log.debug("Log {}: log-sync was interrupted; it stops by close() only", name, e);
    }
    return true;
  }

  /** One round: begin anew after a failure if it is time, write and sync a batch, delete. */
  void syncOnce() {
    if (isStopped() && time.elapsedNs() - retryAtNs >= 0) {
      beginAnew();
    }
    Batch batch = takeFilled();
    if (!batch.isEmpty()) {
      writeOut(batch);
      batch.clear();
    }
    deletePassed();
  }

  private boolean isStopped() {
    appendLock.lock();
    try {
      return stopped != null;
    } finally {
      appendLock.unlock();
    }
  }

  private Batch takeFilled() {
    appendLock.lock();
    try {
      Batch filled = filling;
      filling = writing;
      writing = filled;
      return filled;
    } finally {
      appendLock.unlock();
    }
  }

  private void writeOut(Batch batch) {
    int at = 0;
    int done = 0;
    ByteBuffer frames = batch.bytes();
    try {
      while (at < batch.size()) {
        Tail into = tailFor(frames, at);
        int end = stamp(into, frames, at, batch.size());
        dropOldest();
        long start = time.elapsedNs();
        into.append(frames.duplicate().limit(end).position(at));
        syncTime.record(time.elapsedNs() - start, TimeUnit.NANOSECONDS);
        appendedBytes.increment(end - at);
        done = publish(into, batch, at, end, done);
        at = end;
      }
    } catch (IOException e) {
      fail(batch, at, done, e);
    }
  }

  private static int frameBytes(ByteBuffer frames, int at) {
    return Frame.PAYLOAD + frames.getInt(at + Frame.LENGTH);
  }

  /** The segment that the frame at a place in the batch goes to. */
  private Tail tailFor(ByteBuffer frames, int at) throws IOException {
    Tail now = tail;
    if (now != null && (now.isEmpty() || now.position() + frameBytes(frames, at) <= segmentBytes)) {
      return now;
    }
    if (now != null) {
      now.segment().seal(syncedOffset());
      tail = null;
      now.close();
    }
    return begin(frames.getLong(at + Frame.OFFSET));
  }

  /** Gives frames their units and checksums, as many as the segment takes; returns their end. */
  private int stamp(Tail into, ByteBuffer frames, int from, int to) {
    long before = units();
    int at = from;
    while (at < to) {
      int size = frameBytes(frames, at);
      if (at > from && into.position() + (at - from) + size > segmentBytes) {
        break;
      }
      frames.putLong(at + Frame.UNITS_BEFORE, before);
      frames.putInt(at + Frame.CRC, into.crc(frames, at, size - Frame.PAYLOAD));
      before += frames.getInt(at + Frame.UNITS);
      at += size;
    }
    return at;
  }

  /** Tells all: carried totals, readers, waiting threads, callbacks. Returns the records told. */
  private int publish(Tail into, Batch batch, int from, int to, int firstRecord) {
    ByteBuffer frames = batch.bytes();
    long sum = units();
    long offset = syncedOffset();
    for (int at = from; at < to; at += frameBytes(frames, at)) {
      offset = frames.getLong(at + Frame.OFFSET);
      sum += frames.getInt(at + Frame.UNITS);
      int start = at + Frame.PAYLOAD;
      ByteBuffer payload = frames.asReadOnlyBuffer().order(frames.order());
      payload.limit(at + frameBytes(frames, at)).position(start);
      try {
        carried.add(frames.get(at + Frame.KIND) & 0xff, payload);
      } catch (RuntimeException e) {
        log.error("Log {}: the carried total did not take record {}", name, offset, e);
      }
    }
    into.segment().synced(into.position());
    synced = new Mark(into.segment(), into.position(), offset + 1, sum);
    signalAll(readLock, moreSynced);
    signalAll(appendLock, decided);
    int record = firstRecord;
    for (int at = from; at < to; at += frameBytes(frames, at)) {
      Synced callback = batch.callback(record++);
      if (callback != null) {
        try {
          callback.synced(frames.getLong(at + Frame.OFFSET));
        } catch (RuntimeException e) {
          log.error("Log {}: an acknowledgement failed", name, e);
        }
      }
    }
    return record;
  }

  private static void signalAll(ReentrantLock lock, Condition condition) {
    lock.lock();
    try {
      condition.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Makes the next segment, which names what of the one before is synced. */
  private Tail begin(long first) throws IOException {
    Map.Entry<Long, Segment> before = segments.lastEntry();
    long newest;
    appendLock.lock();
    try {
      newest = lastReceiveTimeNs;
    } finally {
      appendLock.unlock();
    }
    SegmentHeader header =
        new SegmentHeader(
            salts.nextLong(),
            first,
            before == null ? first : before.getKey(),
            syncedOffset(),
            units(),
            newest,
            carried.snapshot());
    Tail made = Tail.create(files, directory, header);
    tail = made;
    segments.put(first, made.segment());
    addBytes(made.position());
    return made;
  }

  private void addBytes(long more) {
    appendLock.lock();
    try {
      bytes += more;
    } finally {
      appendLock.unlock();
    }
  }

  /** Nothing that was appended and not synced will ever be served; the log stops for now. */
  private void fail(Batch batch, int at, int done, IOException cause) {
    log.error("Log {}: writing failed; what was not yet acknowledged is refused", name, cause);
    syncFailures.increment();
    appendLock.lock();
    try {
      stopped = cause.toString();
      failed.merge(syncedOffset(), nextOffset, Math::max);
      bytes -= (batch.size() - at) + filling.size();
      collectUntold(batch, at, done, cause);
      collectUntold(filling, 0, 0, cause);
      filling.clear();
      decided.signalAll();
    } finally {
      appendLock.unlock();
    }
    retryAtNs = time.elapsedNs();
    if (tail == null || sealFailed(tail)) {
      tellUntold();
    }
  }

  private void collectUntold(Batch batch, int from, int firstRecord, IOException cause) {
    int record = firstRecord;
    for (int at = from; at < batch.size(); at += frameBytes(batch.bytes(), at)) {
      Synced callback = batch.callback(record++);
      if (callback != null) {
        untold.add(new Untold(callback, batch.bytes().getLong(at + Frame.OFFSET), cause));
      }
    }
  }

  /** Cuts off what is not synced; false if even that failed: then the next header says so. */
  private boolean sealFailed(Tail broken) {
    broken.segment().seal(syncedOffset());
    tail = null;
    try (broken) {
      broken.trim();
      return true;
    } catch (IOException e) {
      log.error("Log {}: could not cut {}", name, broken.segment().path, e);
      return false;
    }
  }

  private void tellUntold() {
    for (Untold one : untold) {
      try {
        one.callback().failed(one.offset(), one.cause());
      } catch (RuntimeException e) {
        log.error("Log {}: a refusal failed", name, e);
      }
    }
    untold.clear();
  }

  /** After a failure: a new segment, if the disk takes one. */
  private void beginAnew() {
    retryAtNs = time.elapsedNs() + RETRY_NS;
    try {
      long usable = files.usableSpace(directory);
      if (usable < HEADER_BYTES + 2L * mostWaitingBytes) {
        throw new IOException("disk full: " + usable + " bytes left");
      }
      begin(endOffset());
    } catch (IOException e) {
      setStopped(e.toString());
      return;
    }
    tellUntold();
    setStopped(null);
    log.info("Log {}: writing again", name);
  }

  private void setStopped(@Nullable String reason) {
    appendLock.lock();
    try {
      stopped = reason;
    } finally {
      appendLock.unlock();
    }
  }

  /** At the bound of a log that drops: the oldest segments go, read or not. */
  private void dropOldest() {
    while (dropsOldest && bytes() > maxBytes && segments.size() > 1) {
      Segment oldest = segments.firstEntry().getValue();
      Segment next = segmentAfter(oldest.first);
      if (oldest.header != null && next != null && next.header != null && !isPassed(oldest)) {
        droppedUnits += next.header.unitsBefore() - oldest.header.unitsBefore();
      }
      doom(oldest);
      deleteDoomed();
    }
  }

  private boolean isPassed(Segment segment) {
    return !cursors.isEmpty()
        && cursors.values().stream().allMatch(cursor -> cursor.position() >= segment.limit());
  }

  private void deletePassed() {
    while (segments.size() > 1 && isPassed(segments.firstEntry().getValue())) {
      doom(segments.firstEntry().getValue());
    }
    deleteDoomed();
  }

  private void doom(Segment segment) {
    segments.remove(segment.first);
    segment.drop();
    doomed.add(segment);
  }

  /** Oldest first, each durably, so that a crash leaves no hole. */
  private void deleteDoomed() {
    while (!doomed.isEmpty()) {
      Segment segment = doomed.getFirst();
      try {
        long size = files.size(segment.path);
        files.delete(segment.path);
        files.forceDirectory(directory);
        addBytes(-size);
      } catch (IOException e) {
        log.warn("Log {}: {} could not be deleted, tried again later", name, segment.path, e);
        return;
      }
      doomed.removeFirst();
    }
  }

  /** Syncs what was appended, tells the callbacks, ends the thread. Appends find no room then. */
  @Override
  public void close() throws IOException {
    appendLock.lock();
    try {
      if (closing) {
        return;
      }
      closing = true;
      work.signal();
    } finally {
      appendLock.unlock();
    }
    if (thread == null) {
      syncOnce();
    } else {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    tellUntold();
    if (tail != null) {
      tail.close();
      tail = null;
    }
    gauges.forEach(meters::remove);
  }
}
