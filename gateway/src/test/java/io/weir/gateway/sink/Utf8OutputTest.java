package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8OutputTest {

  private final Utf8Output text = new Utf8Output();
  private final Random random = new Random(7);

  private String whole(long value) {
    text.begin();
    text.whole(value);
    return text.toString();
  }

  private String real(double value) {
    text.begin();
    text.real(value);
    return text.toString();
  }

  @Test
  void wholeNumbersAreWrittenAsJavaDoes() {
    for (long power = 1; power > 0; power *= 10) {
      for (long near = -2; near <= 2; near++) {
        assertThat(whole(power + near)).isEqualTo(Long.toString(power + near));
        assertThat(whole(-power - near)).isEqualTo(Long.toString(-power - near));
      }
    }
    for (int bits = 0; bits < Long.SIZE; bits++) {
      long value = random.nextLong() >> bits;
      assertThat(whole(value)).isEqualTo(Long.toString(value));
      assertThat(whole(~value)).isEqualTo(Long.toString(~value));
      assertThat(whole(1L << bits)).isEqualTo(Long.toString(1L << bits));
      assertThat(whole(-1L << bits)).isEqualTo(Long.toString(-1L << bits));
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        2_147_483_647_000_000_000L,
        2_147_483_647_999_999_999L,
        2_147_483_648_000_000_000L,
        -2_147_483_647_999_999_999L,
        -2_147_483_648_000_000_000L,
        -9_000_000_000_000_000_001L,
        -999_999_999,
        -1_000_000_000
      })
  void wholeNumbersOfEveryLengthAreWrittenAsJavaDoes(long value) {
    assertThat(whole(value)).isEqualTo(Long.toString(value));
  }

  @Test
  void decimalsAreReadAsTheSameNumber() {
    for (int i = 0; i < 200_000; i++) {
      double value =
          switch (i % 4) {
            case 0 -> random.nextInt(2_000_000) / 1_000.0 - 1_000;
            case 1 -> Double.longBitsToDouble(random.nextLong());
            case 2 -> random.nextLong() / 10_000.0;
            default -> random.nextGaussian();
          };
      if (Double.isFinite(value)) {
        String written = real(value);
        assertThat(Double.parseDouble(written)).as(written).isEqualTo(value);
        assertThat(written).as("a decimal, no whole number").containsAnyOf(".", "E");
        assertThat(written.length()).isLessThanOrEqualTo(Double.toString(value).length());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0.0,
        -0.0,
        1,
        -1,
        0.1,
        0.0001,
        -0.0001,
        0.00005,
        1e15,
        900_719_925_474.0992,
        1e300
      })
  void decimalsAtTheEdgesAreReadAsTheSameNumber(double value) {
    String written = real(value);
    assertThat(Double.doubleToLongBits(Double.parseDouble(written)))
        .as(written)
        .isEqualTo(Double.doubleToLongBits(value));
  }

  @Test
  void theDecimalsOfSensorsAreAsShortAsTheyCanBe() {
    assertThat(real(21.5)).isEqualTo("21.5");
    assertThat(real(-0.25)).isEqualTo("-0.25");
    assertThat(real(100)).isEqualTo("100.0");
    assertThat(real(0.0007)).isEqualTo("0.0007");
  }

  @Test
  void textOfAnyLengthIsKept() {
    String each = "temp\u00e9rature \u6e29 \ud83c\udf21 ";
    text.begin();
    for (int i = 0; i < 10_000; i++) {
      text.text(each);
    }
    assertThat(text.toString()).isEqualTo(each.repeat(10_000));
    assertThat(text.length()).isEqualTo(text.copy().length);
    text.begin();
    text.utf8("short".getBytes(UTF_8));
    text.ascii('!');
    text.padded(7, 3);
    assertThat(text.copy()).isEqualTo("short!007".getBytes(UTF_8));
  }

  @Test
  void halfASurrogatePairBecomesAQuestionMark() {
    text.begin();
    text.text("a\ud83cb");
    assertThat(text.toString()).isEqualTo("a?b");
  }
}
