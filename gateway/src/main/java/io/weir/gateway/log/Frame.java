package io.weir.gateway.log;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Some records of a packed segment, compressed together; the layout is in the description of the
 * package. What follows from the record before (offset, units before, most of the receive time) and
 * from the record itself (the checksum) is taken out before, so that zstd finds the same bytes
 * again and again.
 *
 * @param at file position of the head
 * @param position where the records would be if none were packed
 * @param length of the records
 * @param bodyLength of what stands for them
 * @param bodyCrc its CRC32C
 * @param encoding of the body
 */
record Frame(
    long at, long salt, long position, int length, int bodyLength, int bodyCrc, int encoding) {

  /** This many bytes of records are in one frame at most, unless one record is larger. */
  static final int MOST_BYTES = 128 * 1024;

  static final int HEAD_BYTES = 40;

  static final int MAGIC = 0x31524657; // "WFR1"

  /** The body is the records as they are: those that do not become smaller, and large ones. */
  static final int PLAIN = 0;

  /** The body is zstd of the records without what follows from others. */
  static final int ZSTD = 1;

  private static final int CRC = 4;
  private static final int SALT = 8;
  private static final int POSITION = 16;
  private static final int LENGTH = 24;
  private static final int BODY_LENGTH = 28;
  private static final int BODY_CRC = 32;
  private static final int ENCODING = 36;

  /** File position behind it. */
  long end() {
    return at + HEAD_BYTES + bodyLength;
  }

  /** File position of the body. */
  long bodyAt() {
    return at + HEAD_BYTES;
  }

  /** Where its records would end if none were packed. */
  long positionEnd() {
    return position + length;
  }

  /**
   * Reads a head.
   *
   * @param bytes little-endian
   * @param index of the head in the bytes
   * @param at file position of the head
   * @return {@code null} if there is none, or a damaged one
   */
  static @Nullable Frame readHead(ByteBuffer bytes, int index, long at) {
    if (bytes.getInt(index) != MAGIC) {
      return null;
    }
    Frame frame =
        new Frame(
            at,
            bytes.getLong(index + SALT),
            bytes.getLong(index + POSITION),
            bytes.getInt(index + LENGTH),
            bytes.getInt(index + BODY_LENGTH),
            bytes.getInt(index + BODY_CRC),
            bytes.getInt(index + ENCODING));
    return crc(bytes, index + SALT, index + HEAD_BYTES) == bytes.getInt(index + CRC)
            && frame.isPossible()
        ? frame
        : null;
  }

  private boolean isPossible() {
    boolean isPlain = encoding == PLAIN && bodyLength == length;
    boolean isPacked = encoding == ZSTD && length <= MOST_BYTES && bodyLength < length;
    return length > 0 && bodyLength > 0 && position >= 0 && (isPlain || isPacked);
  }

  private static int crc(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().limit(to).position(from));
    return (int) crc.getValue();
  }

  /** Makes frames. Owned by one thread; half a MiB. */
  static final class Packer {

    private final ZstdCompressor zstd = new ZstdCompressor();
    private final byte[] records = new byte[MOST_BYTES];
    private final byte[] packed = new byte[zstd.maxCompressedLength(MOST_BYTES)];
    private final ByteBuffer head = allocate(HEAD_BYTES);
    private final Unpacker check = new Unpacker();
    private final long salt;
    private final RecordHeader header;

    Packer(long salt) {
      this.salt = salt;
      header = new RecordHeader(salt);
    }

    /**
     * Writes records as one frame.
     *
     * @param from the records, whole ones; all that remains is taken
     * @param position where they would be if none were packed
     * @return length of the frame
     * @throws IOException if the disk fails, or what was packed does not give back the records
     */
    int write(ByteBuffer from, long position, FileSystem.Handle out, long at) throws IOException {
      int length = from.remaining();
      ByteBuffer body = length <= MOST_BYTES ? pack(from) : null;
      ByteBuffer written = body == null ? from : body;
      int bodyLength = written.remaining();
      int bodyCrc = crc(written, written.position(), written.limit());
      head.clear();
      head.putInt(0, MAGIC).putLong(SALT, salt).putLong(POSITION, position);
      head.putInt(LENGTH, length).putInt(BODY_LENGTH, bodyLength).putInt(BODY_CRC, bodyCrc);
      head.putInt(ENCODING, body == null ? PLAIN : ZSTD);
      head.putInt(CRC, crc(head, SALT, HEAD_BYTES));
      out.write(head, at);
      out.write(written, at + HEAD_BYTES);
      from.position(from.limit());
      return HEAD_BYTES + bodyLength;
    }

    /** What stands for the records; {@code null} if it is not smaller. */
    private @Nullable ByteBuffer pack(ByteBuffer from) throws IOException {
      int length = from.remaining();
      from.get(from.position(), records, 0, length);
      takeOut(wrap(records, length));
      int size = zstd.compress(records, 0, length, packed, 0, packed.length);
      if (size >= length) {
        return null;
      }
      ByteBuffer back = check.unpack(packed, size, length, header);
      if (back == null || !back.equals(from)) {
        throw new IOException("what was packed does not give back the records");
      }
      return wrap(packed, size);
    }
  }

  /** Gives back the records of frames. Owned by one thread; 256 KiB. */
  static final class Unpacker {

    private final ZstdDecompressor zstd = new ZstdDecompressor();
    private final byte[] body = new byte[MOST_BYTES];
    private final byte[] records = new byte[MOST_BYTES];

    /**
     * Reads the records of a frame that is not plain.
     *
     * @return valid until the next call; {@code null} if they are damaged
     */
    @Nullable ByteBuffer read(Frame frame, FileSystem.Handle handle, RecordHeader header)
        throws IOException {
      ByteBuffer in = wrap(body, frame.bodyLength);
      boolean isWhole =
          handle.read(in, frame.bodyAt()) == frame.bodyLength
              && crc(in, 0, frame.bodyLength) == frame.bodyCrc;
      return isWhole ? unpack(body, frame.bodyLength, frame.length, header) : null;
    }

    @Nullable ByteBuffer unpack(byte[] from, int size, int length, RecordHeader header) {
      try {
        if (zstd.decompress(from, 0, size, records, 0, length) != length) {
          return null;
        }
      } catch (MalformedInputException e) {
        return null; // its checksum is right, so this was not written by this program
      }
      ByteBuffer bytes = wrap(records, length);
      return putBack(bytes, header) ? bytes : null;
    }
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer wrap(byte[] bytes, int length) {
    return ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Replaces what follows from the record before by the difference to that. */
  private static void takeOut(ByteBuffer records) {
    long offset = 0;
    long receiveTime = 0;
    long units = 0;
    int end = records.limit();
    for (int at = 0; at < end; at += RecordHeader.PAYLOAD + records.getInt(at)) {
      records.putInt(at + RecordHeader.CRC, 0);
      offset = difference(records, at + RecordHeader.OFFSET, offset) + 1;
      receiveTime = difference(records, at + RecordHeader.RECEIVE_TIME, receiveTime);
      units =
          difference(records, at + RecordHeader.UNITS_BEFORE, units)
              + records.getInt(at + RecordHeader.UNITS);
    }
  }

  /** Puts the difference to what was expected in a field; returns the value that it had. */
  private static long difference(ByteBuffer records, int at, long expected) {
    long value = records.getLong(at);
    records.putLong(at, value - expected);
    return value;
  }

  /**
   * The reverse, with the checksums.
   *
   * @return false if these are no records
   */
  private static boolean putBack(ByteBuffer records, RecordHeader header) {
    long offset = 0;
    long receiveTime = 0;
    long units = 0;
    int end = records.limit();
    int at = 0;
    while (at < end) {
      int length = at + RecordHeader.PAYLOAD <= end ? records.getInt(at) : -1;
      if (length < 0 || length > end - at - RecordHeader.PAYLOAD) {
        return false;
      }
      offset = sum(records, at + RecordHeader.OFFSET, offset) + 1;
      receiveTime = sum(records, at + RecordHeader.RECEIVE_TIME, receiveTime);
      units =
          sum(records, at + RecordHeader.UNITS_BEFORE, units)
              + records.getInt(at + RecordHeader.UNITS);
      records.putInt(at + RecordHeader.CRC, header.crc(records, at, length));
      at += RecordHeader.PAYLOAD + length;
    }
    return true;
  }

  private static long sum(ByteBuffer records, int at, long expected) {
    long value = records.getLong(at) + expected;
    records.putLong(at, value);
    return value;
  }
}
