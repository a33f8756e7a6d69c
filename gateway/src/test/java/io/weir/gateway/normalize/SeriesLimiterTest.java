package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesLimiterTest {

  private static final long MINUTE_NS = 60_000_000_000L;

  private final SeriesLimiter newcomers = new SeriesLimiter(1 << 20);

  private static Series series(int number) {
    return new Series("telemetry", Asset.NONE, Map.of("id", String.valueOf(number)));
  }

  private boolean admits(String topic, Series series, String metric, long receiveNs) {
    Unfit refused =
        catchThrowableOfType(
            Unfit.class, () -> newcomers.admit(topic, 3, series, metric, receiveNs));
    assertThat(refused == null ? Reason.LIMIT : refused.reason()).isEqualTo(Reason.LIMIT);
    return refused == null;
  }

  @Test
  void whatIsKnownGoesOnWhileWhatIsNewIsHeldBack() {
    for (int i = 0; i < 3; i++) {
      assertThat(admits("a", series(i), "t", 1)).isTrue();
    }
    assertThat(admits("a", series(4), "t", 2)).isFalse();
    assertThat(admits("a", series(0), "another", 2)).isFalse();
    assertThat(admits("a", series(2), "t", 3)).isTrue();
  }

  @Test
  void anotherTopicHasABudgetOfItsOwn() {
    for (int i = 0; i < 4; i++) {
      admits("a", series(i), "t", 1);
    }
    assertThat(admits("b", series(9), "t", 1)).isTrue();
  }

  @Test
  void theNextMinuteLetsInMore() {
    for (int i = 0; i < 4; i++) {
      admits("a", series(i), "t", 1);
    }
    assertThat(admits("a", series(3), "t", MINUTE_NS - 1)).isFalse();
    assertThat(admits("a", series(3), "t", MINUTE_NS)).isTrue();
  }
}
