package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Strict UTF-8: what is not is refused, where {@code new String} would replace it. */
final class Utf8 {

  private Utf8() {}

  static String decode(byte[] bytes, int from, int to) throws CharacterCodingException {
    return isAscii(bytes, from, to)
        ? new String(bytes, from, to - from, UTF_8)
        : strict(bytes, from, to);
  }

  static boolean isText(byte[] bytes, int from, int to) {
    try {
      return isAscii(bytes, from, to) || strict(bytes, from, to) != null;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean isAscii(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private static String strict(byte[] bytes, int from, int to) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from)).toString();
  }

  /** Where the text starts: behind the byte order mark, if there is one. */
  static int start(byte[] bytes) {
    boolean marked =
        bytes.length >= 3
            && bytes[0] == (byte) 0xef
            && bytes[1] == (byte) 0xbb
            && bytes[2] == (byte) 0xbf;
    return marked ? 3 : 0;
  }

  /** Where the text ends: before the NULs that end a string of C or fill a controller's buffer. */
  static int end(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  /** Whether the first character that is no blank is that one of ASCII. */
  static boolean startsWith(char first, byte[] bytes) {
    for (int i = start(bytes); i < bytes.length; i++) {
      if (bytes[i] < 0 || bytes[i] > ' ') {
        return bytes[i] == first;
      }
    }
    return false;
  }
}
