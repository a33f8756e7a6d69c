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
      ReceiveClock clock = new ReceiveClock(wall, step, new ReceiveTimes());
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
    ReceiveClock clock = new ReceiveClock(wall, 1_000_000, new ReceiveTimes());
    wall.now = 5_999_999;
    assertThat(clock.next()).isEqualTo(5_000_000);
    wall.now = 9_000_000;
    assertThat(clock.next()).isEqualTo(9_000_000);
  }

  @Test
  void aRestartGoesOnAboveTheLastTimeInTheLog() {
    wall.now = 1_000_000_000;
    assertThat(new ReceiveClock(wall, 1_000, after(7_000_000_500L)).next())
        .isEqualTo(7_000_001_000L);
  }

  private static ReceiveTimes after(long... timesNs) {
    ReceiveTimes times = new ReceiveTimes();
    for (long timeNs : timesNs) {
      times.add(timeNs);
    }
    return times;
  }

  private static final long NOW = 1_700_000_000_000_000_000L;
  private static final long HOUR = 3_600_000_000_000L;
  private static final long YEAR = 365 * 24 * HOUR;

  @Test
  void aClockThatJumpedAYearAheadDoesNotPinTheTimes() {
    wall.now = NOW;
    ReceiveClock clock = new ReceiveClock(wall, 1_000, new ReceiveTimes());
    long before = clock.next();
    wall.now = NOW + YEAR;
    assertThat(clock.next()).isEqualTo(NOW + YEAR);
    assertThat(clock.rebases()).isZero();
    wall.now = NOW + 5_000;
    assertThat(clock.next()).isEqualTo(NOW + 5_000).isGreaterThan(before);
    assertThat(clock.rebases()).isEqualTo(1);
    assertThat(clock.next()).isEqualTo(NOW + 6_000);
    assertThat(clock.rebases()).isEqualTo(1);
  }

  @Test
  void timesThatGoBackStayAboveThoseFromBeforeTheJump() {
    wall.now = NOW;
    ReceiveClock clock = new ReceiveClock(wall, 1_000, after(NOW, NOW + YEAR, NOW + YEAR + 1_000));
    wall.now = NOW - 600_000_000_000L; // set back too far
    assertThat(clock.next()).isEqualTo(NOW + 1_000);
    assertThat(clock.next()).isEqualTo(NOW + 2_000);
  }

  @Test
  void aJumpIsKnownAfterARestartToo() {
    ReceiveTimes log = after(NOW, NOW + YEAR);
    ReceiveTimes restored = new ReceiveTimes();
    restored.restore(log.toNumbers());
    wall.now = NOW - 1;
    assertThat(new ReceiveClock(wall, 1, restored).next()).isEqualTo(NOW + 1);
  }

  @Test
  void ofTwoJumpsBothAreLeft() {
    wall.now = NOW + HOUR / 2;
    ReceiveTimes times = after(NOW, NOW + YEAR, NOW + 2 * YEAR);
    assertThat(new ReceiveClock(wall, 1, times).next()).isEqualTo(NOW + HOUR / 2);
  }

  @Test
  void aClockThatWasBackForAWhileGivesNoTimeAgain() {
    wall.now = NOW;
    ReceiveClock clock = new ReceiveClock(wall, 1_000_000, new ReceiveTimes());
    ReceiveTimes log = new ReceiveTimes();
    for (int i = 0; i < 100; i++) {
      log.add(clock.next()); // more than the wall clock has milliseconds
    }
    wall.now = NOW - YEAR;
    log.add(clock.next());
    wall.now = NOW + 20_000_000;
    ReceiveTimes restored = new ReceiveTimes();
    restored.restore(log.toNumbers());
    ReceiveClock restarted = new ReceiveClock(wall, 1_000_000, restored);
    for (ReceiveClock each : List.of(clock, restarted)) {
      assertThat(each.next()).isEqualTo(NOW + 100_000_000);
      assertThat(each.next()).isEqualTo(NOW + 101_000_000);
    }
  }

  @Test
  void timesThatRanAheadOfTheClockDoNotGoBack() {
    wall.now = NOW;
    ReceiveClock clock = new ReceiveClock(wall, 1_000_000_000, new ReceiveTimes());
    long last = 0;
    for (int i = 0; i < 10_000; i++) {
      long next = clock.next();
      assertThat(next).isGreaterThan(last);
      last = next;
    }
  }

  @Test
  void timesGoBackOnlyToBeforeALeapThatWasWrong() {
    int returns = 0;
    for (long seed = 0; seed < 300; seed++) {
      returns += clockOfJumps(new Random(seed), seed);
    }
    assertThat(returns).isPositive();
  }

  /** Returns how often the times went back. */
  private int clockOfJumps(Random random, long seed) {
    wall.now = NOW;
    ReceiveTimes log = new ReceiveTimes();
    ReceiveClock clock = new ReceiveClock(wall, 1_000, new ReceiveTimes());
    List<Long> given = new ArrayList<>();
    Set<Long> all = new HashSet<>();
    int returns = 0;
    for (int i = 0; i < 300; i++) {
      switch (random.nextInt(20)) {
        case 0 -> wall.now = NOW + random.nextLong(YEAR); // a jump, or a correction
        case 1 -> wall.now -= random.nextLong(HOUR / 2);
        case 2 -> {
          ReceiveTimes restarted = new ReceiveTimes();
          restarted.restore(log.toNumbers());
          clock = new ReceiveClock(wall, 1_000, restarted);
        }
        default -> wall.now += random.nextLong(1_000_000_000L);
      }
      long next = clock.next();
      log.add(next);
      assertThat(all.add(next)).as("seed %d: %d is new", seed, next).isTrue();
      if (!given.isEmpty() && next <= given.get(given.size() - 1)) {
        returns++;
        int wrong = firstWrong(given, wall.now);
        assertThat(wrong).as("seed %d: a leap was wrong", seed).isGreaterThanOrEqualTo(0);
        given.subList(wrong, given.size()).clear();
      }
      if (!given.isEmpty()) {
        assertThat(next).as("seed %d", seed).isGreaterThan(given.get(given.size() - 1));
      }
      given.add(next);
    }
    return returns;
  }

  /** The first time after a leap that is more than an hour after now; -1 if there is none. */
  private static int firstWrong(List<Long> given, long now) {
    for (int i = 0; i < given.size(); i++) {
      long before = i == 0 ? 0 : given.get(i - 1);
      if (given.get(i) - before > HOUR && given.get(i) - now > HOUR) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void noTwoThreadsGetTheSameTime() throws Exception {
    ReceiveClock clock = new ReceiveClock(wall, 10, new ReceiveTimes());
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
    assertThatThrownBy(() -> new ReceiveClock(wall, 0, new ReceiveTimes()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
