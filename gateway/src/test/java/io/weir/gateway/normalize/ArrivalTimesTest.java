package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArrivalTimesTest {

  private static final long NONE = ArrivalTimes.NO_ROOM;
  private static final long DAY = 86_400_000_000_000L;

  private static final Series PRESS = series("press");
  private static final Series MILL = series("mill");

  private static Series series(String machine) {
    return new Series("telemetry", new Asset(null, null, null, machine), Map.of());
  }

  private static ArrivalTimes arrivals(long stepNs, long lastReceiveNs) {
    ReceiveClock clock = new ReceiveClock(Time.SYSTEM, stepNs, ReceiveTimes.upTo(lastReceiveNs));
    ArrivalTimes arrivals = new ArrivalTimes(clock, 1 << 20);
    clock.next(); // later than all receive times of these tests
    return arrivals;
  }

  private static long[] given(ArrivalTimes arrivals, Series series, long receiveNs, long... sent) {
    return arrivals.give(sent, Map.of(series, receiveNs), receiveNs).instants();
  }

  @Test
  void theNewestSampleGetsTheArrivalAndTheOthersKeepTheirDistance() {
    ArrivalTimes arrivals = arrivals(1, 0);
    assertThat(given(arrivals, PRESS, 10_000, 70, 90, 100)).containsExactly(9_970, 9_990, 10_000);
  }

  /** As in {@code weir decode}, where no time of arrival is given. */
  @Test
  void aMessageThatDoesNotArriveIsPlacedAsIfItDid() {
    ArrivalTimes arrivals = new ArrivalTimes(ReceiveClock.silent(), 1 << 20);
    assertThat(given(arrivals, PRESS, 10_000, 70, 90, 100)).containsExactly(9_970, 9_990, 10_000);
  }

  @Test
  void samplesCloserThanAStepAreAStepApart() {
    ArrivalTimes arrivals = arrivals(1_000, 0);
    assertThat(given(arrivals, PRESS, 10_000, 97, 98, 99, 100))
        .containsExactly(7_000, 8_000, 9_000, 10_000);
  }

  @Test
  void aJumpOfAClockThatWasSetIsNoDistance() {
    ArrivalTimes arrivals = arrivals(1, 0);
    long[] given = given(arrivals, PRESS, 20_000 * DAY, 5, 400 * DAY, 400 * DAY + 10);
    assertThat(given).containsExactly(20_000 * DAY - 11, 20_000 * DAY - 10, 20_000 * DAY);
    assertThat(given(arrivals, MILL, 20_001 * DAY, Long.MIN_VALUE, Long.MAX_VALUE))
        .containsExactly(20_001 * DAY - 1, 20_001 * DAY);
  }

  @Test
  void aSecondMessageLiesAfterTheFirst() {
    ArrivalTimes arrivals = arrivals(10, 0);
    given(arrivals, PRESS, 1_000, 900, 1_000);
    assertThat(given(arrivals, PRESS, 1_050, 900, 960, 1_000)).containsExactly(1_010, 1_020, 1_050);
    assertThat(given(arrivals, MILL, 1_060, 960, 1_000)).containsExactly(1_020, 1_060);
  }

  @Test
  void theOldestFindNoRoomWhereThereAreFewerStepsThanSamples() {
    ArrivalTimes arrivals = arrivals(10, 0);
    given(arrivals, PRESS, 1_000, 5);
    assertThat(given(arrivals, PRESS, 1_020, 1, 2, 3, 4)).containsExactly(NONE, NONE, 1_010, 1_020);
  }

  @Test
  void aStartCountsAllAsGivenUpToTheLastRecordOfTheLog() {
    ArrivalTimes arrivals = arrivals(10, 1_000);
    assertThat(given(arrivals, PRESS, 1_030, 0, 100)).containsExactly(1_010, 1_030);
  }

  @Test
  void aMessageOfThePastGetsItsArrivalAndNothingThatOthersMayHave() {
    ArrivalTimes arrivals = arrivals(10, 0);
    given(arrivals, PRESS, 980, 0, 10);
    assertThat(given(arrivals, PRESS, 1_000, 0, 10, 100)).containsExactly(NONE, 990, 1_000);
    given(arrivals, PRESS, 2_000, 0, 100);
    assertThat(given(arrivals, PRESS, 1_000, 0, 10, 100)).containsExactly(NONE, NONE, 1_000);
    assertThat(given(arrivals, PRESS, 2_010, 0, 100)).containsExactly(NONE, 2_010);
  }

  @Test
  void whatWasTakenBackIsGivenAgain() {
    ArrivalTimes arrivals = arrivals(10, 0);
    given(arrivals, PRESS, 1_000, 0, 100);
    ArrivalTimes.Given refused =
        arrivals.give(new long[] {0, 100}, Map.of(PRESS, 2_000L, MILL, 2_000L), 2_000);
    arrivals.takeBack(refused);
    assertThat(given(arrivals, PRESS, 2_010, 0, 500)).containsExactly(1_510, 2_010);
    assertThat(given(arrivals, MILL, 2_020, 0, 500)).containsExactly(1_520, 2_020);
  }

  @Test
  void noInstantIsGivenTwiceToASeriesWhateverTheDeviceSays() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      long step = new long[] {1, 10, 1_000}[random.nextInt(3)];
      ArrivalTimes arrivals = arrivals(step, 0);
      long receiveNs = 1_000_000 * step;
      Set<Long> all = new HashSet<>();
      for (int message = 0; message < 30; message++) {
        receiveNs += step * (1 + random.nextInt(8));
        long[] sent =
            random.longs(1 + random.nextInt(6), -500, 20_000).sorted().distinct().toArray();
        long[] given = given(arrivals, PRESS, receiveNs, sent);
        assertThat(given).isSorted();
        assertThat(given[given.length - 1]).isEqualTo(receiveNs);
        for (long instant : Arrays.stream(given).filter(each -> each != NONE).toArray()) {
          assertThat(instant % step).isZero();
          assertThat(all.add(instant)).as("%d, again", instant).isTrue();
        }
      }
    }
  }

  /** A wall clock that a test sets. */
  private static final class Wall implements Time {
    long now = 20_000 * DAY;

    @Override
    public long wallNs() {
      return now;
    }

    @Override
    public long elapsedNs() {
      throw new UnsupportedOperationException("arrival times follow the wall clock");
    }
  }

  @Test
  void noInstantIsGivenTwiceAfterTheClockWentBackToo() {
    for (boolean known : new boolean[] {true, false}) {
      Wall wall = new Wall();
      ReceiveClock clock = new ReceiveClock(wall, 10, new ReceiveTimes());
      long before = clock.next();
      wall.now += 365 * DAY; // wrong
      long wrong = clock.next();
      ArrivalTimes arrivals = new ArrivalTimes(clock, 1 << 20);
      if (known) {
        given(arrivals, PRESS, wrong, 70, 100);
      }
      wall.now -= 365 * DAY - 1_000;
      long first = clock.next();
      assertThat(first).isEqualTo(before + 1_000);
      assertThat(given(arrivals, PRESS, first, 5, 60, 100))
          .containsExactly(before + 900, before + 960, before + 1_000);
      assertThat(given(arrivals, PRESS, clock.next(), 5, 60, 100))
          .containsExactly(NONE, NONE, before + 1_010);
    }
  }

  /** There the series began anew, so what it got before is in no memory but in the stores. */
  @Test
  void nothingOfBeforeTheClockWentBackIsGivenAgainOnceItIsRight() {
    Wall wall = new Wall();
    ReceiveClock clock = new ReceiveClock(wall, 10, new ReceiveTimes());
    clock.next();
    ArrivalTimes arrivals = new ArrivalTimes(clock, 1 << 20);
    wall.now += 1_000;
    long before = clock.next();
    assertThat(given(arrivals, PRESS, before, 0, 100)).containsExactly(before - 100, before);
    wall.now += 1_000;
    long last = clock.next();
    wall.now -= 365 * DAY; // wrong
    given(arrivals, PRESS, clock.next(), 0, 100);
    wall.now += 365 * DAY + 50;
    long since = clock.next();

    assertThat(given(arrivals, PRESS, before, 0, 30, 100))
        .as("one that is replayed")
        .containsExactly(NONE, NONE, before);
    assertThat(given(arrivals, MILL, since, 0, 30, 100))
        .as("a new one")
        .containsExactly(last + 10, last + 20, since);
  }

  @Test
  void aMessageFromWhenTheClockWasAheadIsOneOfThePastToo() {
    Wall wall = new Wall();
    ReceiveClock clock = new ReceiveClock(wall, 10, new ReceiveTimes());
    clock.next();
    wall.now += 365 * DAY; // wrong
    ArrivalTimes arrivals = new ArrivalTimes(clock, 1 << 20);
    given(arrivals, PRESS, clock.next(), 0, 100);
    long wrong = clock.next();
    assertThat(given(arrivals, PRESS, wrong, 0, 10, 100)).containsExactly(NONE, NONE, wrong);
    wall.now -= 365 * DAY - 1_000;
    long right = clock.next();
    given(arrivals, PRESS, right, 0, 100);
    assertThat(given(arrivals, PRESS, wrong, 0, 10, 100)).containsExactly(NONE, NONE, wrong);
    assertThat(given(new ArrivalTimes(clock, 1 << 20), PRESS, wrong, 0, 10, 100))
        .as("after a restart")
        .containsExactly(NONE, NONE, wrong);
    wall.now += 20;
    assertThat(given(arrivals, PRESS, clock.next(), 0, 10, 100))
        .as("after what it got since")
        .containsExactly(NONE, right + 10, right + 20);
  }
}
