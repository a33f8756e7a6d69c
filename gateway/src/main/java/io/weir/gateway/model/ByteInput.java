package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one after the other what a {@link ByteOutput} has written. Bytes that are not in an array
 * are copied into one, a part at a time: a read of an array is compiled to far less than one of a
 * buffer that may be of several kinds, and a large record stays outside the heap. Each read throws
 * {@link BufferUnderflowException} past the end.
 */
final class ByteInput {

  /** Little-endian numbers in an array. */
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** More than nearly all messages have. */
  static final int WINDOW_BYTES = 16 << 10;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Names of this many fields of a line are remembered, and of this many kinds of lines. */
  private static final int FIELDS = 16;

  private static final int KINDS = 16;

  private final byte[] window = new byte[WINDOW_BYTES];

  /** The names of the fields that lines of each kind had last. */
  private final KnownBytes.@Nullable Known<String>[] fields = places();

  /** Its bytes from {@link #following} on are not in the array yet. */
  private ByteBuffer source = NOTHING;

  private int following;
  private int limit;

  private byte[] bytes = window;
  private int at;
  private int end;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static KnownBytes.@Nullable Known<String>[] places() {
    return new KnownBytes.Known[KINDS * FIELDS];
  }

  /** Begins with the bytes that remain in a buffer, which stays as it is. */
  ByteInput over(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      source = NOTHING;
      following = 0;
      limit = 0;
      bytes = buffer.array();
      at = buffer.arrayOffset() + buffer.position();
      end = at + buffer.remaining();
    } else {
      source = buffer;
      following = buffer.position();
      limit = buffer.limit();
      bytes = window;
      at = 0;
      end = 0;
      fill();
    }
    return this;
  }

  /** Lets go of what was read. */
  void done() {
    source = NOTHING;
    bytes = window;
    at = 0;
    end = 0;
    following = 0;
    limit = 0;
  }

  /** Whether this many bytes follow. */
  boolean has(int count) {
    return count >= 0 && count <= remaining();
  }

  private int remaining() {
    return end - at + limit - following;
  }

  /** Moves what is not read yet to the beginning of the array, and as much as follows behind it. */
  private void fill() {
    int kept = end - at;
    System.arraycopy(bytes, at, bytes, 0, kept);
    int more = Math.min(bytes.length - kept, limit - following);
    source.get(following, bytes, kept, more);
    following += more;
    at = 0;
    end = kept + more;
  }

  /** Sees to it that this many bytes are in the array. */
  private void need(int count) {
    if (!has(count)) {
      throw new BufferUnderflowException();
    }
    if (count > bytes.length) { // names that long are none of the gateway's own
      bytes = Arrays.copyOfRange(bytes, at, at + count);
      end -= at;
      at = 0;
    }
    fill();
  }

  int next() {
    if (at >= end) {
      need(1);
    }
    return bytes[at++];
  }

  long number() {
    int from = skip(Long.BYTES);
    return (long) LONGS.get(bytes, from);
  }

  double real() {
    return Double.longBitsToDouble(number());
  }

  int varint() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = next();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a varint runs past five bytes");
  }

  /**
   * Goes on after some bytes.
   *
   * @return where they begin in {@link #array}
   */
  int skip(int count) {
    if (count < 0 || count > end - at) {
      need(count);
    }
    int from = at;
    at += count;
    return from;
  }

  /** Goes back to where some bytes began. */
  void back(int to) {
    at = to;
  }

  /** What is read from, for who knows bytes by where they begin. */
  byte[] array() {
    return bytes;
  }

  /** A text that many messages have. */
  String name() {
    int length = varint();
    int from = skip(length);
    return Names.of(bytes, from, from + length);
  }

  /**
   * The name of a field: most often the one that stood in this place of the line before, which is
   * found by one comparison.
   *
   * @param kind of the line, any number: lines of one series have the same
   * @param place of the field in its line, from 0
   */
  String field(int kind, int place) {
    int length = varint();
    int from = skip(length);
    if (place >= FIELDS || length > Names.LONGEST) {
      return Names.of(bytes, from, from + length);
    }
    int at = (kind & (KINDS - 1)) * FIELDS + place;
    KnownBytes.@Nullable Known<String> field = fields[at];
    if (field == null || !KnownBytes.isSame(field.bytes(), bytes, from, length)) {
      field = Names.known(bytes, from, from + length);
      fields[at] = field;
    }
    return field.value();
  }

  String text() {
    int length = varint();
    if (length < 0 || length > end - at) {
      return new String(take(length), UTF_8);
    }
    int from = skip(length);
    return Names.text(bytes, from, from + length);
  }

  byte[] bytes() {
    return take(varint());
  }

  byte[] take(int length) {
    if (length < 0 || length > remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] taken = new byte[length];
    int here = Math.min(length, end - at);
    System.arraycopy(bytes, at, taken, 0, here);
    at += here;
    source.get(following, taken, here, length - here);
    following += length - here;
    return taken;
  }

  /** Goes on after some bytes that nobody asks for. */
  void pass(int count) {
    if (count < 0 || count > remaining()) {
      throw new BufferUnderflowException();
    }
    int here = Math.min(count, end - at);
    at += here;
    following += count - here;
  }
}
