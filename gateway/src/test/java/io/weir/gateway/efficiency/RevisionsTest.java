package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The revision of a bucket never falls, whatever is lost. */
@Tag("slow")
class RevisionsTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final MemoryBudget BUDGET = MemoryBudget.of(1L << 30, 1 << 20);

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  /** One to a letter. */
  private static final String MACHINES = "mno";

  private final FoldScenario scenario = new FoldScenario(config);
  private final MemoryBook saved = new MemoryBook();
  private final MemoryLog log = new MemoryLog();
  private final Revisions revisions = new Revisions();
  private final PlantClock clock = new PlantClock();

  private EfficiencyConsumer started(boolean hasFigures) throws IOException {
    return new EfficiencyConsumer(
        config.build(),
        BUDGET,
        log.reopened(),
        CorrectionLogs.open(new MemoryDisk(new Random(1))).log(),
        new TakenFigures(revisions::take),
        new FiguresBook(saved, hasFigures, clock.now),
        clock,
        Duration.ofSeconds(15));
  }

  /** A message of the present, and often one of some minutes before. */
  private void more(Random random) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      long time = i == 0 ? clock.now : clock.now - random.nextInt(480) * SECOND;
      log.add(
          scenario.message(
              "s/a/l/" + MACHINES.charAt(random.nextInt(MACHINES.length())),
              time,
              clock.now,
              Quality.GOOD,
              "state",
              random.nextInt(3) == 0 ? "DOWN" : "RUNNING",
              "total",
              (time - PlantClock.BEGIN) / SECOND,
              "reject",
              random.nextInt(5)));
    }
  }

  private EfficiencyConsumer run(EfficiencyConsumer consumer, Random random, int seconds)
      throws IOException {
    for (int i = 0; i < seconds; i++) {
      if (i % 7 == 0) {
        more(random);
      }
      for (int steps = random.nextInt(4); steps >= 0; steps--) {
        consumer.step();
      }
      clock.now += SECOND;
    }
    return consumer;
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 6)
  void itNeverFallsThroughCrashesAndLostStates(int seed) throws IOException {
    Random random = new Random(seed);
    for (int life = 0; life < 25; life++) {
      run(started(life > 0), random, 20 + random.nextInt(100));
      if (random.nextInt(5) == 0) { // its cursor is lost, and perhaps what it had passed
        log.committed = random.nextBoolean() ? 0 : log.committed;
        log.dropped = (int) log.committed;
        log.state = new byte[0];
      }
    }
    assertThat(revisions.fell).isEmpty();
    assertThat(revisions.highest).as("there were corrections").isGreaterThan(3);
  }

  @Test
  void aBookThatIsDamagedBeginsAboveAllThatItCanHaveGiven() throws IOException {
    run(started(false), new Random(5), 400);
    long before = revisions.highest;
    saved.saved = null;
    saved.damaged = true;
    run(started(true), new Random(6), 100);
    assertThat(revisions.fell).isEmpty();
    assertThat(revisions.highest)
        .isGreaterThan(before)
        .isGreaterThanOrEqualTo(clock.now / SECOND - 1000);
  }

  @Test
  void figuresOfAVersionWithoutTheBookAreBelowIt() throws IOException {
    run(started(false), new Random(7), 400);
    saved.saved = null; // as that version leaves it
    log.state = new byte[0];
    log.committed = 0;
    run(started(true), new Random(8), 200);
    assertThat(revisions.fell).isEmpty();
  }
}
