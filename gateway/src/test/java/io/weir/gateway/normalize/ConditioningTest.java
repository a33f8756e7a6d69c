package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.weir.gateway.model.Value;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditioningTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final Value NUMBER = new Value.Real(100);
  private static final int TIMES = 1_000;

  private final Conditioning toFahrenheit =
      Conditioning.of(
          new RouteConfig.Metric(
              "oil",
              null,
              null,
              Map.of(),
              1,
              0,
              null,
              "[degF]",
              null,
              RouteConfig.Reporting.EVERY));

  private long allocatedByOne(String unit) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < TIMES; i++) {
      try {
        toFahrenheit.apply(NUMBER, unit, null);
      } catch (Unfit e) {
        assertThat(unit).isNotEqualTo("Cel");
      }
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / TIMES;
  }

  /** To find out takes a lock that all sources share, and a hundred thousand bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"Cel", "kN", "degrees of something", "force"})
  void whatAUnitBecomesIsFoundOutOnceAlsoWhereItIsUnfit(String unit) {
    allocatedByOne(unit);
    assertThat(allocatedByOne(unit)).isLessThan(500);
  }

  @Test
  void aUnitThatIsUnfitSaysWhyEachTime() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> toFahrenheit.apply(NUMBER, "kN", null))
          .isInstanceOf(Unfit.class)
          .hasMessage("'kN' cannot be converted to '[degF]'");
    }
  }

  @Test
  void moreUnitsThanAreRememberedAreFoundOutStill() throws Unfit {
    for (int i = 0; i < TIMES; i++) {
      String unit = "unit" + i;
      assertThatThrownBy(() -> toFahrenheit.apply(NUMBER, unit, null)).isInstanceOf(Unfit.class);
    }
    assertThat(toFahrenheit.apply(NUMBER, "Cel", null)).isEqualTo(new Value.Real(212));
  }
}
