package io.weir.gateway.uplink;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads what {@link BytesOut} wrote, and trusts nothing of it. */
final class BytesIn {

  private final byte[] bytes;
  private int at;

  BytesIn(byte[] bytes) {
    this.bytes = bytes;
  }

  int left() {
    return bytes.length - at;
  }

  int at() {
    return at;
  }

  int octet() throws BadBatchException {
    if (at == bytes.length) {
      throw endsEarly();
    }
    return bytes[at++] & 0xff;
  }

  long number() throws BadBatchException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = octet();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw BadBatchException.broken("a number is longer than ten bytes");
  }

  long signed() throws BadBatchException {
    long value = number();
    return value >>> 1 ^ -(value & 1);
  }

  /** A number of things, each of which has at least one byte. */
  int count(int most) throws BadBatchException {
    return below(number(), Math.min(most, left()) + 1L, "a count");
  }

  /** The number of something that stands in a table. */
  int place(int size) throws BadBatchException {
    return below(number(), size, "a place in a table");
  }

  int index() throws BadBatchException {
    return below(number(), Integer.MAX_VALUE, "a place in a record");
  }

  private static int below(long value, long bound, String what) throws BadBatchException {
    if (value < 0 || value >= bound) {
      throw BadBatchException.broken(what + " is out of range");
    }
    return (int) value;
  }

  long fixed() throws BadBatchException {
    if (left() < Long.BYTES) {
      throw endsEarly();
    }
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value |= (bytes[at++] & 0xffL) << (8 * i);
    }
    return value;
  }

  String text() throws BadBatchException {
    int length = count(Integer.MAX_VALUE);
    String text = new String(bytes, at, length, UTF_8);
    at += length;
    return text;
  }

  private static BadBatchException endsEarly() {
    return BadBatchException.broken("it ends early");
  }
}
