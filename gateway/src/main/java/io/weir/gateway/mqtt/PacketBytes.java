package io.weir.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Bytes of a packet that is being made. */
final class PacketBytes {

  private byte[] bytes;
  private int length;

  PacketBytes(int expected) {
    bytes = new byte[expected];
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }

  PacketBytes oneByte(int value) {
    room(1);
    bytes[length++] = (byte) value;
    return this;
  }

  PacketBytes twoBytes(int value) {
    return oneByte(value >> 8).oneByte(value);
  }

  PacketBytes fourBytes(long value) {
    return twoBytes((int) (value >> 16)).twoBytes((int) value);
  }

  /** A number of one to four bytes (section 1.5.5). */
  PacketBytes number(int value) {
    int left = value;
    do {
      int digit = left & 0x7F;
      left >>>= 7;
      oneByte(left == 0 ? digit : digit | 0x80);
    } while (left != 0);
    return this;
  }

  PacketBytes bytes(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
    return this;
  }

  /** Bytes with their length before them. */
  PacketBytes sized(byte[] more) {
    return twoBytes(more.length).bytes(more);
  }

  PacketBytes text(String text) {
    return sized(text.getBytes(UTF_8));
  }

  /** The packet of these bytes. */
  byte[] packet(int first) {
    PacketBytes head = new PacketBytes(length + 5);
    head.oneByte(first).number(length);
    head.room(length);
    System.arraycopy(bytes, 0, head.bytes, head.length, length);
    head.length += length;
    return head.length == head.bytes.length ? head.bytes : head.toBytes();
  }
}
