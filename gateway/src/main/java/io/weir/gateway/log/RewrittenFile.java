package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A new file of records that were in another one: whole ones, and thinned ones. The header is
 * written last, because it says how many units are left; a file without one is never opened as a
 * segment. Used once, by one thread.
 */
final class RewrittenFile {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** So often the file is synced on the way, so that no other sync waits long for it. */
  private static final long SYNC_EVERY_BYTES = 4 << 20;

  private final FileSystem.Handle out;
  private final SegmentHeader header;
  private final byte[] runningTotal;
  private final RecordHeader recordHeader;
  private final int bufferBytes;
  private ByteBuffer buffer;
  private final Frame.@Nullable Packer packer;

  /** Where the next record would be if none were packed. */
  private long position;

  /** Length of the file. */
  private long bytes;

  private long syncedTo;
  private long unitsLeft;

  /**
   * @param out empty
   * @param place where the records are in the log; of its own are salt and units left
   * @param frameBytes bytes of records that are packed in one {@link Frame}; 0 if none are
   */
  RewrittenFile(
      FileSystem.Handle out, SegmentHeader place, long salt, byte[] runningTotal, int frameBytes)
      throws IOException {
    this.out = out;
    this.header = place.rewritten(salt, runningTotal, 0);
    this.runningTotal = runningTotal;
    recordHeader = new RecordHeader(salt);
    packer = frameBytes == 0 ? null : new Frame.Packer(salt);
    bufferBytes = frameBytes == 0 ? Frame.MOST_BYTES : frameBytes;
    buffer = allocate(bufferBytes);
    position = header.recordsAt();
    bytes = position;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a record as it was, with other units before it. */
  void copy(RecordReader in, long unitsBefore) throws IOException {
    ByteBuffer payload = in.payload();
    int at = begin(payload.remaining());
    head(at, in.offset(), in.receiveTimeNs(), unitsBefore, in.units(), in.kind());
    buffer.put(payload);
    end(at);
    unitsLeft += in.units();
  }

  /** Adds one record for those that were collected, of which nothing is left. */
  void addRun(Thinned.Builder run, long receiveTimeNs, long unitsBefore) throws IOException {
    addThinned(run, 0, receiveTimeNs, unitsBefore, 0, NOTHING);
  }

  /** Adds one record for those that were collected; its payload is what stands for them now. */
  void addThinned(
      Thinned.Builder run,
      int kind,
      long receiveTimeNs,
      long unitsBefore,
      int left,
      ByteBuffer payload)
      throws IOException {
    int at = begin(run.bytes() + payload.remaining());
    int flags = RecordHeader.THINNED << 8;
    head(at, run.first(), receiveTimeNs, unitsBefore, run.units(), kind | flags);
    run.write(buffer, left);
    buffer.put(payload.duplicate());
    end(at);
    unitsLeft += left;
  }

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
    if (length > 0) {
      bytes += write(length);
      position += length;
    }
    if (buffer.capacity() > bufferBytes) {
      buffer = allocate(bufferBytes);
    }
    buffer.clear();
    if (bytes - syncedTo >= SYNC_EVERY_BYTES) {
      out.force();
      syncedTo = bytes;
    }
  }

  private int write(int length) throws IOException {
    if (packer != null) {
      return packer.write(buffer, position, out, bytes);
    }
    out.write(buffer, bytes);
    return length;
  }

  /**
   * Writes the rest and the header, and syncs the file.
   *
   * @return its header
   */
  SegmentHeader finish() throws IOException {
    flush();
    SegmentHeader plain = header.rewritten(header.salt(), runningTotal, unitsLeft);
    SegmentHeader complete = packer == null ? plain : plain.packed(position);
    ByteBuffer copy = complete.encode(runningTotal);
    out.write(copy, 0);
    out.write(copy.rewind(), complete.copyBytes());
    out.force();
    return complete;
  }

  /** Its length, once it is finished. */
  long bytes() {
    return bytes;
  }
}
