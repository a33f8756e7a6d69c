package io.weir.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatDecimalsTest {

  @Test
  void aFractionIsTheOneThatTheDeviceShows() {
    assertThat(FloatDecimals.widened(21.3f)).isEqualTo(21.3);
    assertThat(FloatDecimals.widened(-0.1f)).isEqualTo(-0.1);
    assertThat(FloatDecimals.widened(1.0e-30f)).isEqualTo(1.0e-30);
  }

  @Test
  void aWholeNumberIsExact() {
    assertThat(FloatDecimals.widened(67_108_872f)).isEqualTo(67_108_872.0);
    assertThat(FloatDecimals.widened(-0x1p100f)).isEqualTo(-0x1p100);
  }

  @Test
  void noTwoFloatsBecomeTheSameNumber() {
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      float single = Float.intBitsToFloat(random.nextInt());
      assertThat((float) FloatDecimals.widened(single)).isEqualTo(Float.valueOf(single));
    }
  }

  @Test
  void whatIsNotFiniteStaysSo() {
    assertThat(FloatDecimals.widened(Float.NaN)).isNaN();
    assertThat(FloatDecimals.widened(Float.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
  }
}
