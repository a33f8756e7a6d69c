package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/** A value of Avro as its logical type says, as the token that stands for it. One for a reader. */
final class AvroValue {

  /** Of the number without its point; a longer one takes long to be made a float of. */
  private static final int MOST_BYTES = 400;

  /** So far from the point that no float reaches it, and few enough for a quick answer. */
  private static final int MOST_SCALE = 10_000;

  private static final long NS_IN_S = 1_000_000_000;
  private static final long US_IN_S = 1_000_000;
  private static final long MS_IN_S = 1_000;

  private String text = "";
  private NumberType type = NumberType.LONG;
  private long whole;
  private double real;
  private @Nullable String foreign;

  String text() {
    return text;
  }

  NumberType type() {
    return type;
  }

  long whole() {
    return whole;
  }

  double real() {
    return real;
  }

  /** What stands here that no reading can be; {@code null} for what can. */
  @Nullable String foreign() {
    return foreign;
  }

  JsonToken nothing() {
    foreign = null;
    text = "null";
    return JsonToken.VALUE_NULL;
  }

  JsonToken flag(boolean flag) {
    foreign = null;
    text = String.valueOf(flag);
    return flag ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE;
  }

  JsonToken text(String given) {
    foreign = null;
    text = given;
    return JsonToken.VALUE_STRING;
  }

  JsonToken real(double number) {
    foreign = null;
    real = number;
    text = String.valueOf(number);
    return JsonToken.VALUE_NUMBER_FLOAT;
  }

  JsonToken foreign(String what) {
    foreign = what;
    text = what;
    return JsonToken.VALUE_EMBEDDED_OBJECT;
  }

  private JsonToken integer(BigInteger number) {
    foreign = null;
    type = number.bitLength() < Long.SIZE ? NumberType.LONG : NumberType.BIG_INTEGER;
    whole = number.longValue();
    text = number.toString();
    return JsonToken.VALUE_NUMBER_INT;
  }

  /** An {@code int} or {@code long}. */
  JsonToken integer(Schema of, long number) {
    LogicalType logical = of.getLogicalType();
    if (logical == null) {
      foreign = null;
      type = NumberType.LONG;
      whole = number;
      text = Long.toString(number);
      return JsonToken.VALUE_NUMBER_INT;
    }
    try {
      return switch (logical.getName()) {
        case "date" -> text(LocalDate.ofEpochDay(number).toString());
        case "time-millis" -> timeOfDay(Math.multiplyExact(number, NS_IN_S / MS_IN_S));
        case "time-micros" -> timeOfDay(Math.multiplyExact(number, NS_IN_S / US_IN_S));
        case "timestamp-millis" -> text(instant(number, MS_IN_S).toString());
        case "timestamp-micros" -> text(instant(number, US_IN_S).toString());
        case "timestamp-nanos" -> text(instant(number, NS_IN_S).toString());
        case "local-timestamp-millis" -> local(instant(number, MS_IN_S));
        case "local-timestamp-micros" -> local(instant(number, US_IN_S));
        case "local-timestamp-nanos" -> local(instant(number, NS_IN_S));
        default -> integer(BigInteger.valueOf(number)); // of another program: the number counts
      };
    } catch (ArithmeticException | DateTimeException e) {
      return foreign("a " + logical.getName() + " of " + number + ", which there is not");
    }
  }

  private JsonToken timeOfDay(long ns) {
    return text(DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(ns)));
  }

  private JsonToken local(Instant written) {
    return text(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(written.atOffset(ZoneOffset.UTC)));
  }

  private static Instant instant(long number, long inSecond) {
    return Instant.ofEpochSecond(
        Math.floorDiv(number, inSecond), Math.floorMod(number, inSecond) * (NS_IN_S / inSecond));
  }

  /** {@code bytes}, or a {@code fixed}. */
  JsonToken bytes(Schema of, byte[] bytes) throws IOException {
    LogicalType logical = of.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return decimal(bytes, decimal.getScale());
    }
    String kind = logical == null ? "" : logical.getName();
    if (kind.equals("big-decimal")) {
      return bigDecimal(bytes);
    }
    if (kind.equals("uuid") && bytes.length == 16) {
      ByteBuffer id = ByteBuffer.wrap(bytes);
      return text(new UUID(id.getLong(), id.getLong()).toString());
    }
    return kind.equals("duration") && bytes.length == 12
        ? duration(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN))
        : foreign(Tokens.bytes(bytes.length) + ", not a value");
  }

  private JsonToken decimal(byte[] number, int scale) {
    if (number.length == 0 || number.length > MOST_BYTES || Math.abs((long) scale) > MOST_SCALE) {
      return foreign("a decimal of " + Tokens.bytes(number.length) + " and scale " + scale);
    }
    BigInteger unscaled = new BigInteger(number);
    return scale == 0 ? integer(unscaled) : real(new BigDecimal(unscaled, scale).doubleValue());
  }

  /** One that says itself where its point is. */
  private JsonToken bigDecimal(byte[] bytes) throws IOException {
    BinaryDecoder in = DecoderFactory.get().binaryDecoder(bytes, null);
    try {
      long length = in.readLong();
      if (length >= 0 && length <= Math.min(MOST_BYTES, in.remainingBytes())) {
        byte[] number = new byte[(int) length];
        in.readFixed(number, 0, number.length);
        int scale = in.readInt();
        if (in.isEnd()) {
          return decimal(number, scale);
        }
      }
    } catch (IOException e) {
      return foreign("a big-decimal that breaks off");
    }
    return foreign("no big-decimal");
  }

  /** Months, days and milliseconds, each without a sign; none can be made another one. */
  private JsonToken duration(ByteBuffer parts) {
    long months = Integer.toUnsignedLong(parts.getInt());
    long days = Integer.toUnsignedLong(parts.getInt());
    String time = Duration.ofMillis(Integer.toUnsignedLong(parts.getInt())).toString();
    String date = (months == 0 ? "" : months + "M") + (days == 0 ? "" : days + "D");
    boolean isWhole = !date.isEmpty() && time.equals("PT0S");
    return text("P" + date + (isWhole ? "" : time.substring(1)));
  }
}
