package io.weir.gateway.log;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of a cursor file. Little-endian:
 *
 * <pre>
 * u32  version, 1
 * u64  units of all records below the position
 * u32  number of ranges still to do, then the ranges in order: u64 from, u64 to (not included)
 * ...  the owner's bytes
 * </pre>
 *
 * @param todo ranges of offsets still to do; this version writes one, without an end
 * @param units units of all records before the lowest of them
 * @param state the owner's bytes
 */
@SuppressWarnings("ArrayRecordComponent") // the owner's bytes, never compared
record CursorContent(List<Range> todo, long units, byte[] state) {

  static final int VERSION = 1;

  /** Offsets from {@code from} up to, and not including, {@code to}. */
  record Range(long from, long to) {}

  /** All records from an offset on are still to do. */
  static CursorContent from(long offset, long units, byte[] state) {
    return new CursorContent(List.of(new Range(offset, Long.MAX_VALUE)), units, state);
  }

  /** The lowest offset still to do: all records below it are done. */
  long position() {
    return todo.stream().mapToLong(Range::from).min().orElseThrow();
  }

  byte[] encode() {
    ByteBuffer out =
        ByteBuffer.allocate(16 + 16 * todo.size() + state.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(VERSION).putLong(units).putInt(todo.size());
    for (Range range : todo) {
      out.putLong(range.from()).putLong(range.to());
    }
    return out.put(state).array();
  }

  /** The format version that the bytes name, 0 if they are too short for one. */
  static int version(byte[] bytes) {
    return bytes.length < 4 ? 0 : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not such content
   */
  static CursorContent decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      int version = in.getInt();
      if (version != VERSION) {
        throw new IllegalArgumentException("cursor version " + version + " is not known");
      }
      long units = in.getLong();
      int count = in.getInt();
      if (count < 1 || count > in.remaining() / 16) {
        throw new IllegalArgumentException("cursor with " + count + " ranges");
      }
      List<Range> todo = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        todo.add(new Range(in.getLong(), in.getLong()));
      }
      byte[] state = new byte[in.remaining()];
      in.get(state);
      return new CursorContent(todo, units, state);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("cursor content ends early", e);
    }
  }
}
