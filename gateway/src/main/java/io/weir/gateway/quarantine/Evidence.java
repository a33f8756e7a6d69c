package io.weir.gateway.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Raw bytes as readable text, safe to print on a terminal. */
public final class Evidence {

  private static final int ROW = 16;

  private Evidence() {}

  /**
   * The beginning of the bytes on one line: as text where they are UTF-8, else in hexadecimal.
   *
   * @param most characters at most, without the mark of an omission
   */
  public static String preview(byte[] raw, int most) {
    String text = printable(raw);
    String shown = text == null ? "0x" + HexFormat.of().formatHex(raw) : text;
    if (shown.codePointCount(0, shown.length()) <= most) {
      return shown;
    }
    return shown.substring(0, shown.offsetByCodePoints(0, most)) + "…";
  }

  /** The bytes as text, unaltered, or {@code null} where they are not UTF-8. */
  public static @Nullable String text(byte[] raw) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** All bytes, sixteen a row: offset, hexadecimal, printable ASCII. */
  public static String dump(byte[] raw) {
    StringBuilder out = new StringBuilder();
    HexFormat hex = HexFormat.ofDelimiter(" ");
    for (int at = 0; at < raw.length; at += ROW) {
      int end = Math.min(at + ROW, raw.length);
      out.append("%08x  %-47s  ".formatted(at, hex.formatHex(raw, at, end)));
      for (int i = at; i < end; i++) {
        out.append(raw[i] >= 0x20 && raw[i] < 0x7f ? (char) raw[i] : '.');
      }
      out.append('\n');
    }
    return out.toString();
  }

  /** With control characters escaped, or {@code null} if it is not UTF-8. */
  private static @Nullable String printable(byte[] raw) {
    CharBuffer text = CharBuffer.allocate(raw.length);
    ByteBuffer in = ByteBuffer.wrap(raw);
    // Not at the end of input: a beginning may stop within a character.
    if (UTF_8.newDecoder().decode(in, text, false).isError() || in.remaining() == raw.length) {
      return raw.length == 0 ? "" : null;
    }
    text.flip();
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\r' || c == '\t') {
                out.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
              } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
