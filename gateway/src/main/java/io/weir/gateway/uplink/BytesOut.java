package io.weir.gateway.uplink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Bytes that grow: numbers of variable length, low groups of seven bits first, and texts. */
final class BytesOut {

  private byte[] bytes;
  private int at;

  BytesOut(int expected) {
    bytes = new byte[expected];
  }

  void octet(int value) {
    room(1);
    bytes[at++] = (byte) value;
  }

  /** A number without sign. */
  void number(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[at++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
  }

  /** A number with sign; small ones of both signs are short. */
  void signed(long value) {
    number(value << 1 ^ value >> 63);
  }

  void fixed(long value) {
    room(Long.BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[at++] = (byte) (value >>> (8 * i));
    }
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(UTF_8);
    number(utf8.length);
    add(utf8);
  }

  void add(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, at, more.length);
    at += more.length;
  }

  private void room(int more) {
    if (bytes.length - at < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }
}
