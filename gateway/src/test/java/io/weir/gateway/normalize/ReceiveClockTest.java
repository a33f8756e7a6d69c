package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.Time;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReceiveClockTest {

  /** A wall clock that a test sets. */
  private static final class Wall implements Time {
    volatile long now;

    @Override
    public long wallNs() {
      return now;
    }

    @Override
    public long elapsedNs() {
      throw new UnsupportedOperationException("receive times are wall times");
    }
  }

  private final Wall wall = new Wall();

  @Test
  void timesRiseByAStepWhateverTheWallClockDoes() {
    Random random = new Random(1);
    for (long step : new long[] {1, 1_000, 1_000_000, 1_000_000_000}) {
      ReceiveClock clock = new ReceiveClock(wall, step, 0);
      long last = 0;
      for (int i = 0; i < 10_000; i++) {
        wall.now = 1_700_000_000_000_000_000L + random.nextLong(10_000_000_000L);
        long next = clock.next();
        assertThat(next % step).isZero();
        assertThat(next).isGreaterThanOrEqualTo(last + step);
        last = next;
      }
    }
  }

  @Test
  void theWallClockIsFollowedWhereItIsAhead() {
    ReceiveClock clock = new ReceiveClock(wall, 1_000_000, 0);
    wall.now = 5_999_999;
    assertThat(clock.next()).isEqualTo(5_000_000);
    wall.now = 9_000_000;
    assertThat(clock.next()).isEqualTo(9_000_000);
  }

  @Test
  void aRestartGoesOnAboveTheLastTimeInTheLog() {
    wall.now = 1_000_000_000;
    assertThat(new ReceiveClock(wall, 1_000, 7_000_000_500L).next()).isEqualTo(7_000_001_000L);
  }

  @Test
  void noTwoThreadsGetTheSameTime() throws Exception {
    ReceiveClock clock = new ReceiveClock(wall, 10, 0);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Set<Long>>> results = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        results.add(
            threads.submit(
                () -> {
                  Set<Long> mine = new HashSet<>();
                  for (int i = 0; i < 5_000; i++) {
                    mine.add(clock.next());
                  }
                  return mine;
                }));
      }
      Set<Long> all = new HashSet<>();
      for (Future<Set<Long>> result : results) {
        all.addAll(result.get());
      }
      assertThat(all).hasSize(20_000);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aStepOfNothingIsRefused() {
    assertThatThrownBy(() -> new ReceiveClock(wall, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
