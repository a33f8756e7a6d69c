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

  /** A busy store answers all writes that it has; that is no reason to wait for each of them. */
  @Test
  void writesThatWereUnderWayTogetherAreOneTry() {
    assertThat(secondsAfterFour(new Answer.Busy(null, "busy"))).isBetween(0.25, 0.75);
    assertThat(secondsAfterFour(new Answer.Busy(null, "busy"))).isBetween(0.5, 1.5);
    assertThat(secondsAfterFour(new Answer.Busy(null, "busy"))).isBetween(1.0, 3.0);
    pacing.answered(new Answer.Stored(), 1);
    assertThat(secondsAfterFour(new Answer.Misconfigured("no token"))).isBetween(4.0, 6.0);
    assertThat(secondsAfterFour(new Answer.Misconfigured("no token"))).isBetween(8.0, 12.0);
  }

  /** Writes four at once, and says how long to wait then; waits for it. */
  private double secondsAfterFour(Answer answer) {
    for (int write = 0; write < 4; write++) {
      assertThat(pacing.acquire()).isZero();
    }
    long took = 0;
    for (int write = 0; write < 4; write++) {
      time.advance(1_000_000);
      took += 1_000_000;
      pacing.answered(answer, took);
    }
    double seconds = pacing.waitSeconds();
    time.advance((long) (seconds * 1e9) + 1_000_000);
    return seconds;
  }

  @Test
  void ofSeveralWaitsThatAStoreAsksForAtOnceTheLongestCounts() {
    time.advance(10_000_000);
    pacing.answered(new Answer.Busy(Duration.ofSeconds(20), "busy"), 5_000_000);
    pacing.answered(new Answer.Busy(Duration.ofSeconds(5), "busy"), 5_000_000);
    pacing.answered(new Answer.Busy(null, "busy"), 5_000_000);
    assertThat(pacing.waitSeconds()).isBetween(20.0, 22.0);
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
