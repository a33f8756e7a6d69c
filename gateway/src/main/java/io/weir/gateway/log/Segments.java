package io.weir.gateway.log;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of a log and how far they are synced: what readers see. Changed by the thread {@code
 * log-sync} only (and by the one that opens the log, before), read by all without a lock.
 */
final class Segments {

  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);

  /** A rename takes about so long. */
  private static final long REPLACING_NS = 100_000;

  private final String name;
  private final FileSystem files;
  private final boolean dropsOldest;
  private final LoopThread writing;
  private final NavigableMap<Long, Segment> byFirst = new ConcurrentSkipListMap<>();
  private final Time time;
  private volatile LogPosition synced;
  private final long openedAt;

  /** What the disk does not return, by the name of the segment. */
  private final Map<Long, UnreadableBlocks> unreadable = new ConcurrentHashMap<>();

  /** Damaged units found, by the offset of the record behind them, so that each counts once. */
  private final Map<Long, Long> corrupt = new ConcurrentHashMap<>();

  /** Of what is in doubt, the offset behind it, by that of the record that follows. */
  private final Map<Long, Long> inDoubtTo = new ConcurrentHashMap<>();

  /**
   * Whether damage cost more than is counted: it was not known what the end of a segment held when
   * the log was opened, or records without units are destroyed.
   */
  private volatile boolean corruptUncounted;

  /** Of the damaged units those that may never have been acknowledged. */
  private final long inDoubtUnits;

  /** Odd while the file of a segment is being replaced. */
  private final AtomicInteger replacing = new AtomicInteger();

  /** A segment that may be in its old file or in the new one: the disk does not say. */
  private record Undecided(Segment segment, IOException cause) {}

  private volatile @Nullable Undecided undecided;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moreSynced = lock.newCondition();

  Segments(
      String name,
      FileSystem files,
      Time time,
      boolean dropsOldest,
      LoopThread writing,
      Recovered found) {
    this.name = name;
    this.files = files;
    this.time = time;
    this.dropsOldest = dropsOldest;
    this.writing = writing;
    found.segments().forEach(segment -> byFirst.put(segment.first, segment));
    long inDoubt = 0;
    for (Damage damage : found.damage()) {
      if (damage instanceof Damage.LostRecords lost) {
        corrupt.put(lost.nextOffset(), lost.units());
      } else if (damage instanceof Damage.InDoubt wrong) {
        corrupt.put(wrong.nextOffset(), wrong.units());
        inDoubtTo.put(wrong.nextOffset(), wrong.to());
        inDoubt += wrong.units();
      } else if (damage instanceof Damage.UnreadEnd unread) {
        corrupt.putIfAbsent(unread.nextOffset(), 0L);
      }
    }
    inDoubtUnits = inDoubt;
    corruptUncounted = found.damage().stream().anyMatch(Segments::isUncounted);
    synced = found.end();
    openedAt = found.end().offset();
  }

  private static boolean isUncounted(Damage damage) {
    return damage instanceof Damage.UnreadEnd
        || (damage instanceof Damage.NoHeader lost && lost.isLast() && !lost.rebuilt())
        || (damage instanceof Damage.InDoubt wrong && (!wrong.isExact() || wrong.units() == 0));
  }

  /** The blocks of a segment that the disk does not return, as all readers of it found. */
  UnreadableBlocks unreadable(Segment segment) {
    return unreadable.computeIfAbsent(segment.first, first -> UnreadableBlocks.patient(time));
  }

  /** Whether segments may be missing at the front because the log dropped them. */
  boolean dropsOldest() {
    return dropsOldest;
  }

  int count() {
    return byFirst.size();
  }

  @Nullable Segment first() {
    return valueOf(byFirst.firstEntry());
  }

  @Nullable Segment last() {
    return valueOf(byFirst.lastEntry());
  }

  List<Segment> all() {
    return List.copyOf(byFirst.values());
  }

  /** The segment of a name. */
  @Nullable Segment at(long first) {
    return byFirst.get(first);
  }

  @Nullable Segment after(Segment segment) {
    return valueOf(byFirst.higherEntry(segment.first));
  }

  /** The segment that an offset belongs to, else the next one. */
  @Nullable Segment atOrAfter(long offset) {
    Map.Entry<Long, Segment> around = byFirst.floorEntry(offset);
    return valueOf(around == null ? byFirst.higherEntry(offset) : around);
  }

  private static @Nullable Segment valueOf(Map.@Nullable Entry<Long, Segment> entry) {
    return entry == null ? null : entry.getValue();
  }

  /** The position behind the last synced record. */
  LogPosition synced() {
    return synced;
  }

  /**
   * The position before the first record held. Where that segment has no header, what it held is
   * not counted: nothing says how much the log had held before it.
   */
  LogPosition oldest() {
    Segment first = first();
    if (first == null) {
      return synced;
    }
    return LogPosition.startOf(first, first.first == 0 ? 0 : unitsBeforeReadable());
  }

  private long unitsBeforeReadable() {
    for (Segment segment : byFirst.values()) {
      if (segment.header != null) {
        return segment.header.unitsBefore();
      }
    }
    return synced.units();
  }

  /**
   * The position before the first record at or above an offset. A block that the disk does not
   * return is left out, so that it keeps no feed from being opened; units then are too low.
   */
  LogPosition find(long offset) throws IOException {
    LogPosition end = synced;
    if (offset >= end.offset()) {
      return new LogPosition(end.segment(), end.filePosition(), offset, end.units());
    }
    Segment around = valueOf(byFirst.floorEntry(offset));
    if (around == null) {
      return new LogPosition(null, 0, offset, 0);
    }
    return RecordScanner.find(
        this, LogPosition.startOf(around, 0), offset, RecordScanner.Reading.AT_ONCE);
  }

  /**
   * Opens the file of a segment. The file and the header are of one moment: the file is not
   * replaced meanwhile.
   *
   * @return {@code null} if the segment was deleted or replaced; then look again for the offset
   * @throws java.nio.file.NoSuchFileException if the file was deleted, by the log just now, or by
   *     hand
   * @throws ReadFailedException if the disk does not say which file has the name now
   */
  FileSystem.@Nullable Handle open(Segment segment) throws IOException {
    while (true) {
      int before = replacing.get();
      if (before % 2 != 0) {
        LockSupport.parkNanos(REPLACING_NS);
        continue;
      }
      if (segment.deleted()) {
        return null;
      }
      Undecided open = undecided;
      if (open != null && open.segment() == segment) {
        throw new ReadFailedException(segment.path, 0, open.cause());
      }
      FileSystem.Handle handle = files.open(segment.path, FileSystem.Mode.READ);
      if (replacing.get() == before) {
        return handle;
      }
      handle.close();
    }
  }

  /** About how many bytes of records are behind a position. */
  long bytesFrom(LogPosition start) {
    long total = 0;
    for (Segment segment : byFirst.values()) {
      if (segment == start.segment()) {
        total += Math.max(0, segment.end() - start.filePosition());
      } else if (segment.limit() > start.offset()) {
        total += segment.end() - segment.recordsAt();
      }
    }
    return total;
  }

  /**
   * Waits until the synced offset is above this one. Returns at once in a log without a thread:
   * there, nothing is synced while the caller waits.
   */
  void awaitSynced(long beyond, long timeoutNs) throws InterruptedException {
    if (!writing.isStarted()) {
      return;
    }
    long rest = timeoutNs;
    lock.lockInterruptibly();
    try {
      while (synced.offset() <= beyond && rest > 0) {
        rest = moreSynced.awaitNanos(rest);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts damage that a reader found before a record.
   *
   * @param units 0 where only records without any are destroyed: what they said is in no count
   */
  void foundCorrupt(long nextOffset, long units) {
    if (corrupt.putIfAbsent(nextOffset, units) == null) {
      if (units == 0) {
        corruptUncounted = true;
      }
      LOG.error("Log {}: {} readings before record {} are damaged", name, units, nextOffset);
    }
  }

  /** The offset of the first record that was synced since the log was opened. */
  long openedAt() {
    return openedAt;
  }

  /** Whether damage was found from an offset on, between a record and the one before it. */
  boolean isDamaged(long from, long record) {
    return from < record
        && corrupt.containsKey(record)
        && from < inDoubtTo.getOrDefault(record, record);
  }

  boolean corruptUncounted() {
    return corruptUncounted;
  }

  long inDoubtUnits() {
    return inDoubtUnits;
  }

  int corruptGaps() {
    return corrupt.size();
  }

  long corruptUnits() {
    return corrupt.values().stream().mapToLong(Long::longValue).sum();
  }

  // ---- The thread log-sync

  /** The file of a segment is about to be replaced; no reader opens one until it is decided. */
  void beginReplacing() {
    replacing.incrementAndGet();
  }

  /** The disk does not say whether it was replaced; until it does, no reader opens it. */
  void replacingUndecided(Segment old, IOException cause) {
    undecided = new Undecided(old, cause);
    replacing.incrementAndGet();
  }

  /**
   * It is decided whether the file was replaced.
   *
   * @param by the segment in the new file, or {@code null} if the old file stays
   */
  void endReplacing(Segment old, @Nullable Segment by) {
    if (by != null) {
      byFirst.put(by.first, by);
      unreadable.remove(by.first);
      old.markDeleted();
    }
    undecided = null;
    replacing.incrementAndGet();
  }

  void add(Segment segment) {
    byFirst.put(segment.first, segment);
  }

  /** Removes a segment; a reader inside continues with the next. */
  void remove(Segment segment) {
    byFirst.remove(segment.first);
    unreadable.remove(segment.first);
    segment.markDeleted();
  }

  /** Shows readers all records up to a position. */
  void synced(LogPosition end) {
    synced = end;
    lock.lock();
    try {
      moreSynced.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
