package io.weir.gateway.decode;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * An object container file: its schema, then blocks of data with a marker behind each. The reader
 * of the library is for files, not for what strangers send: it takes each length at its word, and
 * expands without a bound that is ours.
 */
final class AvroFile {

  private static final byte[] MAGIC = {'O', 'b', 'j', 1};

  private static final String IN_HEADER = ", in the header that begins at byte 4";
  private static final int MARKER_BYTES = 16;

  /**
   * Some data.
   *
   * @param at where the block begins in the payload
   * @param isExpanded whether the bytes are not those of the payload
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Block(byte[] bytes, int from, int length, long count, long at, boolean isExpanded) {}

  /** The schema of the file before: devices send one over and over. */
  static final class LastSchema {
    private volatile @Nullable Known known;

    private record Known(String text, Schema schema) {}

    private Schema of(String text) throws IOException {
      Known last = known;
      if (last == null || !last.text.equals(text)) {
        last = new Known(text, AvroSchemas.parse(text));
        known = last;
      }
      return last.schema;
    }
  }

  private final byte[] payload;
  private final BinaryDecoder in;
  private final Schema schema;
  private final boolean deflated;
  private final byte[] marker = new byte[MARKER_BYTES];

  /** What may still be expanded. */
  private long most;

  private AvroFile(byte[] payload, LastSchema last, DecodeLimits limits) throws IOException {
    this.payload = payload;
    this.most = limits.maxExpanded();
    this.in =
        DecoderFactory.get()
            .binaryDecoder(payload, MAGIC.length, payload.length - MAGIC.length, null);
    String text = null;
    String codec = "null";
    long left = entries();
    while (left > 0) {
      String key = new String(bytes(), StandardCharsets.ISO_8859_1);
      byte[] value = bytes();
      if (key.equals("avro.schema")) {
        text = schemaText(value);
      } else if (key.equals("avro.codec")) {
        codec = new String(value, StandardCharsets.ISO_8859_1);
      }
      left--;
      if (left == 0) {
        left = entries();
      }
    }
    if (bytesLeft() < MARKER_BYTES) {
      throw new EOFException();
    }
    in.readFixed(marker, 0, MARKER_BYTES);
    if (text == null) {
      throw AvroSchemas.refused("a container file without a schema" + IN_HEADER);
    }
    if (!codec.equals("null") && !codec.equals("deflate")) {
      throw AvroSchemas.refused(
          "a container file with the codec "
              + Excerpt.of(codec)
              + "; only deflate is read"
              + IN_HEADER);
    }
    this.deflated = codec.equals("deflate");
    this.schema = last.of(text);
  }

  /**
   * Reads up to the first block.
   *
   * @throws IOException if it is no such file
   */
  static AvroFile open(byte[] payload, LastSchema last, DecodeLimits limits) throws IOException {
    if (!isFile(payload)) {
      throw AvroSchemas.refused(
          "no object container file, which begins with 4f 62 6a 01, at byte 0");
    }
    try {
      return new AvroFile(payload, last, limits);
    } catch (EOFException e) {
      throw AvroSchemas.refused("the document breaks off" + IN_HEADER);
    } catch (JsonDocument.Refused e) {
      throw e;
    } catch (IOException e) {
      throw AvroSchemas.refused(e.getMessage() + IN_HEADER);
    }
  }

  /** Whether it begins like one. */
  static boolean isFile(byte[] payload) {
    return payload.length >= MAGIC.length
        && Arrays.equals(payload, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private static String schemaText(byte[] value) throws IOException {
    try {
      return Utf8.decode(value, 0, value.length);
    } catch (CharacterCodingException e) {
      throw AvroSchemas.refused("a schema that is not text in UTF-8" + IN_HEADER);
    }
  }

  /** How many entries the next block of the header has; 0 at its end. */
  private long entries() throws IOException {
    long count = in.readLong();
    if (count < 0) {
      in.readLong(); // its length, for those who skip it
    }
    return count == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(count);
  }

  private byte[] bytes() throws IOException {
    long length = in.readLong();
    if (length < 0 || length > bytesLeft()) {
      throw new EOFException();
    }
    byte[] bytes = new byte[(int) length];
    in.readFixed(bytes, 0, bytes.length);
    return bytes;
  }

  private int bytesLeft() {
    return in.remainingBytes();
  }

  private int position() {
    return payload.length - bytesLeft();
  }

  Schema schema() {
    return schema;
  }

  /** The next block, or {@code null} behind the last. */
  @Nullable Block next() throws IOException {
    if (in.isEnd()) {
      return null;
    }
    int at = position();
    long count = in.readLong();
    long length = in.readLong();
    if (count < 0 || length < 0) {
      throw AvroSchemas.refused(
          "a block of " + count + " records in " + length + " bytes, at byte " + at);
    }
    int from = position();
    if (length > bytesLeft() - MARKER_BYTES) {
      throw AvroSchemas.refused("the document breaks off, at byte " + at);
    }
    in.skipFixed((int) length);
    byte[] behind = new byte[MARKER_BYTES];
    in.readFixed(behind, 0, MARKER_BYTES);
    if (!Arrays.equals(marker, behind)) {
      throw AvroSchemas.refused(
          "another marker behind a block than the file has, at byte " + (from + length));
    }
    if (!deflated) {
      return new Block(payload, from, (int) length, count, at, false);
    }
    byte[] expanded = expanded(from, (int) length);
    return new Block(expanded, 0, expanded.length, count, at, true);
  }

  /**
   * Whether these bytes are a part of the checksum of zlib: libraries of Python cut off two bytes
   * before what zlib deflates, and of the four behind it only the last one.
   */
  private boolean isBeginOfChecksum(int at, int count, byte[] expanded, int size) {
    Adler32 checksum = new Adler32();
    checksum.update(expanded, 0, size);
    byte[] whole = ByteBuffer.allocate(Integer.BYTES).putInt((int) checksum.getValue()).array();
    return count <= Integer.BYTES && Arrays.equals(payload, at, at + count, whole, 0, count);
  }

  private byte[] expanded(int from, int length) throws IOException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(payload, from, length);
      byte[] to = new byte[(int) Math.min(most + 1, Math.max(64, 4L * length))];
      int size = 0;
      while (!inflater.finished()) {
        if (size == to.length) {
          to = Arrays.copyOf(to, (int) Math.min(most + 1, 2L * to.length));
        }
        int more = inflater.inflate(to, size, to.length - size);
        size += more;
        if (size > most) {
          throw new JsonDocument.Refused(
              Reason.LIMIT, "deflate that expands to more than the limit, at byte " + from);
        }
        if (more == 0 && !inflater.finished()) {
          throw AvroSchemas.refused("deflate that breaks off, at byte " + from);
        }
      }
      int left = inflater.getRemaining();
      if (left > 0 && !isBeginOfChecksum(from + length - left, left, to, size)) {
        throw AvroSchemas.refused("something follows what is deflated, at byte " + from);
      }
      most -= size;
      return Arrays.copyOf(to, size);
    } catch (DataFormatException e) {
      throw AvroSchemas.refused(
          "deflate that cannot be expanded: " + e.getMessage() + ", at byte " + from);
    } finally {
      inflater.end();
    }
  }
}
