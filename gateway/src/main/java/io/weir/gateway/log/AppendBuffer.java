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
 * What waits in memory for the next group sync, and how much room there is. Appenders put in, the
 * thread {@code log-sync} takes out, others wait for the outcome: all under one lock, which is
 * never held across I/O.
 */
final class AppendBuffer {

  private static final Logger LOG = LoggerFactory.getLogger(AppendBuffer.class);

  /** A batch of this size waits for no more company. */
  private static final int ENOUGH_BYTES = 256 * 1024;

  private final Time time;
  private final long maxBytes;
  private final int mostWaitingBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition decided = lock.newCondition();

  private RecordBatch filling = new RecordBatch();
  private RecordBatch spare = new RecordBatch();
  private long nextOffset;
  private long decidedOffset;
  private long bytes;
  private long lastReceiveTimeNs;
  private boolean hurry;
  private boolean chores;
  private boolean closing;
  private @Nullable String stopped;

  /** Offsets that were given and whose sync failed, as ranges: from, and to (not included). */
  private final NavigableMap<Long, Long> failed = new TreeMap<>();

  /** A callback to be told that the sync of its record failed. */
  record Refused(Synced callback, long offset) {}

  /**
   * @param maxBytes bound past which appends find no room; {@code Long.MAX_VALUE} for none
   * @param mostWaitingBytes bound on what waits in memory
   */
  AppendBuffer(Time time, long maxBytes, int mostWaitingBytes, Recovered found) {
    this.time = time;
    this.maxBytes = maxBytes;
    this.mostWaitingBytes = mostWaitingBytes;
    nextOffset = found.end().offset();
    decidedOffset = nextOffset;
    bytes = found.bytes();
    lastReceiveTimeNs = found.lastReceiveTimeNs();
  }

  // ---- Appenders

  long append(
      int kind, long receiveTimeNs, int units, ByteBuffer payload, @Nullable Synced callback) {
    int size = Frame.PAYLOAD + payload.remaining();
    lock.lock();
    try {
      if (closing
          || stopped != null
          || filling.size() + size > mostWaitingBytes
          || bytes + size > maxBytes) {
        return SegmentLog.NO_ROOM;
      }
      long offset = nextOffset;
      boolean wakes = filling.isEmpty();
      if (wakes) {
        filling.begin(time.elapsedNs());
      }
      filling.add(kind, offset, receiveTimeNs, units, payload, callback);
      nextOffset++;
      bytes += size;
      lastReceiveTimeNs = Math.max(lastReceiveTimeNs, receiveTimeNs);
      boolean enough = filling.size() >= ENOUGH_BYTES && filling.size() - size < ENOUGH_BYTES;
      if (wakes || enough) {
        work.signal();
      }
      return offset;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all given so far, from an offset on, is synced; throws if any of it failed. */
  void sync(String name, long from) throws IOException {
    lock.lock();
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
        if (decidedOffset >= end) {
          return;
        }
        decided.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- The thread log-sync

  /**
   * Returns when there is something to do: records that have had company for long enough, chores,
   * or, after a failure, the time to try again.
   *
   * @return true if the log is closing, so that it is the last time
   */
  boolean awaitWork(long lingerNs, long retryAtNs) {
    lock.lock();
    try {
      while (!closing && !chores && filling.isEmpty()) {
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
      chores = false;
      return closing;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a signal, at most so long; false if there was nothing left to wait. */
  @SuppressWarnings("WaitNotInLoop") // both callers are loops
  private boolean pause(long nanos) {
    if (nanos <= 0) {
      return false;
    }
    try {
      work.awaitNanos(nanos);
    } catch (InterruptedException e) {
      LOG.debug("log-sync was interrupted; it stops by close() only", e);
    }
    return true;
  }

  /** Takes what waits; it belongs to log-sync until {@link #give given} back. */
  RecordBatch take() {
    lock.lock();
    try {
      RecordBatch taken = filling;
      filling = spare;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  void give(RecordBatch batch) {
    batch.clear();
    lock.lock();
    try {
      spare = batch;
    } finally {
      lock.unlock();
    }
  }

  /** All below an offset is on stable storage, or has failed before. */
  void synced(long offset) {
    lock.lock();
    try {
      decidedOffset = offset;
      decided.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops appends, and gives up all that was given an offset and is not synced.
   *
   * @param unsynced the rest of the batch being written
   */
  List<Refused> stop(String reason, List<Refused> unsynced, long unsyncedBytes) {
    List<Refused> refused = new ArrayList<>(unsynced);
    lock.lock();
    try {
      stopped = reason;
      if (nextOffset > decidedOffset) {
        Map.Entry<Long, Long> latest = failed.lastEntry();
        boolean adjoins = latest != null && latest.getValue() == decidedOffset;
        failed.put(adjoins ? latest.getKey() : Long.valueOf(decidedOffset), nextOffset);
        decidedOffset = nextOffset;
      }
      refused.addAll(filling.refusedFrom(0, 0));
      bytes -= unsyncedBytes + filling.size();
      filling.clear();
      decided.signalAll();
      return refused;
    } finally {
      lock.unlock();
    }
  }

  void stillStopped(String reason) {
    lock.lock();
    try {
      stopped = reason;
    } finally {
      lock.unlock();
    }
  }

  void resume() {
    lock.lock();
    try {
      stopped = null;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes on disk came or went, other than by records written. */
  void addBytes(long more) {
    lock.lock();
    try {
      bytes += more;
    } finally {
      lock.unlock();
    }
  }

  // ---- All

  /** Wakes log-sync: a cursor has moved. */
  void wake() {
    lock.lock();
    try {
      chores = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends appends; false if that was so before. */
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
   * The numbers at one moment.
   *
   * @param decidedOffset all below it is synced or has failed
   * @param stopped why appends are not taken, or {@code null}
   */
  record Level(
      long nextOffset,
      long decidedOffset,
      long bytes,
      long lastReceiveTimeNs,
      @Nullable String stopped) {}

  Level level() {
    lock.lock();
    try {
      return new Level(
          nextOffset, decidedOffset, bytes, lastReceiveTimeNs, closing ? "closed" : stopped);
    } finally {
      lock.unlock();
    }
  }
}
