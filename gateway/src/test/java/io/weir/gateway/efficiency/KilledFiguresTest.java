package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The revision of a row never falls, wherever the process is killed: of machines, lines, areas and
 * sites, with a recompute beside it, and when what comes is read slowly again.
 */
@Tag("slow")
class KilledFiguresTest {

  private static final Duration[] COMMIT_EVERY = {
    Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofMinutes(2), Duration.ofMinutes(10)
  };

  private static KilledFigures upToTheEndOfAMinute(Duration commitEvery) throws IOException {
    KilledFigures figures = new KilledFigures(new Random(3));
    figures.commitEvery = commitEvery;
    figures.restart();
    figures.run(225);
    figures.recompute();
    return figures;
  }

  /** Of the operations of a minute, which take turns in pairs, one in three is killed at. */
  private static final int EACH = Soak.count(13, 1);

  static IntStream periods() {
    return IntStream.of(15, 600).limit(Soak.count(1, 2));
  }

  @ParameterizedTest
  @MethodSource("periods")
  void itNeverFallsWhereverItIsKilledAroundTheEndOfAMinute(int commitEverySeconds)
      throws IOException {
    Duration commitEvery = Duration.ofSeconds(commitEverySeconds);
    KilledFigures whole = upToTheEndOfAMinute(commitEvery);
    int first = whole.operations + 1;
    whole.run(75);
    int last = whole.operations;
    assertThat(last - first).as("there is something to be killed at").isGreaterThan(15);
    for (int at = first; at <= last; at += EACH) {
      KilledFigures killed = upToTheEndOfAMinute(commitEvery);
      killed.killedAt = at;
      killed.run(75);
      killed.pace = 3; // what came is read again slowly
      killed.run(120);
      killed.pace = 1000;
      killed.run(180);
      assertThat(killed.revisions.fell).as("killed at operation %d", at).isEmpty();
    }
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 8)
  void itNeverFallsThroughManyKillsAndChangesOfTheCalendar(int seed) throws IOException {
    Random random = new Random(seed);
    KilledFigures figures = new KilledFigures(random);
    for (int life = 0; life < 25; life++) {
      figures.commitEvery = COMMIT_EVERY[random.nextInt(COMMIT_EVERY.length)];
      figures.pace = random.nextInt(3) == 0 ? 4 + random.nextInt(6) : 1000;
      figures.restart();
      if (random.nextInt(3) == 0) {
        figures.recompute();
      }
      if (random.nextInt(4) == 0) {
        figures.use(KilledFigures.config(6, random.nextBoolean() ? 14 : 13));
      }
      figures.killedAt = figures.operations + 1 + random.nextInt(120);
      figures.run(30 + random.nextInt(500));
    }
    assertThat(figures.revisions.fell).isEmpty();
  }

  @Test
  void itStaysSmallThroughManyStarts() throws IOException {
    KilledFigures figures = new KilledFigures(new Random(1));
    for (int life = 0; life < 40; life++) {
      figures.restart();
      figures.run(100);
    }
    assertThat(figures.revisions.highest).isBetween(10L, 100_000L);
  }
}
