package io.weir.gateway.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.log.AppendBuffer.PendingFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that changes segment files: writes and syncs batches, begins and deletes segments, and begins
 * anew after a failure. Each durable change goes "data, then sync, then memory, then those who
 * wait". Owned by the thread {@code log-sync}; one {@link #round} is what that thread repeats.
 */
final class Writer {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  /** How long the log waits between two tries to begin anew after a failure. */
  private static final long RETRY_NS = 1_000_000_000L;

  private final String name;
  private final FileSystem files;
  private final Path directory;
  private final Time time;
  private final RunningTotal total;
  private final long segmentBytes;
  private final long dropAboveBytes;
  private final long neededToResumeBytes;

  private final AppendBuffer buffer;
  private final Segments segments;
  private final Cursors cursors;
  private final SecureRandom salts = new SecureRandom();
  private final Counter appendedBytes;
  private final Counter failures;
  private final Timer syncTime;

  private @Nullable Tail tail;
  private boolean stopped;
  private long restartAtNs;
  private List<PendingFailure> untold = List.of();
  private IOException cause = new IOException("none");
  private final Deque<Segment> doomed = new ArrayDeque<>();
  private final AtomicLong droppedUnits = new AtomicLong();

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
      Cursors cursors) {
    this.name = name;
    this.files = files;
    this.directory = options.directory();
    this.time = time;
    this.total = total;
    this.segmentBytes = limits.segmentBytes();
    this.dropAboveBytes = limits.dropAboveBytes();
    this.neededToResumeBytes = 2L * limits.bufferBytes() + SegmentHeader.USUAL_BYTES;
    this.buffer = buffer;
    this.segments = segments;
    this.cursors = cursors;
    restartAtNs = time.elapsedNs();
    appendedBytes = LogMeter.APPENDED_BYTES.counter(meters, name);
    failures = LogMeter.SYNC_FAILURES.counter(meters, name);
    syncTime = LogMeter.SYNC_TIME.timer(meters, name);
  }

  /** Goes on in the segment that recovery found. */
  void resume(Segment segment, SegmentHeader header) throws IOException {
    tail = Tail.resume(files, segment, header);
  }

  /** Elapsed time at which a stopped log is to be tried again. */
  long restartAtNs() {
    return restartAtNs;
  }

  /** Units that the bound took before every cursor had passed them. */
  long droppedUnits() {
    return droppedUnits.get();
  }

  /** Begins anew after a failure if it is time, writes what waits, deletes what is passed. */
  void round() {
    if (stopped && time.elapsedNs() - restartAtNs >= 0) {
      beginAnew();
    }
    RecordBatch batch = buffer.take();
    if (!batch.isEmpty()) {
      write(batch);
    }
    buffer.release(batch);
    deletePassed();
    dropOldest();
  }

  /**
   * After the last round. Those who are still to be told that a record failed are told if the disk
   * takes a header now, else never: it would not be sure.
   */
  void close() throws IOException {
    if (!untold.isEmpty()) {
      beginAnew();
    }
    if (tail != null) {
      tail.close();
      tail = null;
    }
  }

  // ---- Writing

  private void write(RecordBatch batch) {
    int at = 0;
    int told = 0;
    try {
      while (at < batch.size()) {
        Tail into = tailFor(batch, at);
        int end = stamp(into, batch, at);
        dropOldest();
        long start = time.elapsedNs();
        into.append(batch.bytes().duplicate().limit(end).position(at));
        syncTime.record(time.elapsedNs() - start, TimeUnit.NANOSECONDS);
        appendedBytes.increment(end - at);
        publish(into, batch, at, end);
        told = tellSynced(batch, at, told, segments.synced().offset());
        at = end;
      }
    } catch (IOException e) {
      fail(batch, at, told, e);
    }
  }

  /** The segment that the frame at a place in the batch goes to. */
  private Tail tailFor(RecordBatch batch, int at) throws IOException {
    Tail now = tail;
    if (now != null && (now.isEmpty() || now.position() + batch.frameBytes(at) <= segmentBytes)) {
      return now;
    }
    if (now != null) {
      now.segment().seal(segments.synced().offset());
      tail = null;
      now.close();
    }
    return begin(batch.offset(at));
  }

  /** Gives frames their units and checksums, as many as the segment takes; returns their end. */
  private int stamp(Tail into, RecordBatch batch, int from) {
    ByteBuffer frames = batch.bytes();
    long before = segments.synced().units();
    int at = from;
    while (at < batch.size()) {
      int size = batch.frameBytes(at);
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

  /** Synced: now the totals count it, and readers may have it. */
  private void publish(Tail into, RecordBatch batch, int from, int to) {
    ByteBuffer frames = batch.bytes();
    ByteBuffer view = frames.asReadOnlyBuffer().order(frames.order());
    LogPosition mark = segments.synced();
    long units = mark.units();
    long offset = mark.offset();
    for (int at = from; at < to; at += batch.frameBytes(at)) {
      offset = batch.offset(at);
      units += frames.getInt(at + Frame.UNITS);
      view.limit(at + batch.frameBytes(at)).position(at + Frame.PAYLOAD);
      total.add(frames.get(at + Frame.KIND) & 0xff, view);
    }
    into.segment().synced(into.position());
    segments.synced(new LogPosition(into.segment(), into.position(), offset + 1, units));
    buffer.synced(offset + 1);
  }

  /**
   * Runs the callbacks of the records from a place in the batch up to an offset, in order; returns
   * the ordinal in the batch of the next.
   */
  private int tellSynced(RecordBatch batch, int from, int first, long end) {
    int index = first;
    for (long offset = batch.offset(from); offset < end; offset++) {
      Synced callback = batch.callback(index++);
      if (callback != null) {
        try {
          callback.synced(offset);
        } catch (RuntimeException e) {
          LOG.error("Log {}: a callback threw; the record is synced all the same", name, e);
        }
      }
    }
    return index;
  }

  /** Makes the next segment; its header says how far the one before is synced. */
  private Tail begin(long first) throws IOException {
    Segment before = segments.last();
    LogPosition end = segments.synced();
    SegmentHeader header =
        new SegmentHeader(
            salts.nextLong(),
            first,
            before == null ? first : before.first,
            end.offset(),
            end.units(),
            buffer.level().lastReceiveTimeNs(),
            total.snapshot());
    Tail made = Tail.create(files, directory, header);
    tail = made;
    segments.add(made.segment());
    buffer.addBytes(made.position());
    return made;
  }

  // ---- Failing, and beginning anew

  /** Nothing that was appended and is not synced will ever be served; the log stops for now. */
  private void fail(RecordBatch batch, int at, int told, IOException e) {
    LOG.error("Log {}: writing failed; what is not yet synced is refused", name, e);
    failures.increment();
    stopped = true;
    cause = e;
    restartAtNs = later(restartAtNs, time.elapsedNs()); // at once, but not at once every time
    untold = buffer.stop(reason(e), batch.failuresFrom(at, told), batch.size() - at);
    if (tail == null || seal(tail)) {
      tellRefused();
    }
  }

  /**
   * Cuts off what is not synced. A sync that failed is not tried again, but what was cut needs
   * none; if the cut fails too, the next segment's header says where this one ends, and until it
   * does nobody is told that a record failed: after a crash it might still be found.
   */
  private boolean seal(Tail broken) {
    broken.segment().seal(segments.synced().offset());
    tail = null;
    try (broken) {
      broken.cut();
      return true;
    } catch (IOException e) {
      LOG.error("Log {}: could not cut {}", name, broken.segment().path, e);
      return false;
    }
  }

  private void tellRefused() {
    for (PendingFailure refused : untold) {
      try {
        refused.callback().failed(refused.offset(), cause);
      } catch (RuntimeException e) {
        LOG.error("Log {}: a callback threw; the record failed all the same", name, e);
      }
    }
    untold = List.of();
  }

  private void beginAnew() {
    restartAtNs = time.elapsedNs() + RETRY_NS;
    try {
      long usable = files.usableSpace(directory);
      if (usable < neededToResumeBytes) {
        throw new IOException("the disk is full: " + usable + " bytes left");
      }
      begin(buffer.level().nextOffset());
    } catch (IOException e) {
      buffer.stillStopped(reason(e));
      return;
    }
    tellRefused();
    stopped = false;
    buffer.resume();
    LOG.info("Log {}: writing again", name);
  }

  private static long later(long elapsedNs, long other) {
    return elapsedNs - other > 0 ? elapsedNs : other;
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  // ---- Deleting

  /** At the bound of a log that drops: the oldest segments go, read or not. */
  private void dropOldest() {
    while (segments.count() > 1 && buffer.level().bytes() > dropAboveBytes) {
      Segment oldest = segments.first();
      Segment next = oldest == null ? null : segments.after(oldest);
      if (oldest == null || next == null) {
        return;
      }
      if (oldest.header != null && next.header != null && !cursors.havePassed(oldest)) {
        droppedUnits.addAndGet(next.header.unitsBefore() - oldest.header.unitsBefore());
      }
      if (!delete(oldest)) {
        return;
      }
    }
  }

  private void deletePassed() {
    Segment oldest = segments.first();
    while (oldest != null && oldest != segments.last() && cursors.havePassed(oldest)) {
      delete(oldest);
      oldest = segments.first();
    }
    deleteDoomed();
  }

  private boolean delete(Segment segment) {
    segments.remove(segment);
    doomed.addLast(segment);
    return deleteDoomed();
  }

  /** Oldest first, each durably, so that a crash leaves no hole. */
  private boolean deleteDoomed() {
    while (!doomed.isEmpty()) {
      Segment segment = doomed.getFirst();
      try {
        files.delete(segment.path);
        files.forceDirectory(directory);
        buffer.addBytes(-segment.end());
      } catch (IOException e) {
        LOG.warn("Log {}: {} is not deleted yet", name, segment.path, e);
        return false;
      }
      doomed.removeFirst();
    }
    return true;
  }
}
