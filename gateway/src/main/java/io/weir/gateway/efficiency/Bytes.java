package io.weir.gateway.efficiency;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the state. A number is a zigzag LEB128; a text is its length and UTF-8; a double is
 * 8 bytes, little-endian. A cell is, for each sum that is not 0, a u8 and a number, and a 0 at its
 * end: the u8 is 4 times the sum's place, from 1 on, plus the thousands (0 to 3) by which the
 * number is multiplied, since most times are whole seconds or milliseconds.
 */
final class Bytes {

  private Bytes() {}

  /** Writes. */
  @SuppressWarnings("EnumOrdinal") // the order of the kinds is part of the format
  static final class Out {

    private byte[] bytes = new byte[1 << 12];
    private int at;

    byte[] toBytes() {
      return Arrays.copyOf(bytes, at);
    }

    int size() {
      return at;
    }

    private void room(int more) {
      if (bytes.length - at < more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
      }
    }

    void raw(byte value) {
      room(1);
      bytes[at++] = value;
    }

    void flag(boolean value) {
      raw((byte) (value ? 1 : 0));
    }

    void number(long value) {
      room(10);
      long rest = (value << 1) ^ (value >> 63);
      while ((rest & ~0x7fL) != 0) {
        bytes[at++] = (byte) ((rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      bytes[at++] = (byte) rest;
    }

    void real(double value) {
      room(8);
      long bits = Double.doubleToRawLongBits(value);
      for (int i = 0; i < 8; i++) {
        bytes[at++] = (byte) (bits >>> (8 * i));
      }
    }

    void text(@Nullable String text) {
      if (text == null) {
        number(-1);
        return;
      }
      byte[] utf8 = text.getBytes(UTF_8);
      number(utf8.length);
      room(utf8.length);
      System.arraycopy(utf8, 0, bytes, at, utf8.length);
      at += utf8.length;
    }

    void cell(long[] cell) {
      for (int i = 0; i < cell.length; i++) {
        if (cell[i] != 0) {
          long rest = cell[i];
          int thousands = 0;
          while (thousands < 3 && rest % 1000 == 0) {
            rest /= 1000;
            thousands++;
          }
          raw((byte) ((i + 1) * 4 + thousands));
          number(rest);
        }
      }
      raw((byte) 0);
    }

    void key(BucketKey key) {
      number(key.kind().ordinal());
      number(key.start());
      number(key.end() - key.start());
      text(key.shift());
    }
  }

  /** Reads what {@link Out} wrote; throws {@link IllegalArgumentException} where it ends early. */
  @SuppressWarnings("EnumOrdinal") // the order of the kinds is part of the format
  static final class In {

    private final byte[] bytes;
    private int at;

    In(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean atEnd() {
      return at == bytes.length;
    }

    private int take(int count) {
      if (count < 0 || bytes.length - at < count) {
        throw new IllegalArgumentException("the state of the figures ends early");
      }
      at += count;
      return at - count;
    }

    byte raw() {
      return bytes[take(1)];
    }

    boolean flag() {
      return raw() != 0;
    }

    long number() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte next = raw();
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return (value >>> 1) ^ -(value & 1);
        }
      }
      throw new IllegalArgumentException("a number in the state of the figures has no end");
    }

    double real() {
      int from = take(8);
      long bits = 0;
      for (int i = 0; i < 8; i++) {
        bits |= (bytes[from + i] & 0xffL) << (8 * i);
      }
      return Double.longBitsToDouble(bits);
    }

    @Nullable String text() {
      long length = number();
      return length < 0 ? null : new String(bytes, take((int) length), (int) length, UTF_8);
    }

    String name() {
      String text = text();
      if (text == null) {
        throw new IllegalArgumentException("a name is missing in the state of the figures");
      }
      return text;
    }

    long[] cell(int size) {
      long[] cell = new long[size];
      for (int head = raw() & 0xff; head != 0; head = raw() & 0xff) {
        int place = head / 4 - 1;
        if (place < 0 || place >= size) {
          throw new IllegalArgumentException("no sum has the place " + place);
        }
        long value = number();
        for (int thousands = head % 4; thousands > 0; thousands--) {
          value *= 1000;
        }
        cell[place] = value;
      }
      return cell;
    }

    BucketKey key() {
      BucketKind kind =
          BucketKind.values()[Math.floorMod((int) number(), BucketKind.values().length)];
      long start = number();
      long length = number();
      return new BucketKey(kind, start, start + length, name());
    }
  }
}
