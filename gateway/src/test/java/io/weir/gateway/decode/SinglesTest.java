package io.weir.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SinglesTest {

  @Test
  void aFractionIsTheOneThatTheDeviceShows() {
    assertThat(Singles.widened(21.3f)).isEqualTo(21.3);
    assertThat(Singles.widened(-0.1f)).isEqualTo(-0.1);
    assertThat(Singles.widened(1.0e-30f)).isEqualTo(1.0e-30);
  }

  @Test
  void aWholeNumberIsExact() {
    assertThat(Singles.widened(67_108_872f)).isEqualTo(67_108_872.0);
    assertThat(Singles.widened(-0x1p100f)).isEqualTo(-0x1p100);
  }

  @Test
  void noTwoFloatsBecomeTheSameNumber() {
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      float single = Float.intBitsToFloat(random.nextInt());
      assertThat((float) Singles.widened(single)).isEqualTo(Float.valueOf(single));
    }
  }

  @Test
  void whatIsNotFiniteStaysSo() {
    assertThat(Singles.widened(Float.NaN)).isNaN();
    assertThat(Singles.widened(Float.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
  }
}
