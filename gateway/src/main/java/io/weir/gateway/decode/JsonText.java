package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * JSON as devices write it, which is not always JSON (RFC 8259). What can be meant in one way only
 * is read that way, so that the rest of the document is not lost with it:
 *
 * <ul>
 *   <li>Numbers with a sign, zeros or nothing before the digits, or nothing behind the point:
 *       {@code +2.1, 021.5, .5, 5.}
 *   <li>Words for what is no finite number, as C, Java and Python print it: {@code nan, -inf,
 *       1.#QNAN}.
 *   <li>A comma before a closing bracket, as templates leave it.
 *   <li>NULs behind the document: the end of a string in C, the rest of a buffer in a controller.
 * </ul>
 */
final class JsonText {

  private final JsonFactory factory;

  JsonText(StreamReadConstraints constraints) {
    this.factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(
                JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
                JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS,
                JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS,
                JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS,
                JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS,
                JsonReadFeature.ALLOW_TRAILING_COMMA)
            .streamReadConstraints(constraints)
            .build();
  }

  /** As deep as a message may be. */
  static JsonText within(DecodeLimits limits) {
    return new JsonText(StreamReadConstraints.builder().maxNestingDepth(limits.maxDepth()).build());
  }

  /** Takes a document from its first token to its last. */
  interface Reading<T> {
    T of(JsonParser in) throws IOException;
  }

  /**
   * What the reading gives. It is made a second time, of the same document respelled, where the
   * first meets what the parser does not know.
   *
   * @throws IOException as the reading throws it; where it stands holds for the bytes given
   */
  <T> T read(byte[] json, Reading<T> reading) throws IOException {
    try (JsonParser in = factory.createParser(json)) {
      return reading.of(in);
    } catch (JsonParseException e) {
      byte[] respelled = respelled(json);
      if (respelled == null) {
        throw e;
      }
      try (JsonParser in = factory.createParser(respelled)) {
        return reading.of(in);
      }
    }
  }

  /**
   * The document with blanks for NULs at its end, and with the parser's words for what is no finite
   * number, all in the same places; {@code null} where there is nothing to respell.
   */
  private static byte @Nullable [] respelled(byte[] json) {
    byte[] out = json.clone();
    Arrays.fill(out, Utf8.end(out), out.length, (byte) ' ');
    boolean quoted = false;
    for (int i = 0; i < out.length; i++) {
      if (quoted && out[i] == '\\') {
        i++;
      } else if (out[i] == '"') {
        quoted = !quoted;
      } else if (!quoted && isLetter(out[i])) {
        int end = i + 1;
        while (end < out.length && isLetter(out[end])) {
          end++;
        }
        respell(out, i, end);
        i = end - 1;
      } else if (!quoted && out[i] == '#') {
        i = respellOfWindows(out, i);
      }
    }
    return Arrays.equals(out, json) ? null : out;
  }

  /** Respells the word there, and the sign before it, if it is one for what is no finite number. */
  private static void respell(byte[] json, int start, int end) {
    String word = new String(json, start, end - start, ISO_8859_1).toLowerCase(Locale.ROOT);
    boolean signed = start > 0 && (json[start - 1] == '+' || json[start - 1] == '-');
    String known =
        switch (word) {
          case "nan" -> "NaN";
          case "inf" -> signed ? "INF" : "NaN"; // there is no other word so short
          case "infinity" -> "Infinity";
          default -> null;
        };
    if (known == null) {
      return;
    }
    System.arraycopy(known.getBytes(ISO_8859_1), 0, json, start, known.length());
    if (signed && word.equals("nan")) {
      json[start - 1] = ' ';
    }
  }

  /**
   * Respells {@code 1.#QNAN}, of which the {@code #} stands there.
   *
   * @return the last byte of the word
   */
  private static int respellOfWindows(byte[] json, int hash) {
    int end = hash + 1;
    while (end < json.length && (isLetter(json[end]) || (json[end] >= '0' && json[end] <= '9'))) {
      end++;
    }
    int start = hash - 2;
    if (start > 0 && json[start] == '1' && json[start + 1] == '.') {
      start -= json[start - 1] == '-' ? 1 : 0;
      Arrays.fill(json, start, end, (byte) ' ');
      System.arraycopy("NaN".getBytes(ISO_8859_1), 0, json, start, 3);
    }
    return end - 1;
  }

  private static boolean isLetter(byte each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
  }
}
