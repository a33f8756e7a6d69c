package io.weir.gateway.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the simulation of many plants must keep to, whatever it is given. */
class PlantSimulationTest {

  private static final Duration FROM = Duration.ofMinutes(5);
  private static final Duration OUTAGE = Duration.ofMinutes(20);

  /** Ten lines; each level carries one and a half times what is sent. */
  private static final Plan PLAN =
      new Plan(10_000, 1, 10, 6_000, 3, 5_000, 2, 7_500, 3, 5_000, 18, 40);

  private static PlantSimulation.Result run(Plan plan, Level away, Duration outage, long seed) {
    Duration end = FROM.plus(outage.multipliedBy(4)).plusMinutes(2);
    return new PlantSimulation(plan, away, FROM, outage, end, seed).run();
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void noRowIsLostOrMadeAndTheBacklogTakesAsLongAsTheRestOfTheCapacity(Level away) {
    for (long seed = 0; seed < 5; seed++) {
      PlantSimulation.Result result = run(PLAN, away, OUTAGE, seed);
      assertThat(result.stored() + result.held()).isEqualTo(result.sent());
      assertThat(result.behindBefore()).isLessThan(Duration.ofSeconds(2));
      assertThat(result.behindMost()).isBetween(OUTAGE, OUTAGE.plusMinutes(4));
      // Half as much again as is sent: what 20 minutes brought is gone after 40.
      assertThat(Objects.requireNonNull(result.current()))
          .isBetween(Duration.ofMinutes(36), Duration.ofMinutes(48));
      assertThat(held(result, away)).isGreaterThan(10_000L * 1_200 * 9 / 10);
    }
  }

  /** Rows in the queues of a level, if all hold as many as the fullest. */
  private static long held(PlantSimulation.Result result, Level level) {
    int queues =
        switch (level) {
          case EDGE -> PLAN.edges();
          case BROKER -> PLAN.centrals();
          case CENTRAL -> PLAN.stores();
        };
    return queues * result.most()[level.ordinal()];
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    PlantSimulation.Result first = run(PLAN, Level.BROKER, OUTAGE, 7);
    PlantSimulation.Result second = run(PLAN, Level.BROKER, OUTAGE, 7);
    assertThat(second).usingRecursiveComparison().isEqualTo(first);
    assertThat(run(PLAN, Level.BROKER, OUTAGE, 8).sent()).isNotEqualTo(first.sent());
  }

  @Test
  void storesThatTakeLessThanIsSentAreNeverCurrent() {
    Plan weak = new Plan(10_000, 1, 10, 6_000, 3, 5_000, 2, 7_500, 3, 3_000, 18, 40);
    PlantSimulation.Result result = run(weak, Level.BROKER, OUTAGE, 1);
    assertThat(result.current()).isNull();
    assertThat(result.stored() + result.held()).isEqualTo(result.sent());
    assertThat(result.held()).isGreaterThan(result.sent() / 20);
  }
}
