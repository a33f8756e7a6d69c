package io.weir.gateway.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What numbers show as missing is what was lost, whatever else happens to the messages. */
class NumberingTest {

  private static final long STEP_NS = 100_000_000;

  private @Nullable Numbering numbering;
  private long nowNs = 1_000_000_000_000_000_000L;
  private long missing;

  private void take(int width, LongStream numbers) {
    numbers.forEach(number -> take(number, width, false));
  }

  private void take(long number, int width, boolean begins) {
    nowNs += STEP_NS;
    if (numbering == null) {
      numbering = Numbering.from(number, width);
    } else {
      missing += numbering.take(number, width, begins, 0, nowNs);
    }
  }

  private long missing() {
    assertThat(numbering).isNotNull();
    missing += numbering.settle(Long.MAX_VALUE);
    return missing;
  }

  @Test
  void whatIsSkippedIsMissing() {
    take(0, LongStream.of(7, 8, 9, 12, 13, 20));
    assertThat(missing()).isEqualTo(2 + 6);
  }

  @Test
  void aSkippedNumberMayComeLateForTenSeconds() {
    take(0, LongStream.of(1, 2, 5, 4, 3, 6));
    assertThat(missing()).isZero();
    take(0, LongStream.of(7, 9));
    nowNs += Numbering.LATE_NS;
    take(0, LongStream.of(10));
    assertThat(missing).as("lost after that time").isEqualTo(1);
    take(0, LongStream.of(8, 11));
    assertThat(missing()).as("later than that it changes nothing").isEqualTo(1);
  }

  @Test
  void messagesThatComeAgainAreNoGap() {
    take(0, LongStream.of(100, 101, 102, 103, 101, 102, 103, 103, 104));
    assertThat(missing()).isZero();
  }

  @Test
  void aRestartIsNoGap() {
    take(0, LongStream.rangeClosed(1, 5000));
    take(0, LongStream.rangeClosed(0, 100));
    take(0, LongStream.rangeClosed(1, 100));
    assertThat(missing()).isZero();
    take(0, LongStream.of(103));
    assertThat(missing()).isEqualTo(2);
  }

  @Test
  void aRestartOfWhichTheFirstMessagesAreLostIsNoGapEither() {
    take(0, LongStream.rangeClosed(1, 5000));
    take(0, LongStream.of(6, 7, 9));
    assertThat(missing()).as("8").isEqualTo(1);
  }

  @Test
  void oneThatIsVeryLateIsNoRestart() {
    take(0, LongStream.rangeClosed(1, 5000));
    take(0, LongStream.of(4000, 5001, 5002, 3, 5003));
    assertThat(missing()).isZero();
  }

  @Test
  void whatADeviceBufferedMayComeAmongWhatItSendsNow() {
    take(0, LongStream.rangeClosed(1, 1000));
    take(0, LongStream.of(3000));
    assertThat(missing()).as("before the buffer is sent").isEqualTo(1999);
    for (int i = 1; i < 1500; i++) {
      take(0, LongStream.of(1000 + i, 3000 + i));
    }
    assertThat(missing()).isEqualTo(1999);
  }

  @Test
  void theBufferOfADeviceMayAlsoComeAtOnce() {
    take(0, LongStream.rangeClosed(1, 1000));
    take(0, LongStream.rangeClosed(3000, 3010));
    take(0, LongStream.rangeClosed(1001, 2999));
    take(0, LongStream.rangeClosed(3011, 3020));
    assertThat(missing()).isEqualTo(1999);
  }

  @Test
  void aCounterThatIsSetFarAheadIsNoGap() {
    take(0, LongStream.of(5, 6, 1_700_000_000_000L, 1_700_000_000_001L, 1_700_000_000_003L));
    assertThat(missing()).isEqualTo(1);
  }

  @Test
  void theWidthIsLearnedFromTheFirstRound() {
    take(0, LongStream.rangeClosed(200, 255));
    take(0, LongStream.of(0, 1));
    take(0, LongStream.rangeClosed(2, 250));
    take(0, LongStream.of(3));
    assertThat(missing()).as("251 to 255, 0 to 2").isEqualTo(8);
  }

  @Test
  void aCounterThatIsWiderThanWasLearnedGoesOn() {
    take(0, LongStream.rangeClosed(250, 255));
    take(0, LongStream.rangeClosed(0, 300));
    take(0, LongStream.of(302));
    assertThat(missing()).isEqualTo(1);
  }

  @Test
  void aConfiguredWidthNeedsNoLearning() {
    take(16, LongStream.of(65_530, 65_534, 3));
    assertThat(missing()).isEqualTo(3 + 4);
  }

  @Test
  void aNarrowCounterThatGoesToZeroFarFromItsEndHasRestarted() {
    take(8, LongStream.rangeClosed(0, 200));
    take(8, LongStream.of(0, 1, 2));
    assertThat(missing()).isZero();
  }

  @Test
  void aSenderThatSaysThatItBeginsIsBelieved() {
    take(8, LongStream.rangeClosed(0, 20));
    take(0, 8, true);
    take(8, LongStream.of(1, 2, 4));
    assertThat(missing()).isEqualTo(1);
  }

  @Test
  void whatCameButCouldNotBeReadIsNotMissing() {
    take(0, LongStream.of(1, 2));
    assertThat(numbering).isNotNull();
    missing += numbering.take(6, 0, false, 2, nowNs);
    assertThat(missing()).isEqualTo(1);
    missing += numbering.take(200, 0, false, 190, nowNs);
    assertThat(missing()).isEqualTo(1 + 193 - 190);
  }

  @Test
  void theMissingAreTheLostInEveryPlay() {
    for (int seed = 0; seed < 3_000; seed++) {
      Play play = new Play(new Random(seed));
      play.run();
      numbering = null;
      missing = 0;
      for (Sent each : play.arrived) {
        take(each.number(), play.configured, false);
        if (numbering != null && each.at() % 50 == 0) {
          restart();
        }
      }
      assertThat(missing()).as("seed %d: %s", seed, play).isEqualTo(play.lost);
    }
  }

  /** As a restart of the gateway does. */
  private void restart() {
    assertThat(numbering).isNotNull();
    ByteBuffer bytes = ByteBuffer.allocate(Numbering.MOST_BYTES);
    numbering.write(bytes);
    numbering = Numbering.read(bytes.flip());
  }

  private record Sent(long number, int at) {}

  /** A device that numbers its messages, and a way on which they are lost, late and doubled. */
  private static final class Play {
    private static final int[] WIDTHS = {0, 8, 16, 32};
    private static final int LATEST = 20;

    final Random random;
    final int width;
    final int configured;
    final List<Sent> arrived = new ArrayList<>();
    final double loss;
    final double late;
    final double twice;
    final int longestBurst;
    long lost;

    // A run: from one start of the device to the next.
    private long lostSinceLast;
    private boolean any;

    Play(Random random) {
      this.random = random;
      width = WIDTHS[random.nextInt(WIDTHS.length)];
      configured = random.nextBoolean() ? width : 0;
      loss = random.nextDouble() * 0.1;
      late = random.nextBoolean() ? 0 : 0.1 * random.nextDouble();
      twice = random.nextBoolean() ? 0 : 0.1 * random.nextDouble();
      longestBurst = width == 8 ? 12 : 50;
    }

    void run() {
      long round = width == 0 ? Long.MAX_VALUE : 1L << width;
      long number = width == 0 ? random.nextInt(1000) : round - 300 + random.nextInt(100);
      number = Math.floorMod(number, round);
      int burst = 0;
      int since = 0;
      boolean learned = configured > 0 || width == 0;
      for (int at = 0; at < 1_000; at++) {
        boolean wraps = number == round - 1;
        if (burst == 0 && learned && any && lostSinceLast == 0 && random.nextDouble() < loss) {
          burst = 1 + random.nextInt(longestBurst);
        }
        if (burst > 0) {
          burst--;
          lostSinceLast += any ? 1 : 0;
        } else {
          arrive(new Sent(number, at), learned);
        }
        learned |= number < 300 && since > 250;
        number = wraps ? 0 : number + 1;
        since++;
        boolean mayRestart = width != 8 && since > 200 && number > 300 && number < round - 100;
        if (mayRestart && learned && random.nextInt(300) == 0) {
          number = random.nextInt(2);
          burst = 0;
          since = 0;
          any = false;
          lostSinceLast = 0;
        }
      }
      arrived.sort((a, b) -> Integer.compare(a.at(), b.at()));
    }

    private void arrive(Sent sent, boolean mayBeLate) {
      boolean isLate = mayBeLate && sent.number() > 1 && random.nextDouble() < late;
      arrived.add(isLate ? new Sent(sent.number(), sent.at() + random.nextInt(LATEST)) : sent);
      if (mayBeLate && random.nextDouble() < twice) {
        arrived.add(new Sent(sent.number(), sent.at() + random.nextInt(LATEST)));
      }
      any = true;
      lost += lostSinceLast;
      lostSinceLast = 0;
    }

    @Override
    public String toString() {
      return "width %d, configured %d, loss %.2f, late %.2f, twice %.2f"
          .formatted(width, configured, loss, late, twice);
    }
  }
}
