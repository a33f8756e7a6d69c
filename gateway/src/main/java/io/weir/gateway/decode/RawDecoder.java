package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.weir.gateway.decode.RawTable.Bits;
import io.weir.gateway.decode.RawTable.Field;
import io.weir.gateway.decode.RawTable.Order;
import io.weir.gateway.decode.RawTable.Type;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.math.BigDecimal;

/**
 * Bytes at fixed places. A payload that is not as long as the table says is rejected whole: what
 * stands in it may be anything.
 */
final class RawDecoder implements Decoder {

  private final RawTable table;
  private final DecodeLimits limits;

  RawDecoder(RawTable table, DecodeLimits limits) {
    this.table = table;
    this.limits = limits;
  }

  @Override
  public boolean typesNumbers() {
    return true;
  }

  @Override
  public boolean takesAnyBytes() {
    return true;
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, limits);
    byte[] bytes = payload.bytes();
    if (bytes.length != table.length() || table.fields().isEmpty()) {
      samples.reject(Reason.MALFORMED, wrongLength(bytes.length));
      return;
    }
    for (Field field : table.fields()) {
      add(field, bytes, samples);
    }
  }

  private String wrongLength(int length) {
    String what =
        "the payload has %s where the table of the route has %d"
            .formatted(Tokens.bytes(length), table.length());
    if (length > table.length()) {
      return what + ": nothing is known of those from byte " + table.length();
    }
    return table.fields().stream()
        .filter(field -> field.end() > length)
        .findFirst()
        .map(
            field ->
                what
                    + ": %s at byte %d has %s"
                        .formatted(
                            Samples.quoted(field.name()),
                            field.offset(),
                            Tokens.bytes(field.length())))
        .orElse(what);
  }

  private static void add(Field field, byte[] bytes, Samples out) {
    Point point = field.unit() == null ? Point.PLAIN : Point.PLAIN.in(field.unit());
    switch (field.type()) {
      case ASCII -> text(field, bytes, out);
      case F32 -> {
        float single = Float.intBitsToFloat((int) number(field, bytes));
        real(field, FloatDecimals.widened(single), point, out);
      }
      case F64 -> real(field, Double.longBitsToDouble(number(field, bytes)), point, out);
      case BCD -> bcd(field, number(field, bytes), point, out);
      default -> whole(field, number(field, bytes), point, out);
    }
  }

  /** The bytes as one number of 64 bits, the largest of them first. */
  private static long number(Field field, byte[] bytes) {
    long number = 0;
    for (int i = 0; i < field.length(); i++) {
      number = number << 8 | (bytes[field.offset() + place(field, i)] & 0xff);
    }
    return number;
  }

  /** Where the byte stands that is the i-th from the largest. */
  private static int place(Field field, int i) {
    int last = field.length() - 1;
    Order order = last % 2 == 0 && isSwapped(field.order()) ? Order.BIG : field.order();
    return switch (order) {
      case BIG -> i;
      case LITTLE -> last - i;
      case WORD_SWAPPED -> (last - i) ^ 1;
      case BYTE_SWAPPED -> i ^ 1;
    };
  }

  private static boolean isSwapped(Order order) {
    return order == Order.WORD_SWAPPED || order == Order.BYTE_SWAPPED;
  }

  private static void whole(Field field, long number, Point point, Samples out) {
    Type type = field.type();
    Bits bits = field.bits();
    if (bits != null) {
      int width = bits.high() - bits.low() + 1;
      long mask = width == Long.SIZE ? -1 : (1L << width) - 1;
      long some = number >>> bits.low() & mask;
      if (bits.single()) {
        out.add(field.name(), new Value.Flag(some == 1), point);
      } else {
        unsigned(field, some, point, out);
      }
    } else if (type.isUnsigned()) {
      unsigned(field, number, point, out);
    } else {
      int unused = Long.SIZE - 8 * type.bytes;
      scaled(field, number << unused >> unused, point, out);
    }
  }

  private static void unsigned(Field field, long number, Point point, Samples out) {
    if (number < 0) {
      reject(field, "is " + Long.toUnsignedString(number) + ", an integer beyond 64 bits", out);
    } else {
      scaled(field, number, point, out);
    }
  }

  private static void bcd(Field field, long digits, Point point, Samples out) {
    long number = 0;
    for (int shift = 8 * field.length() - 4; shift >= 0; shift -= 4) {
      int digit = (int) (digits >>> shift) & 0xf;
      if (digit > 9) {
        reject(field, "has the digit " + Integer.toHexString(digit) + ", which BCD has not", out);
        return;
      }
      number = number * 10 + digit;
    }
    scaled(field, number, point, out);
  }

  private static void scaled(Field field, long number, Point point, Samples out) {
    if (field.scale() == 1) {
      out.add(field.name(), new Value.Whole(number), point);
    } else {
      real(field, BigDecimal.valueOf(number), point, out);
    }
  }

  private static void real(Field field, double number, Point point, Samples out) {
    if (!Double.isFinite(number)) {
      reject(field, "is " + number + ", not a finite number", out);
    } else if (field.scale() == 1) {
      out.add(field.name(), new Value.Real(number), point);
    } else {
      real(field, BigDecimal.valueOf(number), point, out);
    }
  }

  /** In decimals: 215 times 0.1 is 21.5. */
  private static void real(Field field, BigDecimal number, Point point, Samples out) {
    double scaled = number.multiply(BigDecimal.valueOf(field.scale())).doubleValue();
    if (Double.isFinite(scaled)) {
      out.add(field.name(), new Value.Real(scaled), point);
    } else {
      reject(field, "is " + scaled + " when scaled, not a finite number", out);
    }
  }

  /** Padded with NULs or blanks, as controllers do. */
  private static void text(Field field, byte[] bytes, Samples out) {
    byte[] read = new byte[field.length()];
    for (int i = 0; i < read.length; i++) {
      int place = isSwapped(field.order()) && read.length % 2 == 0 ? i ^ 1 : i;
      read[i] = bytes[field.offset() + place];
    }
    int end = 0;
    while (end < read.length && read[end] != 0) {
      if (read[end] < ' ' || read[end] > '~') {
        reject(field, "has the byte %02x, which is no character".formatted(read[end]), out);
        return;
      }
      end++;
    }
    String text = new String(read, 0, end, US_ASCII).strip();
    if (text.isEmpty()) {
      out.filter(field.name(), Samples.EMPTY);
    } else {
      out.add(field.name(), new Value.Text(text), Point.PLAIN);
    }
  }

  private static void reject(Field field, String what, Samples out) {
    out.reject(
        Reason.BAD_VALUE,
        Samples.quoted(field.name()) + " " + what + ", at byte " + field.offset());
  }
}
