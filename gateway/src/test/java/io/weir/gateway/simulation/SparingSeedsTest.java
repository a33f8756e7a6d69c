package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios in which not all is kept; {@code make soak} runs all of them. */
@Tag("slow")
class SparingSeedsTest {

  private static final int SEEDS = Soak.count(5, 500);

  @Test
  void whateverFailsWhatIsMissingIsCountedAsDropped() throws Exception {
    Campaign campaign = new Campaign();
    long first = Long.getLong("simulation.first", 0);
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      for (long seed = first; seed < first + SEEDS; seed++) {
        campaign.run(Scenario.sparing(seed));
      }
    }
    assertThat(campaign.strikes()).containsKey(FaultKind.SPARES);
  }
}
