package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios in which a sink gets less than the log has; {@code make soak} runs all of them. */
@Tag("slow")
class LesseningSeedsTest {

  private static final int SEEDS = Soak.count(5, 500);

  @Test
  void whatASinkDoesNotGetIsCounted() throws Exception {
    Campaign campaign = new Campaign();
    long first = Long.getLong("simulation.first", 0);
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      for (long seed = first; seed < first + SEEDS; seed++) {
        campaign.run(Scenario.lessening(seed));
      }
    }
    assertThat(campaign.strikes()).containsKey(FaultKind.LESSENS);
  }
}
