package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads one after the other what a {@link ByteOutput} has written. Bytes that are not in an array
 * are copied into one first: a read of an array is compiled to far less than one of a buffer that
 * may be of several kinds. Each read throws {@link BufferUnderflowException} past the end.
 */
final class ByteInput {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int INITIAL_BYTES = 1024;

  /** A copy of something large is not kept for the next one. */
  private static final int MOST_KEPT_BYTES = 256 << 10;

  private byte[] copy = new byte[INITIAL_BYTES];
  private byte[] bytes = copy;
  private int at;
  private int end;

  /** Begins with the bytes that remain in a buffer, which stays as it is. */
  ByteInput over(ByteBuffer source) {
    int length = source.remaining();
    if (source.hasArray()) {
      bytes = source.array();
      at = source.arrayOffset() + source.position();
    } else {
      if (copy.length < length || copy.length > MOST_KEPT_BYTES) {
        copy = new byte[Math.max(length, INITIAL_BYTES)];
      }
      source.get(source.position(), copy, 0, length);
      bytes = copy;
      at = 0;
    }
    end = at + length;
    return this;
  }

  int next() {
    if (at >= end) {
      throw new BufferUnderflowException();
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
      throw new BufferUnderflowException();
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

  String text() {
    int length = varint();
    return new String(bytes, skip(length), length, UTF_8);
  }

  byte[] bytes() {
    return take(varint());
  }

  byte[] take(int length) {
    int from = skip(length);
    return Arrays.copyOfRange(bytes, from, from + length);
  }
}
