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
 * @param todo ranges of offsets still to do, in order; the last has no end. Between them are
 *     records that were done before their turn; earlier versions wrote one range
 * @param units units of all records before the lowest of them
 * @param state the owner's bytes
 */
@SuppressWarnings("ArrayRecordComponent") // the owner's bytes, never compared
record CursorContent(List<OffsetRange> todo, long units, byte[] state) {

  static final int VERSION = 1;

  /**
   * All records from an offset on are still to do, but for some ranges.
   *
   * @param doneAbove above the offset, in order, apart from it and from each other
   */
  static CursorContent from(long offset, List<OffsetRange> doneAbove, long units, byte[] state) {
    List<OffsetRange> todo = new ArrayList<>(doneAbove.size() + 1);
    long from = offset;
    for (OffsetRange done : doneAbove) {
      if (done.from() <= from || done.to() <= done.from()) {
        throw new IllegalArgumentException(doneAbove + " is not in order above " + offset);
      }
      todo.add(new OffsetRange(from, done.from()));
      from = done.to();
    }
    todo.add(new OffsetRange(from, Long.MAX_VALUE));
    return new CursorContent(todo, units, state);
  }

  /** The lowest offset still to do: all records below it are done. */
  long position() {
    return todo.stream().mapToLong(OffsetRange::from).min().orElseThrow();
  }

  /** The ranges between those that are still to do. */
  List<OffsetRange> doneAbove() {
    List<OffsetRange> done = new ArrayList<>();
    for (int i = 1; i < todo.size(); i++) {
      done.add(new OffsetRange(todo.get(i - 1).to(), todo.get(i).from()));
    }
    return List.copyOf(done);
  }

  byte[] encode() {
    ByteBuffer out =
        ByteBuffer.allocate(16 + 16 * todo.size() + state.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(VERSION).putLong(units).putInt(todo.size());
    for (OffsetRange range : todo) {
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
      List<OffsetRange> todo = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        OffsetRange range = new OffsetRange(in.getLong(), in.getLong());
        if (i > 0 && range.from() <= todo.get(i - 1).to()) {
          throw new IllegalArgumentException("cursor with ranges out of order");
        }
        todo.add(range);
      }
      byte[] state = new byte[in.remaining()];
      in.get(state);
      return new CursorContent(todo, units, state);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("cursor content ends early", e);
    }
  }
}
