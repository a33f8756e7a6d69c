package io.weir.gateway.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.log.AppendBuffer.PendingFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the segment files in rounds: writes and syncs batches, begins segments, also after a
 * failure, and has segments replaced and deleted. Each durable change goes in the order "data,
 * sync, memory, callbacks". Owned by the thread {@code log-sync}, which repeats {@link #round}.
 */
final class Writer {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  /** The wait between two attempts to begin a new segment after a failure. */
  private static final long RETRY_NS = 1_000_000_000L;

  /**
   * What the writer is doing. A first batch, or a full segment, leads through {@code Idle} to
   * {@code Writing}. A failed write leads from these two to {@code Stopped}, or to {@code Sealing}
   * where the file cannot be cut. From there only the durable header of a new segment leads back to
   * {@code Writing}.
   */
  private sealed interface State {

    /** No segment is open; the next batch begins one. */
    record Idle() implements State {}

    /** Batches go to this segment. */
    record Writing(Tail tail) implements State {}

    /**
     * Writing failed, and the file may still hold records that were not synced: a crash now could
     * bring them back. The header of the next segment excludes them, so their callbacks wait for
     * it. No appends are taken.
     */
    record Sealing(IOException cause, List<PendingFailure> pending) implements State {}

    /** Writing failed, and the records that failed are gone for good. No appends are taken. */
    record Stopped() implements State {}

    /** Whether a new segment must be begun before appends are taken again. */
    default boolean isAfterFailure() {
      return this instanceof Sealing || this instanceof Stopped;
    }
  }

  private final String name;
  private final FileSystem files;
  private final Path directory;
  private final Time time;
  private final RunningTotal total;
  private final LogLimits limits;
  private final int bufferBytes;

  private final AppendBuffer buffer;
  private final Segments segments;
  private final Removal removal;
  private final Rewrites rewrites;
  private final SecureRandom salts = new SecureRandom();
  private final Counter appendedBytes;
  private final Counter failures;
  private final Timer syncTime;

  /** What records rest on: durable before any of them is. */
  private SegmentLog.Preparation preparation = () -> {};

  private State state = new State.Idle();

  /**
   * No restart before this; kept across failures, so that a failing disk is tried once a second.
   */
  private long restartAtNs;

  /** The reason last logged for a restart that failed, without its numbers; "" after a restart. */
  private String loggedStop = "";

  Writer(
      String name,
      LogOptions options,
      LogLimits limits,
      FileSystem files,
      Time time,
      RunningTotal total,
      MeterRegistry meters,
      AppendBuffer buffer,
      Segments segments,
      Removal removal,
      Rewrites rewrites) {
    this.name = name;
    this.files = files;
    this.directory = options.directory();
    this.time = time;
    this.total = total;
    this.limits = limits;
    this.bufferBytes = limits.bufferBytes();
    this.buffer = buffer;
    this.segments = segments;
    this.removal = removal;
    this.rewrites = rewrites;
    restartAtNs = time.elapsedNs();
    appendedBytes = LogMeter.APPENDED_BYTES.counter(meters, name);
    failures = LogMeter.SYNC_FAILURES.counter(meters, name);
    syncTime = LogMeter.SYNC_TIME.timer(meters, name);
  }

  /** Continues the segment that recovery found. */
  void resume(Segment segment, SegmentHeader header) throws IOException {
    state = new State.Writing(Tail.resume(files, segment, header));
    buffer.begun(segment.recordsAt(), header.salt());
  }

  /**
   * Before the first round. The last segment alone may leave no room for a record, as where its
   * header holds a total that was larger than it is now: then another one is begun, so that the
   * last one can go once it is passed.
   */
  void leaveFullSegment() {
    Segment last = segments.last();
    if (last == null || !limits.isFullBy(last.bytes(), buffer.level().headerBytes())) {
      return;
    }
    try {
      long header = 2L * SegmentHeader.copyBytes(total.snapshot());
      if (limits.isFullBy(header, header)) {
        return; // the next one would be no better
      }
      boolean isEmpty = buffer.level().nextOffset() == last.first;
      if (isEmpty) {
        buffer.skipOffset(); // each has a name of its own
      }
      SegmentHeader own = last.header;
      last.seal(isEmpty && own != null ? own.previousEnd() : segments.synced().offset());
      if (state instanceof State.Writing writing) {
        state = new State.Idle();
        writing.tail().close();
      }
      begin(buffer.level().nextOffset());
      LOG.info("Log {}: {} leaves no room and is written no more", name, last.path);
    } catch (IOException e) {
      LOG.warn("Log {}: {} leaves no room, and no other can be begun", name, last.path, e);
    }
  }

  /** Before the first round. */
  void beforeEachWrite(SegmentLog.Preparation given) {
    preparation = given;
  }

  /** Elapsed time from which on a log that stopped is restarted. */
  long restartAtNs() {
    return restartAtNs;
  }

  /** Restarts after a failure if it is time, writes what was appended, deletes what is passed. */
  void round() {
    if (state.isAfterFailure() && time.elapsedNs() - restartAtNs >= 0) {
      restart();
    }
    RecordBatch batch = buffer.take();
    if (!batch.isEmpty()) {
      write(batch);
    }
    buffer.release(batch);
    removal.deletePassed();
    rewrites.round();
    dropOldest();
  }

  private void dropOldest() {
    try {
      removal.makeRoom();
    } catch (IOException e) {
      LOG.debug("Log {}: {}; the next write says so", name, e.getMessage(), e);
    }
  }

  /**
   * Runs after the last round. Callbacks of failed records that still wait for a header run if the
   * disk takes one now; otherwise never, because their failure would not be certain.
   */
  void close() throws IOException {
    if (state instanceof State.Sealing sealing && !sealing.pending().isEmpty()) {
      restart();
    }
    if (state instanceof State.Writing writing) {
      state = new State.Idle();
      writing.tail().close();
    }
  }

  // ---- Writing

  private void write(RecordBatch batch) {
    int at = 0;
    int reported = 0;
    try {
      preparation.settle();
      while (at < batch.size()) {
        Tail into = tailFor(batch, at);
        int end = stamp(into, batch, at);
        removal.makeRoom();
        long start = time.elapsedNs();
        into.append(batch.bytes().duplicate().limit(end).position(at));
        syncTime.record(time.elapsedNs() - start, TimeUnit.NANOSECONDS);
        appendedBytes.increment(end - at);
        publish(into, batch, at, end);
        reported = reportSynced(batch, at, reported, segments.synced().offset());
        at = end;
      }
    } catch (IOException e) {
      fail(batch, at, reported, e);
    }
  }

  /** The segment for the record at a position in the batch. */
  private Tail tailFor(RecordBatch batch, int at) throws IOException {
    if (state instanceof State.Writing writing) {
      Tail tail = writing.tail();
      if (tail.isEmpty() || batch.recordBytes(at) <= room(tail)) {
        return tail;
      }
      tail.segment().seal(segments.synced().offset());
      state = new State.Idle();
      tail.close();
    }
    return begin(batch.offset(at));
  }

  /**
   * Gives records their units and checksums where they do not have those of this segment yet, as
   * many records as the segment takes.
   *
   * @return their end in the batch
   */
  private int stamp(Tail into, RecordBatch batch, int from) {
    long before = segments.synced().units();
    int end = fitting(into, batch, from);
    if (from > 0 || !batch.isStampedFor(into.recordHeader(), before)) {
      batch.stamp(into.recordHeader(), from, end, before);
    }
    return end;
  }

  /** Bytes of records that a segment still takes. */
  private long room(Tail tail) {
    return limits.recordBytes(tail.segment().recordsAt()) - tail.recordBytes();
  }

  /** The end of as many records as the segment takes, one at least. */
  private int fitting(Tail into, RecordBatch batch, int from) {
    long room = room(into);
    if (batch.size() - from <= room) {
      return batch.size();
    }
    int at = from + batch.recordBytes(from);
    while (at < batch.size() && at - from + batch.recordBytes(at) <= room) {
      at += batch.recordBytes(at);
    }
    return at;
  }

  /** After the sync: adds the records to the running total, then shows them to readers. */
  private void publish(Tail into, RecordBatch batch, int from, int to) {
    LogPosition before = segments.synced();
    boolean isAll = from == 0 && to == batch.size();
    LogPosition end =
        isAll && total == RunningTotal.NOTHING
            ? new LogPosition(
                into.segment(),
                into.position(),
                batch.offset(0) + batch.records(),
                before.units() + batch.units())
            : addToTotal(into, batch, from, to, before);
    into.segment().synced(into.position());
    segments.synced(end);
    buffer.synced(end.offset());
  }

  private LogPosition addToTotal(
      Tail into, RecordBatch batch, int from, int to, LogPosition before) {
    ByteBuffer bytes = batch.bytes();
    ByteBuffer view = bytes.asReadOnlyBuffer().order(bytes.order());
    long units = before.units();
    long offset = before.offset();
    for (int at = from; at < to; at += batch.recordBytes(at)) {
      offset = batch.offset(at);
      units += bytes.getInt(at + RecordHeader.UNITS);
      view.limit(at + batch.recordBytes(at)).position(at + RecordHeader.PAYLOAD);
      total.add(bytes.get(at + RecordHeader.KIND) & 0xff, view);
    }
    total.isUpTo(offset + 1);
    return new LogPosition(into.segment(), into.position(), offset + 1, units);
  }

  /**
   * Runs the callbacks of the records from a position in the batch up to an offset, in order.
   *
   * @param first ordinal in the batch of the first of these records
   * @return the ordinal of the next record
   */
  private int reportSynced(RecordBatch batch, int from, int first, long end) {
    int index = first;
    for (long offset = batch.offset(from); offset < end; offset++) {
      Synced callback = batch.callback(index++);
      if (callback != null) {
        try {
          callback.synced(offset);
        } catch (RuntimeException e) {
          LOG.error("Log {}: a callback threw; record {} is synced", name, offset, e);
        }
      }
    }
    return index;
  }

  /** Begins the next segment; its header says how far the one before is synced. */
  private Tail begin(long first) throws IOException {
    Segment before = segments.last();
    LogPosition end = segments.synced();
    byte[] runningTotal = total.snapshot();
    SegmentHeader header =
        new SegmentHeader(
            salts.nextLong(),
            first,
            before == null ? first : before.first,
            before == null ? end.offset() : Math.min(end.offset(), before.limit()),
            end.units(),
            buffer.level().lastReceiveTimeNs(),
            SegmentHeader.copyBytes(runningTotal));
    Tail tail = Tail.create(files, directory, header, runningTotal);
    segments.add(tail.segment());
    buffer.addBytes(tail.position());
    buffer.begun(tail.position(), header.salt());
    state = new State.Writing(tail);
    return tail;
  }

  // ---- Failure and restart

  /** No record that was appended and is not synced will ever be served; appends stop for now. */
  private void fail(RecordBatch batch, int at, int reported, IOException e) {
    LOG.error("Log {}: write failed; records not yet synced are refused", name, e);
    failures.increment();
    long now = time.elapsedNs();
    if (now - restartAtNs > 0) {
      restartAtNs = now; // at once, unless the last restart was less than a second ago
    }
    List<PendingFailure> pending =
        buffer.stop(
            reason(e),
            batch.failuresFrom(at, reported),
            batch.size() - at,
            segments.synced().units());
    if (state instanceof State.Writing writing && !cut(writing.tail())) {
      state = new State.Sealing(e, pending);
    } else {
      state = new State.Stopped();
      reportFailed(pending, e);
    }
  }

  /**
   * Seals a segment where the last sync left it, and cuts off what is behind. A sync that failed is
   * not repeated, but what was cut needs none.
   *
   * @return whether the file is cut for certain
   */
  private boolean cut(Tail broken) {
    broken.segment().seal(segments.synced().offset());
    try (broken) {
      broken.cut();
      return true;
    } catch (IOException e) {
      LOG.error("Log {}: cannot cut {}", name, broken.segment().path, e);
      return false;
    }
  }

  private void reportFailed(List<PendingFailure> pending, IOException cause) {
    for (PendingFailure failure : pending) {
      try {
        failure.callback().failed(failure.offset(), cause);
      } catch (RuntimeException e) {
        LOG.error("Log {}: a callback threw; record {} failed", name, failure.offset(), e);
      }
    }
  }

  /** Begins a new segment; if that succeeds, appends are taken again. */
  private void restart() {
    restartAtNs = time.elapsedNs() + RETRY_NS;
    State failed = state;
    try {
      checkSpace();
      removal.makeRoom();
      begin(buffer.level().nextOffset());
    } catch (IOException e) {
      remainsStopped(reason(e));
      return;
    }
    if (failed instanceof State.Sealing sealing) {
      reportFailed(sealing.pending(), sealing.cause());
    }
    buffer.resume();
    loggedStop = "";
    LOG.info("Log {}: writing again", name);
  }

  /** A free space that is not known is no full disk: then the attempt to write decides. */
  private void checkSpace() throws IOException {
    long usable;
    try {
      usable = files.usableSpace(directory);
    } catch (IOException e) {
      LOG.debug("Log {}: the free space of {} is not known", name, directory, e);
      return;
    }
    if (usable != FileSystem.UNKNOWN_SPACE
        && usable < 2L * bufferBytes + buffer.level().headerBytes()) {
      removal.releaseKept();
      throw new IOException("the disk is full: " + usable + " bytes left");
    }
  }

  /** Logs a reason once, not each second. */
  private void remainsStopped(String reason) {
    buffer.stillStopped(reason);
    String kind = reason.replaceAll("\\d+", "");
    if (!kind.equals(loggedStop)) {
      loggedStop = kind;
      LOG.error(
          "Log {}: stopped, no records are accepted; trying again each second: {}", name, reason);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? "the disk failed" : e.getMessage();
  }
}
