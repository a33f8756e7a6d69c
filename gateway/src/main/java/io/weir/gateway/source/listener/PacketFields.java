package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ByteProcessor;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;

/**
 * Walks over the fields of one packet, which it neither copies nor consumes. Refuses a field that
 * goes beyond the end, and a text that is none (MQTT 5, 1.5.4): no UTF-8, or with control
 * characters, which no topic or name of a device has on purpose.
 */
final class PacketFields {

  private static final int MOST_DIGITS = 4;

  /** Goes on while a byte is a letter of ASCII that needs no second look. */
  private static final ByteProcessor PLAIN = value -> value >= ' ' && value != 0x7F;

  private static final ByteProcessor NO_WILDCARD = value -> value != '+' && value != '#';

  private final ByteBuf bytes;
  private int at;
  private final int end;

  PacketFields(ByteBuf bytes, int from, int length) {
    this.bytes = bytes;
    at = from;
    end = from + length;
  }

  int left() {
    return end - at;
  }

  int u8() throws Refused {
    return u8(skip(1));
  }

  /** The byte that was stepped over there. */
  int u8(int from) {
    return bytes.getUnsignedByte(from);
  }

  /** Sets it to what it should have been. */
  void set(int from, int value) {
    bytes.setByte(from, value);
  }

  int u16() throws Refused {
    return bytes.getUnsignedShort(skip(2));
  }

  /** A number of one to four bytes, in as few as it needs (1.5.5). */
  int number() throws Refused {
    int value = 0;
    for (int i = 0; i < MOST_DIGITS; i++) {
      int digit = u8();
      value |= (digit & 0x7F) << 7 * i;
      if (digit < 0x80) {
        if (digit == 0 && i > 0) {
          break;
        }
        return value;
      }
    }
    throw malformed("a number is longer than it needs to be");
  }

  /** A text; its length in bytes. */
  int text() throws Refused {
    int length = u16();
    checkText(skip(length), length);
    return length;
  }

  /** A text without the wildcards of a filter; its length in bytes. */
  int name() throws Refused {
    int length = text();
    if (bytes.forEachByte(at - length, length, NO_WILDCARD) >= 0) {
      throw malformed("a topic has a wildcard");
    }
    return length;
  }

  void binary() throws Refused {
    skip(u16());
  }

  /** Steps over some bytes; where they begin. */
  int skip(int length) throws Refused {
    if (length > end - at) {
      throw malformed("it ends in the middle of a field");
    }
    int begin = at;
    at += length;
    return begin;
  }

  /** The next {@code length} bytes as fields of their own, which are stepped over here. */
  PacketFields inner(int length) throws Refused {
    return new PacketFields(bytes, skip(length), length);
  }

  void end() throws Refused {
    if (at < end) {
      throw malformed("it has more bytes than its fields");
    }
  }

  /** Whether the text that was read last, of this length, is this one. */
  boolean wasText(String text, int length) {
    return length == text.length() && bytes.toString(at - length, length, UTF_8).equals(text);
  }

  private void checkText(int from, int length) throws Refused {
    if (bytes.forEachByte(from, length, PLAIN) < 0) {
      return;
    }
    try {
      String text =
          UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(ByteBufUtil.getBytes(bytes, from, length)))
              .toString();
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw malformed("a text has a control character");
      }
    } catch (CharacterCodingException e) {
      throw malformed("a text is not UTF-8");
    }
  }

  static Refused malformed(String what) {
    return new Refused(Codes.MALFORMED, what);
  }
}
