package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A thousand scenarios, of which a change must pass the first 410, the fewest in which each kind of
 * fault strikes; {@code make soak} sets {@code weir.seeds=all}. Each half of the proof is a class,
 * so that two run at once.
 */
@Tag("slow")
abstract class ThousandSeeds {

  private static final int SEEDS =
      Integer.getInteger(
          "simulation.seeds", "all".equals(System.getProperty("weir.seeds")) ? 1_000 : 410);

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
    }
    assertThat(campaign.strikes())
        .as("kinds of fault that struck")
        .containsOnlyKeys(FaultKind.values());
  }
}
