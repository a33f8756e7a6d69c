package io.weir.gateway.decode;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a payload of bytes stand.
 *
 * @param length bytes that the payload has
 * @param fields in the order of the route
 */
record RawTable(int length, List<Field> fields) {

  /** Has no fields. */
  static final RawTable EMPTY = new RawTable(0, List.of());

  /** In which order the bytes of a number stand, where ABCD is the largest first. */
  enum Order {
    /** ABCD. */
    BIG,
    /** DCBA. */
    LITTLE,
    /** CDAB: registers of 16 bits, the last one first. */
    WORD_SWAPPED,
    /** BADC: registers in order, their bytes swapped. */
    BYTE_SWAPPED
  }

  enum Type {
    U8(1),
    U16(2),
    U24(3),
    U32(4),
    U64(8),
    I8(1),
    I16(2),
    I24(3),
    I32(4),
    I64(8),
    F32(4),
    F64(8),
    BCD(0),
    ASCII(0);

    /** Bytes; 0 where the field says it. */
    final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    boolean isUnsigned() {
      return name().charAt(0) == 'U';
    }
  }

  /**
   * Bits of an unsigned number; bit 0 is the least.
   *
   * @param single whether they are one bit, which is true or false
   */
  record Bits(int low, int high, boolean single) {}

  /**
   * One value.
   *
   * @param offset of its first byte
   * @param length bytes
   * @param scale what a number is multiplied by
   */
  record Field(
      String name,
      int offset,
      Type type,
      int length,
      Order order,
      double scale,
      @Nullable Bits bits,
      @Nullable String unit) {

    int end() {
      return offset + length;
    }
  }
}
