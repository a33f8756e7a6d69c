package io.weir.gateway.decode.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.sparkplug.WireValue.Unfit;
import io.weir.gateway.model.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An integer is the number that its sender meant, or is refused. */
class WireValueTest {

  private static final int VALUES = 20_000;

  /** A datatype of integers; of those without a sign that have 64 bits, 63 are read. */
  private record Integers(int datatype, int bits, long least, long most) {}

  private static final List<Integers> ALL =
      List.of(
          new Integers(DataType.Int8_VALUE, 8, Byte.MIN_VALUE, Byte.MAX_VALUE),
          new Integers(DataType.Int16_VALUE, 16, Short.MIN_VALUE, Short.MAX_VALUE),
          new Integers(DataType.Int32_VALUE, 32, Integer.MIN_VALUE, Integer.MAX_VALUE),
          new Integers(DataType.Int64_VALUE, 64, Long.MIN_VALUE, Long.MAX_VALUE),
          new Integers(DataType.UInt8_VALUE, 8, 0, 0xFF),
          new Integers(DataType.UInt16_VALUE, 16, 0, 0xFFFF),
          new Integers(DataType.UInt32_VALUE, 32, 0, 0xFFFF_FFFFL),
          new Integers(DataType.UInt64_VALUE, 64, 0, Long.MAX_VALUE),
          new Integers(DataType.DateTime_VALUE, 64, 0, Long.MAX_VALUE));

  @Test
  void everyNumberOfADatatypeIsReadHoweverItsWidthIsFilledUp() {
    Random random = new Random(1);
    for (int i = 0; i < VALUES; i++) {
      Integers of = ALL.get(random.nextInt(ALL.size()));
      long number = number(random);
      if (number >= of.least && number <= of.most) {
        for (long each : writings(number, of.bits)) {
          assertThat(read(new WireValue.Long(each), of)).isEqualTo(number);
          if (of.bits <= 32) {
            assertThat(read(new WireValue.Int(each & 0xFFFF_FFFFL), of)).isEqualTo(number);
          }
        }
      }
    }
  }

  @Test
  void whatIsBeyondTheWidthOfItsDatatypeIsRefused() {
    Random random = new Random(2);
    int refused = 0;
    for (int i = 0; i < VALUES; i++) {
      Integers of = ALL.get(random.nextInt(ALL.size()));
      long bits = number(random);
      Long inLong = read(new WireValue.Long(bits), of);
      if (inLong == null) {
        refused++;
      } else {
        assertThat(inLong).isBetween(of.least, of.most);
        assertThat(writings(inLong, of.bits)).contains(bits);
      }
      Long inInt = read(new WireValue.Int(bits & 0xFFFF_FFFFL), of);
      if (inInt != null && of.bits <= 32) {
        assertThat(inInt).isBetween(of.least, of.most);
        assertThat(writings(inInt, of.bits)).anyMatch(each -> each.intValue() == (int) bits);
      }
    }
    assertThat(refused).isGreaterThan(VALUES / 4);
  }

  @Test
  void anIntegerInAFloatIsReadExactlyOrRefused() {
    Random random = new Random(3);
    for (int i = 0; i < VALUES; i++) {
      Integers of = ALL.get(random.nextInt(ALL.size()));
      double real =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1_000) / 4.0 - 100;
            case 1 -> number(random);
            case 2 -> Math.scalb(random.nextBoolean() ? 1.0 : -1.0, random.nextInt(70));
            default -> Double.longBitsToDouble(random.nextLong());
          };
      Long read = read(new WireValue.Real(real), of);
      if (read != null) {
        assertThat(new BigDecimal(read)).isEqualByComparingTo(new BigDecimal(real));
      }
      boolean isOne =
          real == Math.rint(real)
              && Double.isFinite(real)
              && new BigDecimal(real).compareTo(BigDecimal.valueOf(of.least)) >= 0
              && new BigDecimal(real).compareTo(BigDecimal.valueOf(of.most)) <= 0;
      assertThat(read != null).as("%s as %s", real, of).isEqualTo(isOne);
    }
  }

  /** Many are near the bounds of some width. */
  private static long number(Random random) {
    long bound = 1L << random.nextInt(Long.SIZE);
    return switch (random.nextInt(4)) {
      case 0 -> bound + random.nextInt(5) - 2;
      case 1 -> -bound + random.nextInt(5) - 2;
      case 2 -> random.nextInt(512) - 256;
      default -> random.nextLong() >> random.nextInt(Long.SIZE);
    };
  }

  /** The 64 bits of a number: zeros before those of its width, or copies of the highest one. */
  private static Set<Long> writings(long number, int bits) {
    int above = Long.SIZE - bits;
    long filled = number << above >> above;
    long plain = number << above >>> above;
    return filled == plain ? Set.of(plain) : Set.of(plain, filled);
  }

  private static @Nullable Long read(WireValue wire, Integers of) {
    try {
      return ((Value.Whole) wire.as(of.datatype)).value();
    } catch (Unfit e) {
      return null;
    }
  }
}
