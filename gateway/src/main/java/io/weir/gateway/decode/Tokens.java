package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one document, in whatever language it is written, as {@link JsonDocument} reads
 * them. The methods are those of Jackson's parser; an instant of a language that has them is a text
 * in ISO 8601.
 */
interface Tokens extends Closeable {

  /** {@code null} behind the document's end. */
  @Nullable JsonToken nextToken() throws IOException;

  /** The next key of the object; {@code null} at its end. */
  @Nullable String nextFieldName() throws IOException;

  /** Goes to the end of the object or array that begins here. */
  void skipChildren() throws IOException;

  String getText() throws IOException;

  NumberType getNumberType() throws IOException;

  long getLongValue() throws IOException;

  double getDoubleValue() throws IOException;

  /** {@code null} where it is not known. */
  @Nullable JsonLocation currentTokenLocation();

  /**
   * What stands here, where the token is {@link JsonToken#VALUE_EMBEDDED_OBJECT}, which no reading
   * can be: "bytes", "extension 5".
   */
  default @Nullable String foreign() {
    return null;
  }

  /**
   * Whether the key is that of the text of an object beside its fields, as elements of XML have.
   */
  default boolean isOwnText(String key) {
    return false;
  }

  /** Hands on what was left out of the document on purpose, once it is read. */
  default void emitLeft(Decoder.Output out) {}

  /**
   * An instant as a text.
   *
   * @param seconds since the epoch
   * @throws ArithmeticException if there is no such
   * @throws java.time.DateTimeException if there is no such
   */
  static String instant(BigDecimal seconds) {
    BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
    long nanos = seconds.subtract(whole).movePointRight(9).longValue();
    return Instant.ofEpochSecond(whole.longValueExact(), nanos).toString();
  }

  /** A number of bytes in words. */
  static String bytes(int number) {
    return number + (number == 1 ? " byte" : " bytes");
  }

  @Override
  default void close() throws IOException {}
}
