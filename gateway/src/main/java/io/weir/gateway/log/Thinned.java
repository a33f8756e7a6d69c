package io.weir.gateway.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the payload of a thinned record begins with. It stands for the records from its own offset
 * to a last one, of which all or a part was dropped, and says how many units each of them had. So
 * whoever has passed a part of them knows what the rest was. Little-endian:
 *
 * <pre>
 *  0  u64  last offset that it stands for
 *  8  u32  units that are left
 * 12  u32  number of groups
 * 16  ...  groups in order: u32 how many records, u32 units of each of them
 *     ...  what stands for the records now, may be empty
 * </pre>
 *
 * <p>Records that follow each other with as many units are one group.
 */
final class Thinned {

  /** This many groups at most in one record: then it can be read at one go. */
  static final int MOST_GROUPS = 4096;

  private static final int LAST = 0;
  private static final int UNITS_LEFT = 8;
  private static final int GROUPS = 12;
  private static final int FIXED_BYTES = 16;
  private static final int GROUP_BYTES = 8;

  private final long first;
  private final long last;
  private final int unitsLeft;
  private final int[] groups;
  private final int bytes;

  private Thinned(long first, long last, int unitsLeft, int[] groups) {
    this.first = first;
    this.last = last;
    this.unitsLeft = unitsLeft;
    this.groups = groups;
    bytes = FIXED_BYTES + GROUP_BYTES * (groups.length / 2);
  }

  /**
   * Reads it from a payload.
   *
   * @param at where the payload begins in the bytes
   * @param first offset of the record
   * @return {@code null} if the payload is none of a thinned record
   */
  static @Nullable Thinned read(ByteBuffer in, int at, int length, long first) {
    if (length < FIXED_BYTES) {
      return null;
    }
    long last = in.getLong(at + LAST);
    int count = in.getInt(at + GROUPS);
    if (count < 1 || count > MOST_GROUPS || FIXED_BYTES + GROUP_BYTES * count > length) {
      return null;
    }
    int[] groups = new int[2 * count];
    long records = 0;
    for (int i = 0; i < groups.length; i++) {
      groups[i] = in.getInt(at + FIXED_BYTES + Integer.BYTES * i);
      records += i % 2 == 0 ? groups[i] : 0;
    }
    return last - first + 1 == records
        ? new Thinned(first, last, in.getInt(at + UNITS_LEFT), groups)
        : null;
  }

  /** The last offset that it stands for. */
  long last() {
    return last;
  }

  /** Units of what stands for the records now. */
  int unitsLeft() {
    return unitsLeft;
  }

  /** Its length in the payload; what stands for the records follows. */
  int bytes() {
    return bytes;
  }

  /** Units that the records below an offset had at first. */
  long unitsBelow(long offset) {
    long units = 0;
    long at = first;
    for (int i = 0; i < groups.length && at < offset; i += 2) {
      units += Math.min(groups[i], offset - at) * groups[i + 1];
      at += groups[i];
    }
    return units;
  }

  /** Units that the records of a range had at first. */
  long unitsIn(long from, long to) {
    return to <= from ? 0 : unitsBelow(to) - unitsBelow(from);
  }

  /** Collects the records of which one thinned record is made. */
  static final class Builder {

    private long first;
    private long end;
    private long units;
    private int[] groups = new int[8];
    private int used;

    boolean isEmpty() {
      return used == 0;
    }

    /** Whether a record, or those of another thinned one, can follow. */
    boolean takes(long offset, long more, int moreGroups) {
      return isEmpty()
          || (offset == end
              && units + more <= Integer.MAX_VALUE
              && used / 2 + moreGroups <= MOST_GROUPS);
    }

    void add(long offset, int recordUnits) {
      add(offset, 1, recordUnits);
    }

    /** Adds records that follow each other from an offset on. */
    void add(long offset, int records, int unitsOfEach) {
      begin(offset);
      group(records, unitsOfEach);
    }

    void add(Thinned other, long offset) {
      begin(offset);
      for (int i = 0; i < other.groups.length; i += 2) {
        group(other.groups[i], other.groups[i + 1]);
      }
    }

    private void begin(long offset) {
      if (isEmpty()) {
        first = offset;
        end = offset;
        units = 0;
      }
    }

    private void group(int records, int unitsOfEach) {
      end += records;
      units += (long) records * unitsOfEach;
      if (used > 0 && groups[used - 1] == unitsOfEach) {
        groups[used - 2] += records;
        return;
      }
      if (used == groups.length) {
        groups = Arrays.copyOf(groups, 2 * used);
      }
      groups[used++] = records;
      groups[used++] = unitsOfEach;
    }

    long first() {
      return first;
    }

    /** Units of the records at first. */
    int units() {
      return (int) units;
    }

    int bytes() {
      return FIXED_BYTES + GROUP_BYTES * (used / 2);
    }

    /** Writes it at the buffer's position, and is empty again. */
    void write(ByteBuffer out, int unitsLeft) {
      out.putLong(end - 1).putInt(unitsLeft).putInt(used / 2);
      for (int i = 0; i < used; i++) {
        out.putInt(groups[i]);
      }
      used = 0;
    }
  }

  int groups() {
    return groups.length / 2;
  }
}
