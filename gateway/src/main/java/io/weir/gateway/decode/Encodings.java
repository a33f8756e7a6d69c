package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Locale;

/**
 * What a text that is not UTF-8 looks like. An encoding is named only where the bytes leave no
 * other: a mark of UTF-16; whole pairs that are common Chinese characters; single accented letters
 * and signs beside letters and digits of ASCII. To read it as what it looks like would be a guess,
 * so the route must say it.
 */
final class Encodings {

  /** What a message is looked at for at most. */
  private static final int MOST_BYTES = 64 << 10;

  /** Accented letters and signs of Western Europe that stand in names and units of machines. */
  private static final String WESTERN =
      "ÄÖÜäöüßÀÂÇÉÈÊËÎÏÔÙÛàâçéèêëîïôùûÑñÁÍÓÚáíóúÅåÆæØøÃÕãõ°µ²³±·§";

  private Encodings() {}

  /**
   * Says where the text ceases to be UTF-8 and what it looks like instead, if that is clear; such
   * as "not text in UTF-8, at line 1, column 12; it looks like GBK: set charset: gbk in the route".
   */
  static String fault(byte[] bytes) {
    int at = firstWrong(bytes);
    return "not text in UTF-8" + (at < 0 ? "" : place(bytes, at)) + looks(bytes);
  }

  /** The end of it alone, where the place is known; "" where it is not clear what it looks like. */
  static String looks(byte[] bytes) {
    if (ExpandingDecoder.beginsLikeZlib(bytes)) {
      return "; it begins like zlib, and cannot be expanded";
    }
    String charset = charset(bytes);
    return charset.isEmpty()
        ? ""
        : "; it looks like %s: set charset: %s in the route"
            .formatted(
                charset.equals("latin-1") ? "Latin-1" : charset.toUpperCase(Locale.ROOT), charset);
  }

  /** The name that a route has for what the bytes look like; "" where that is not clear. */
  private static String charset(byte[] bytes) {
    if (bytes.length >= 2) {
      int mark = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
      boolean isMarked = mark == 0xfeff || mark == 0xfffe;
      if (isMarked && bytes.length % 2 == 0 && isText(bytes, mark == 0xfeff)) {
        return "utf-16";
      }
    }
    Runs runs = new Runs(bytes);
    return runs.areChinese() ? "gbk" : runs.areWestern() ? "latin-1" : "";
  }

  private static boolean isText(byte[] bytes, boolean big) {
    return (big ? UTF_16BE : UTF_16LE)
        .decode(ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, MOST_BYTES)))
        .chars()
        .noneMatch(each -> each < ' ' && each != '\n' && each != '\r' && each != '\t');
  }

  /** Where the first byte stands that UTF-8 does not have there; -1 if all of it is UTF-8. */
  static int firstWrong(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(1_024);
    CharsetDecoder decoder = UTF_8.newDecoder();
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        return in.position();
      }
      if (result.isUnderflow()) {
        return -1;
      }
      out.clear();
    }
  }

  /** In bytes, counted from 1, as the parser of JSON counts. */
  private static String place(byte[] bytes, int at) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < at; i++) {
      if (bytes[i] == '\n') {
        line++;
        start = i + 1;
      }
    }
    return ", at line " + line + ", column " + (at - start + 1);
  }

  /** The runs of bytes that are not ASCII. */
  private static final class Runs {
    private int pairs;
    private int longestRun;
    private int runs;
    private boolean chinese = true;
    private boolean western = true;

    Runs(byte[] bytes) {
      int end = Math.min(bytes.length, MOST_BYTES);
      for (int i = 0; i < end; i++) {
        if (bytes[i] < 0) {
          int start = i;
          while (i < end && bytes[i] < 0) {
            i++;
          }
          if (i == end && end < bytes.length) {
            return; // cut in the middle
          }
          run(bytes, start, i);
        } else if (bytes[i] < ' ' && "\n\r\t\0".indexOf(bytes[i]) < 0) {
          chinese = false; // no text at all
          western = false;
        }
      }
    }

    private void run(byte[] bytes, int start, int end) {
      runs++;
      longestRun = Math.max(longestRun, end - start);
      boolean isPaired = (end - start) % 2 == 0;
      boolean common = isPaired;
      for (int i = start; isPaired && i < end; i += 2) {
        int lead = bytes[i] & 0xff;
        int trail = bytes[i + 1] & 0xff;
        boolean isSign = (lead == 0xa1 || lead == 0xa3) && trail >= 0xa1;
        boolean isCommon = lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1 && trail != 0xff;
        common &= isSign || isCommon;
        pairs += isCommon ? 1 : 0;
      }
      chinese &= common;
      boolean beside =
          (start > 0 && isWordly(bytes[start - 1])) || (end < bytes.length && isWordly(bytes[end]));
      western &= beside && end - start <= 2 && !(common && isPaired);
      for (int i = start; i < end; i++) {
        western &= WESTERN.indexOf(bytes[i] & 0xff) >= 0;
      }
    }

    private static boolean isWordly(byte each) {
      return Character.isLetterOrDigit((char) each) && each > 0;
    }

    boolean areChinese() {
      return chinese && pairs >= 2 && longestRun >= 4;
    }

    boolean areWestern() {
      return western && runs > 0;
    }
  }
}
