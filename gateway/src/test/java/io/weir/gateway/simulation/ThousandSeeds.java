package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A thousand scenarios; {@code make soak} sets {@code weir.seeds=all}. A change must pass the first
 * 15, and of the others those with a kind of fault that has not struck by then. Each half of the
 * proof is a class, so that two run at once in {@code make soak}.
 */
@Tag("slow")
abstract class ThousandSeeds {

  private static final int ALL = 1_000;
  private static final int SEEDS = Integer.getInteger("simulation.seeds", Soak.count(8, ALL));

  /**
   * Scenarios in which a kind strikes that the first ones have not: else a search for a segment
   * that cannot be deleted runs fifty. What strikes no more is searched for.
   */
  private static final long[] RARE = {25, 37, 43, 104, 107, 409};

  private final long first;

  ThousandSeeds(long first) {
    this.first = first;
  }

  @Test
  void whateverFailsNothingThatWasAcknowledgedIsLost() throws Exception {
    Campaign campaign = new Campaign();
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      for (long seed = first; seed < first + SEEDS; seed++) {
        campaign.run(Scenario.of(seed));
      }
      for (long rare : RARE) {
        if (rare >= SEEDS) {
          campaign.run(Scenario.of(rare));
        }
      }
      for (long seed = first + SEEDS; seed < first + ALL; seed++) {
        Scenario scenario = Scenario.of(seed);
        if (!campaign.strikes().keySet().containsAll(scenario.kinds())) {
          campaign.run(scenario);
        }
      }
    }
    assertThat(campaign.strikes())
        .as("kinds of fault that struck")
        .containsOnlyKeys(
            Arrays.stream(FaultKind.values()).filter(FaultKind::isOfAll).toArray(FaultKind[]::new));
  }
}
