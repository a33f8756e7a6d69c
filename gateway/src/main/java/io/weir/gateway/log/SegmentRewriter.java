package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongPredicate;

/**
 * Writes the records of a segment to a new file, without what a rule drops. The header is written
 * last, because it says how many units are left; a file without one is never opened as a segment.
 * Used once, by one thread.
 */
final class SegmentRewriter {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Bytes that are written at once. */
  private static final int BUFFER_BYTES = 128 * 1024;

  /** So often the new file is synced on the way, so that no other sync waits long for it. */
  private static final long SYNC_EVERY_BYTES = 4 << 20;

  /**
   * The new file.
   *
   * @param header of it
   * @param bytes its length
   * @param dropped units that the rule dropped
   * @param droppedUnread of those, units that not every consumer had read
   */
  record Result(SegmentHeader header, long bytes, long dropped, long droppedUnread) {}

  private final Segment segment;
  private final FileSystem.Handle out;
  private final RewriteRule rule;
  private final LongPredicate isRead;
  private final byte[] runningTotal;
  private final SegmentHeader header;
  private final RecordHeader recordHeader;
  private final Thinned.Builder run = new Thinned.Builder();

  private ByteBuffer buffer = allocate(BUFFER_BYTES);
  private long position;
  private long syncedTo;

  private long runUnitsBefore;
  private long runReceiveTimeNs;

  private long unitsLeft;
  private long dropped;
  private long droppedUnread;

  /**
   * @param header of the old file
   * @param isRead whether every consumer has read the record of an offset
   * @param out the new file, empty
   */
  SegmentRewriter(
      Segment segment,
      SegmentHeader header,
      byte[] runningTotal,
      long salt,
      RewriteRule rule,
      LongPredicate isRead,
      FileSystem.Handle out)
      throws IOException {
    this.segment = segment;
    this.rule = rule;
    this.isRead = isRead;
    this.out = out;
    this.runningTotal = runningTotal;
    this.header = header.rewritten(salt, runningTotal, 0);
    recordHeader = new RecordHeader(salt);
    position = this.header.recordsAt();
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes and syncs the new file.
   *
   * @param in the records of the old file
   */
  Result run(RecordReader in) throws IOException {
    while (in.next(segment.end(), segment.limit())) {
      judge(in);
    }
    flushRun();
    flush();
    SegmentHeader complete = header.rewritten(header.salt(), runningTotal, unitsLeft);
    ByteBuffer copy = complete.encode(runningTotal);
    out.write(copy, 0);
    out.write(copy.rewind(), complete.copyBytes());
    out.force();
    return new Result(complete, position, dropped, droppedUnread);
  }

  private void judge(RecordReader in) throws IOException {
    Thinned before = in.thinned();
    if (in.isEmptyRun() && before != null) {
      beginRun(in, before.groups());
      run.add(before, in.offset());
      return;
    }
    int units = in.unitsLeft();
    RewriteRule.Verdict verdict =
        rule.judge(
            new RewriteRule.Held(
                in.offset(), in.receiveTimeNs(), in.kind(), units, in.payload().slice()));
    if (verdict instanceof RewriteRule.Replace replace && replace.payload().hasRemaining()) {
      if (replace.unitsLeft() < 0 || replace.unitsLeft() > units) {
        throw new IllegalArgumentException(
            "record " + in.offset() + " of " + units + " units would have " + replace.unitsLeft());
      }
      count(in.last(), units - replace.unitsLeft());
      unitsLeft += replace.unitsLeft();
      replace(in, replace.payload(), replace.unitsLeft());
    } else if (verdict instanceof RewriteRule.Keep) {
      unitsLeft += units;
      if (before == null) {
        copy(in);
      } else {
        replace(in, in.payload(), units);
      }
    } else {
      count(in.last(), units);
      addToRun(in);
    }
  }

  private void count(long offset, long units) {
    dropped += units;
    if (!isRead.test(offset)) {
      droppedUnread += units;
    }
  }

  // ---- Records of which nothing is left

  private void addToRun(RecordReader in) throws IOException {
    Thinned before = in.thinned();
    if (before == null) {
      beginRun(in, 1);
      run.add(in.offset(), in.units());
    } else {
      beginRun(in, before.groups());
      run.add(before, in.offset());
    }
  }

  private void beginRun(RecordReader in, int groups) throws IOException {
    if (!run.takes(in.offset(), in.units(), groups)) {
      flushRun();
    }
    if (run.isEmpty()) {
      runUnitsBefore = in.unitsBefore();
      runReceiveTimeNs = in.receiveTimeNs();
    }
    runReceiveTimeNs = Math.max(runReceiveTimeNs, in.receiveTimeNs());
  }

  private void flushRun() throws IOException {
    if (!run.isEmpty()) {
      writeThinned(0, runReceiveTimeNs, runUnitsBefore, 0, NOTHING);
    }
  }

  // ---- Records of which something is left

  private void replace(RecordReader in, ByteBuffer payload, int left) throws IOException {
    flushRun();
    Thinned before = in.thinned();
    if (before == null) {
      run.add(in.offset(), in.units());
    } else {
      run.add(before, in.offset());
    }
    writeThinned(in.kind(), in.receiveTimeNs(), in.unitsBefore(), left, payload);
  }

  private void copy(RecordReader in) throws IOException {
    flushRun();
    ByteBuffer payload = in.payload();
    int at = begin(payload.remaining());
    head(at, in.offset(), in.receiveTimeNs(), in.unitsBefore(), in.units(), in.kind());
    buffer.put(payload);
    end(at);
  }

  /** Writes the records in {@link #run} as one, which is empty again then. */
  private void writeThinned(
      int kind, long receiveTimeNs, long unitsBefore, int left, ByteBuffer payload)
      throws IOException {
    int at = begin(run.bytes() + payload.remaining());
    int flags = RecordHeader.THINNED << 8;
    head(at, run.first(), receiveTimeNs, unitsBefore, run.units(), kind | flags);
    run.write(buffer, left);
    buffer.put(payload.duplicate());
    end(at);
  }

  // ---- The bytes

  /** Makes room for a record; returns where it begins. */
  private int begin(int length) throws IOException {
    int needed = RecordHeader.PAYLOAD + length;
    if (buffer.remaining() < needed) {
      flush();
    }
    if (buffer.remaining() < needed) {
      buffer = allocate(needed);
    }
    return buffer.position();
  }

  private void head(
      int at, long offset, long receiveTimeNs, long unitsBefore, int units, int kindAndFlags) {
    buffer.putLong(at + RecordHeader.OFFSET, offset);
    buffer.putLong(at + RecordHeader.RECEIVE_TIME, receiveTimeNs);
    buffer.putLong(at + RecordHeader.UNITS_BEFORE, unitsBefore);
    buffer.putInt(at + RecordHeader.UNITS, units);
    buffer.putInt(at + RecordHeader.KIND, kindAndFlags);
    buffer.position(at + RecordHeader.PAYLOAD);
  }

  private void end(int at) {
    int length = buffer.position() - at - RecordHeader.PAYLOAD;
    buffer.putInt(at + RecordHeader.LENGTH, length);
    buffer.putInt(at + RecordHeader.CRC, recordHeader.crc(buffer, at, length));
  }

  private void flush() throws IOException {
    buffer.flip();
    int length = buffer.remaining();
    out.write(buffer, position);
    position += length;
    if (buffer.capacity() > BUFFER_BYTES) {
      buffer = allocate(BUFFER_BYTES);
    }
    buffer.clear();
    if (position - syncedTo >= SYNC_EVERY_BYTES) {
      out.force();
      syncedTo = position;
    }
  }
}
