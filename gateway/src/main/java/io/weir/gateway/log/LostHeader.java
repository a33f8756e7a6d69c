package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a segment say of a header that is lost. Records are dense, so the next one is
 * known by its place and offset. Two of them that prove each other (see {@link RecordCheck}), or
 * one that fits a salt left in a copy of the header, give back all whole records. Where that fails,
 * the units of the records are known from their fields, so that the loss is counted.
 *
 * @param header in place of the lost one, or {@code null}: then no record can be served
 * @param units of all records up to the last that the file seems to hold, 0 if not known
 */
record LostHeader(@Nullable SegmentHeader header, long units) {

  static final LostHeader NOTHING_KNOWN = new LostHeader(null, 0);

  private static final byte[] NO_TOTAL = {};

  private static final int COPY_BYTES = SegmentHeader.USUAL_BYTES / 2;

  /** A second copy of the header is searched up to here. */
  private static final int MOST_COPY_BYTES = 1 << 20;

  /**
   * Reads a segment file without a whole header, and changes nothing.
   *
   * @param end its length
   * @param limit the name of the segment that follows, or {@code Long.MAX_VALUE}
   */
  static LostHeader of(FileSystem files, Path file, long first, long end, long limit)
      throws IOException {
    LostHeader packed = packed(files, file, first, limit);
    if (packed != null) {
      return packed;
    }
    try (Chunk chunk =
        new Chunk(files.open(file, FileSystem.Mode.READ), file, UnreadableBlocks.atOnce())) {
      return new Search(chunk, first, end, limit).run();
    }
  }

  /** What the frames of a packed segment say; {@code null} if it has none with a whole record. */
  private static @Nullable LostHeader packed(FileSystem files, Path file, long first, long limit)
      throws IOException {
    FileSystem.Handle handle = files.open(file, FileSystem.Mode.READ);
    Frames frames = Frames.ofAny(handle);
    Long salt = frames.salt();
    if (salt == null) {
      handle.close();
      return null;
    }
    SegmentHeader found = header(salt, first, 0).rewritten(salt, NO_TOTAL, 0).packed(frames.end());
    try (RecordReader in =
        new RecordReader(
            handle, file, found, UnreadableBlocks.atOnce(), found.recordsAt(), first)) {
      if (!in.next(found.unpackedEnd(), limit)) {
        return null;
      }
      long before = in.unitsBefore();
      long units = before + in.units();
      while (in.next(found.unpackedEnd(), limit)) {
        units = in.unitsBefore() + in.units();
      }
      SegmentHeader served = header(salt, first, before);
      return new LostHeader(served.rewritten(salt, NO_TOTAL, 0).packed(found.unpackedEnd()), units);
    }
  }

  /** A header that serves the records. Its running total and the segment before are lost. */
  private static SegmentHeader header(long salt, long first, long unitsBefore) {
    return new SegmentHeader(salt, first, first, first, unitsBefore, 0, COPY_BYTES);
  }

  private static final class Search {

    private final Chunk chunk;
    private final long first;
    private final long end;
    private final long limit;

    /** Of what stands where a copy of the header has its salt. */
    private final Set<Integer> statesOfSalts = new HashSet<>();

    Search(Chunk chunk, long first, long end, long limit) {
      this.chunk = chunk;
      this.first = first;
      this.end = end;
      this.limit = limit;
    }

    LostHeader run() throws IOException {
      for (long copy = 0; copy < MOST_COPY_BYTES && copy + COPY_BYTES <= end; copy += COPY_BYTES) {
        int index = chunk.load(copy + SegmentHeader.SALT, Long.BYTES, end);
        statesOfSalts.add(RecordCheck.stateBehind(chunk.bytes().getLong(index)));
      }
      long units = 0;
      for (long at = SegmentHeader.USUAL_BYTES; at + RecordHeader.PAYLOAD <= end; at++) {
        if (!isRecord(at)) {
          continue;
        }
        int state = state(at);
        if (statesOfSalts.contains(state) || isProven(at, state)) {
          return new LostHeader(header(state), unitsBehind(at));
        }
        units = Math.max(units, unitsBehind(at));
      }
      return new LostHeader(null, units);
    }

    private long unitsBehind(long at) throws IOException {
      int index = chunk.load(at, RecordHeader.PAYLOAD, end);
      ByteBuffer bytes = chunk.bytes();
      return bytes.getLong(index + RecordHeader.UNITS_BEFORE)
          + bytes.getInt(index + RecordHeader.UNITS);
    }

    /** Whether the fields at a position can be those of a record. */
    private boolean isRecord(long at) throws IOException {
      int index = chunk.load(at, RecordHeader.PAYLOAD, end);
      ByteBuffer bytes = chunk.bytes();
      int length = bytes.getInt(index + RecordHeader.LENGTH);
      long ordinal = bytes.getLong(index + RecordHeader.OFFSET) - first;
      return length >= 0
          && length <= end - at - RecordHeader.PAYLOAD
          && ordinal >= 0
          && isWithin(ordinal, at)
          && bytes.getLong(index + RecordHeader.UNITS_BEFORE) >= 0
          && bytes.getInt(index + RecordHeader.UNITS) >= 0
          && hasKnownFlags(bytes, index)
          && bytes.getInt(index + RecordHeader.CRC) != 0; // zeros are no record
    }

    private static boolean hasKnownFlags(ByteBuffer bytes, int index) {
      int flags = bytes.get(index + RecordHeader.FLAGS);
      return (flags & ~(RecordHeader.THINNED | RecordHeader.BATCH_KNOWN)) == 0
          && ((flags & RecordHeader.BATCH_KNOWN) != 0
              || bytes.getShort(index + RecordHeader.BATCH_DISTANCE) == 0);
    }

    /** Whether an offset can be one of this file; a thinned record stands for any number. */
    private boolean isWithin(long ordinal, long at) {
      return limit == Long.MAX_VALUE
          ? ordinal <= (at - SegmentHeader.USUAL_BYTES) / RecordHeader.PAYLOAD
          : ordinal < limit - first;
    }

    private int state(long at) throws IOException {
      int index = chunk.load(at, RecordHeader.PAYLOAD, end);
      int length = chunk.bytes().getInt(index + RecordHeader.LENGTH);
      index = chunk.load(at, RecordHeader.PAYLOAD + length, end);
      return RecordCheck.stateBehindSalt(chunk.bytes(), index, length);
    }

    /** Whether the record that follows agrees. */
    private boolean isProven(long at, int state) throws IOException {
      int index = chunk.load(at, RecordHeader.PAYLOAD, end);
      int length = chunk.bytes().getInt(index + RecordHeader.LENGTH);
      long next = at + RecordHeader.PAYLOAD + length;
      long nextOffset = lastOf(at, length) + 1;
      return next + RecordHeader.PAYLOAD <= end
          && isRecord(next)
          && offsetAt(next) == nextOffset
          && state(next) == state;
    }

    /** The last offset that a record stands for. */
    private long lastOf(long at, int length) throws IOException {
      int index = chunk.load(at, RecordHeader.PAYLOAD + length, end);
      ByteBuffer bytes = chunk.bytes();
      long offset = bytes.getLong(index + RecordHeader.OFFSET);
      if (!isThinned(bytes, index)) {
        return offset;
      }
      Thinned thinned = Thinned.read(bytes, index + RecordHeader.PAYLOAD, length, offset);
      return thinned == null ? offset : thinned.last();
    }

    private static boolean isThinned(ByteBuffer bytes, int index) {
      return (bytes.get(index + RecordHeader.FLAGS) & RecordHeader.THINNED) != 0;
    }

    private long offsetAt(long at) throws IOException {
      int index = chunk.load(at, RecordHeader.PAYLOAD, end);
      return chunk.bytes().getLong(index + RecordHeader.OFFSET);
    }

    /**
     * Records are searched from the end of the smallest header on. If one is thinned, so is the
     * segment.
     */
    private SegmentHeader header(int state) throws IOException {
      long unitsBefore = -1;
      boolean isThinned = false;
      long at = SegmentHeader.USUAL_BYTES;
      while (at + RecordHeader.PAYLOAD <= end && !isThinned) {
        if (!isRecord(at) || state(at) != state) {
          at++;
          continue;
        }
        int index = chunk.load(at, RecordHeader.PAYLOAD, end);
        ByteBuffer bytes = chunk.bytes();
        isThinned = isThinned(bytes, index);
        if (unitsBefore < 0) {
          unitsBefore = bytes.getLong(index + RecordHeader.UNITS_BEFORE);
        }
        at += RecordHeader.PAYLOAD + bytes.getInt(index + RecordHeader.LENGTH);
      }
      SegmentHeader found = LostHeader.header(RecordCheck.saltOf(state), first, unitsBefore);
      return isThinned ? found.rewritten(found.salt(), NO_TOTAL, 0) : found;
    }
  }
}
