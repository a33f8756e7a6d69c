package io.weir.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Value;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are numbers. */
class NumbersTest {

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final String LETTERS = "0123+-.eE,x ";

  @Test
  void aTextIsANumberWhereTheExpressionsSaySo() {
    Random random = new Random(1);
    int decimals = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(8); left > 0; left--) {
        text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      String each = text.toString();
      assertThat(Numbers.isDecimal(each)).as(each).isEqualTo(DECIMAL.matcher(each).matches());
      assertThat(Numbers.isInteger(each)).as(each).isEqualTo(INTEGER.matcher(each).matches());
      decimals += Numbers.isDecimal(each) ? 1 : 0;
    }
    assertThat(decimals).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5.", ".5", "+.5e-3", "-0.0", "4.9e-324", "1.7976931348623157e308", "0.1", "1e22"})
  void aFractionIsTheNearestFloat(String text) {
    assertThat(Numbers.value(text)).isEqualTo(new Value.Real(Double.parseDouble(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "-nan",
        "+Inf",
        "INFINITY",
        "-nan(ind)",
        "nan(snan)",
        "1.#QNAN",
        "-1.#IND00",
        "1.#INF",
        "1,#J",
        "-\u221e"
      })
  void aWordForWhatIsNotFiniteIsKnown(String text) {
    assertThat(Numbers.isNotFinite(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "1", "1.5", "#1", "1#", "1.#", "1.#2", "inflow", "nano", "ready", "in", "nan("
      })
  void anotherWordIsNone(String text) {
    assertThat(Numbers.isNotFinite(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "-Infinity", "1.#INF", "-1.#IND000000", "1.#QNAN"})
  void aTextInJsonMayStandForWhatIsNotFinite(String text) {
    assertThat(Numbers.isNoNumberOfJson(text)).isTrue();
    assertThat(Numbers.isNoNumberOfJson("#" + text)).isFalse();
  }

  @Test
  void digitsOfOtherScriptsAreNone() {
    assertThat(Numbers.isDecimal("\u0661\u0662")).isFalse();
  }
}
