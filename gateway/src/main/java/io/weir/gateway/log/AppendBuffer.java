package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records appended and not yet written, and how much room there is. Appenders add, the thread
 * {@code log-sync} takes, others wait for the outcome: all under one lock, which is never held
 * across I/O.
 */
final class AppendBuffer {

  private static final Logger LOG = LoggerFactory.getLogger(AppendBuffer.class);

  /** A batch of this size is synced at once, without the linger. */
  private static final int FULL_BATCH_BYTES = 256 * 1024;

  private final Time time;
  private final long maxBytes;
  private final int maxBufferBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition outcomeKnown = lock.newCondition();

  private RecordBatch filling = new RecordBatch();
  private RecordBatch spare = new RecordBatch();
  private long nextOffset;

  /** Units of all records that were appended and have not failed. */
  private long units;

  /** Makes checksums of the segment that is written; {@code null} before the first. */
  private @Nullable RecordHeader header;

  /** The outcome of all records below it is known: synced, or failed. */
  private long decidedOffset;

  private long bytes;

  /** Of the newest segment; the next ones need about as much. */
  private long headerBytes;

  private long lastReceiveTimeNs;

  /** Who appended to the batch gets nothing more until it is synced, so its linger is over. */
  private boolean lingerEnded;

  /** A caller waits for a sync, so there is no linger. */
  private boolean syncRequested;

  /** A cursor has moved, so segments may be deleted. */
  private boolean cleanupRequested;

  private boolean closing;

  /** Why no appends are taken, or {@code null}. */
  private @Nullable String stopped;

  /** Offsets whose records were appended and failed, as ranges: from, and to (not included). */
  private final NavigableMap<Long, Long> failed = new TreeMap<>();

  /** The callback of a record that failed, not yet run. */
  record PendingFailure(Synced callback, long offset) {}

  /**
   * @param maxBytes bound on the log, with the next two headers, above which appends find no room;
   *     {@code Long.MAX_VALUE} for none
   * @param maxBufferBytes bound on the batch in memory
   */
  AppendBuffer(Time time, long maxBytes, int maxBufferBytes, Recovered found) {
    this.time = time;
    this.maxBytes = maxBytes;
    this.maxBufferBytes = maxBufferBytes;
    nextOffset = found.end().offset();
    decidedOffset = nextOffset;
    units = found.end().units();
    bytes = found.bytes();
    Segment tail = found.tail();
    headerBytes = tail == null ? SegmentHeader.USUAL_BYTES : tail.recordsAt();
    lastReceiveTimeNs = found.lastReceiveTimeNs();
  }

  // ---- Appenders

  long append(
      int kind, long receiveTimeNs, int units, ByteBuffer payload, @Nullable Synced callback) {
    int size = RecordHeader.PAYLOAD + payload.remaining();
    lock.lock();
    try {
      if (closing
          || stopped != null
          || filling.size() + size > maxBufferBytes
          || bytes + size > maxBytes - 2 * headerBytes) {
        return SegmentLog.NO_ROOM;
      }
      long offset = nextOffset;
      boolean first = filling.isEmpty();
      if (first) {
        filling.begin(time.elapsedNs(), offset, this.units, header);
      }
      filling.add(kind, offset, receiveTimeNs, units, payload, callback);
      this.units += units;
      nextOffset++;
      bytes += size;
      lastReceiveTimeNs = Math.max(lastReceiveTimeNs, receiveTimeNs);
      boolean full = filling.size() >= FULL_BATCH_BYTES && filling.size() - size < FULL_BATCH_BYTES;
      if (first || full) {
        work.signal();
      }
      return offset;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the linger of the batch; one that log-sync has taken has none. */
  void endLinger() {
    lock.lock();
    try {
      if (!filling.isEmpty()) {
        lingerEnded = true;
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all records appended so far, from an offset on, are synced.
   *
   * @throws IOException if any of them failed
   */
  void sync(String name, long from) throws IOException {
    lock.lock();
    try {
      long end = nextOffset;
      syncRequested = true;
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
        if (decidedOffset >= end) {
          return;
        }
        outcomeKnown.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- The thread log-sync

  /**
   * Returns when there is work: records whose linger is over, a cleanup, or, after a failure, the
   * time to restart.
   *
   * @return true if the log is closing, so that this is the last round
   */
  boolean awaitWork(long lingerNs, long restartAtNs) {
    lock.lock();
    try {
      while (!closing && !cleanupRequested && filling.isEmpty()) {
        if (stopped == null) {
          work.awaitUninterruptibly();
        } else if (!pause(restartAtNs - time.elapsedNs())) {
          break;
        }
      }
      boolean lingers;
      do {
        lingers = pause(lingerLeftNs(lingerNs));
      } while (lingers);
      syncRequested = false;
      cleanupRequested = false;
      return closing;
    } finally {
      lock.unlock();
    }
  }

  /** How long the batch still waits for more records; not above 0 where it is due. */
  long lingerLeftNs(long lingerNs) {
    lock.lock();
    try {
      boolean due =
          closing
              || syncRequested
              || lingerEnded
              || filling.isEmpty()
              || filling.size() >= FULL_BATCH_BYTES;
      return due ? 0 : lingerNs - (time.elapsedNs() - filling.firstAppendNs());
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a signal, at most this long; false if no time was left. */
  @SuppressWarnings("WaitNotInLoop") // both callers are loops
  private boolean pause(long nanos) {
    if (nanos <= 0) {
      return false;
    }
    try {
      work.awaitNanos(nanos);
    } catch (InterruptedException e) {
      LOG.debug("Interrupt of log-sync ignored; only close() stops it", e);
    }
    return true;
  }

  /** Takes the batch; log-sync owns it until it is {@link #release released}. */
  RecordBatch take() {
    lock.lock();
    try {
      RecordBatch taken = filling;
      filling = spare;
      lingerEnded = false;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Gives a batch back, to be filled again. */
  void release(RecordBatch batch) {
    batch.clear();
    lock.lock();
    try {
      spare = batch;
    } finally {
      lock.unlock();
    }
  }

  /** Reports that all records below an offset are on stable storage, or failed before. */
  void synced(long offset) {
    lock.lock();
    try {
      decidedOffset = offset;
      outcomeKnown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops appends; all records appended and not synced have failed.
   *
   * @param unsynced callbacks of the rest of the batch that was being written
   * @param unsyncedBytes bytes of that rest
   * @param syncedUnits units of all records that are synced
   * @return all callbacks to run, in log order
   */
  List<PendingFailure> stop(
      String reason, List<PendingFailure> unsynced, long unsyncedBytes, long syncedUnits) {
    List<PendingFailure> failures = new ArrayList<>(unsynced);
    lock.lock();
    try {
      stopped = reason;
      units = syncedUnits;
      if (nextOffset > decidedOffset) {
        Map.Entry<Long, Long> latest = failed.lastEntry();
        boolean adjoining = latest != null && latest.getValue() == decidedOffset;
        failed.put(adjoining ? latest.getKey() : Long.valueOf(decidedOffset), nextOffset);
        decidedOffset = nextOffset;
      }
      failures.addAll(filling.failuresFrom(0, 0));
      bytes -= unsyncedBytes + filling.size();
      filling.clear();
      outcomeKnown.signalAll();
      return failures;
    } finally {
      lock.unlock();
    }
  }

  /** A restart failed: appends remain stopped, for this reason. */
  void stillStopped(String reason) {
    lock.lock();
    try {
      stopped = reason;
    } finally {
      lock.unlock();
    }
  }

  /** Takes appends again. */
  void resume() {
    lock.lock();
    try {
      stopped = null;
    } finally {
      lock.unlock();
    }
  }

  /** Counts bytes on disk that came or went other than with records. */
  void addBytes(long more) {
    lock.lock();
    try {
      bytes += more;
    } finally {
      lock.unlock();
    }
  }

  /** Gives no record the next offset. To be called before the first append. */
  void skipOffset() {
    lock.lock();
    try {
      nextOffset++;
      decidedOffset = nextOffset;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes the segment that is written from now on.
   *
   * @param length of its header
   * @param salt of its checksums
   */
  void begun(long length, long salt) {
    lock.lock();
    try {
      headerBytes = length;
      header = new RecordHeader(salt);
    } finally {
      lock.unlock();
    }
  }

  // ---- All

  /** Wakes log-sync, because a cursor has moved. */
  void requestCleanup() {
    lock.lock();
    try {
      cleanupRequested = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends appends; false if they had ended before. */
  boolean close() {
    lock.lock();
    try {
      boolean first = !closing;
      closing = true;
      work.signal();
      return first;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The buffer at one moment.
   *
   * @param decidedOffset all records below it are synced or have failed
   * @param bytes of the log, those in memory included
   * @param headerBytes length of the newest segment's header
   * @param stopped why appends are not taken, or {@code null}
   */
  record Level(
      long nextOffset,
      long decidedOffset,
      long bytes,
      long headerBytes,
      long lastReceiveTimeNs,
      @Nullable String stopped) {}

  Level level() {
    lock.lock();
    try {
      return new Level(
          nextOffset,
          decidedOffset,
          bytes,
          headerBytes,
          lastReceiveTimeNs,
          closing ? "closed" : stopped);
    } finally {
      lock.unlock();
    }
  }
}
