package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow as numbers and texts are added; begun again, they are written over. */
final class ByteOutput {

  private static final int INITIAL_BYTES = 1024;

  /** A buffer that something large made longer than this is not kept for the next one. */
  private static final int MOST_KEPT_BYTES = 256 << 10;

  private byte[] out = new byte[INITIAL_BYTES];
  private int at;

  void begin() {
    at = 0;
  }

  /** All since {@link #begin}, little-endian; not a copy. */
  ByteBuffer written() {
    return ByteBuffer.wrap(out, 0, at).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A copy of all since {@link #begin}. */
  byte[] copy() {
    return Arrays.copyOf(out, at);
  }

  /** Frees the buffer of something large. What {@link #written} gave is not used any more. */
  void release() {
    if (out.length > MOST_KEPT_BYTES) {
      out = new byte[INITIAL_BYTES];
    }
  }

  private void room(int more) {
    if (out.length - at < more) {
      int usual = out.length + Math.min(out.length, MOST_KEPT_BYTES + out.length / 8);
      out = Arrays.copyOf(out, Math.max(usual, at + more));
    }
  }

  void put(int value) {
    room(1);
    out[at++] = (byte) value;
  }

  void number(long value) {
    room(Long.BYTES);
    ByteInput.LONGS.set(out, at, value);
    at += Long.BYTES;
  }

  void varint(int value) {
    room(5);
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out[at++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out[at++] = (byte) rest;
  }

  /** The same, padded to four bytes. */
  private void paddedVarint(int value) {
    room(4);
    out[at++] = (byte) (value | 0x80);
    out[at++] = (byte) (value >>> 7 | 0x80);
    out[at++] = (byte) (value >>> 14 | 0x80);
    out[at++] = (byte) (value >>> 21 & 0x7f);
  }

  /** With their length in front. */
  void bytes(byte[] bytes) {
    varint(bytes.length);
    add(bytes);
  }

  /** With their length in front, in four bytes. */
  void part(byte[] bytes) {
    paddedVarint(bytes.length);
    add(bytes);
  }

  private void add(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, out, at, bytes.length);
    at += bytes.length;
  }

  /** A text that many messages have. */
  void name(String name) {
    bytes(Names.bytes(name));
  }

  void text(String text) {
    bytes(text.getBytes(UTF_8));
  }
}
