package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.sink.Sink.Answer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When the next write may go, and what is said of it. */
class PacingTest {

  private final StepTime time = new StepTime();
  private final Pacing pacing = new Pacing("history", time);

  @Test
  void whileAStoreIsDownItIsSaidWhenItIsTriedAgain() {
    for (int attempt = 0; attempt < 8; attempt++) {
      assertThat(pacing.acquire()).isZero();
      pacing.answered(new Answer.Down("refused"), 1);
      double said = pacing.waitSeconds();
      assertThat(said).isBetween(0.2, 5.0);
      assertThat(pacing.acquire() / 1e9).isCloseTo(said, within(1e-6));
      time.advance((long) (said * 1e9) + 1_000_000);
    }
    assertThat(pacing.waitSeconds()).isZero();
    assertThat(pacing.acquire()).isZero();
    pacing.answered(new Answer.Stored(), 1);
    assertThat(pacing.breakerState()).isZero();
  }

  /** What a proxy writes in front of a store is nobody's to choose. */
  @Test
  void howeverLongAStoreAsksToWaitItIsTriedAgainWithinBounds() {
    for (long seconds : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      pacing.answered(new Answer.Busy(Duration.ofSeconds(seconds), "busy"), 1);
      assertThat(pacing.waitSeconds()).as("%d s", seconds).isBetween(0.0, 900.0);
    }
  }
}
