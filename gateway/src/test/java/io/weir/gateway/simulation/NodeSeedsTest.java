package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios with edge nodes of Sparkplug B; {@code make soak} runs all of them. */
@Tag("slow")
class NodeSeedsTest {

  private static final int SEEDS = Soak.count(5, 500);

  @Test
  void whateverFailsNoValueOfANodeIsLostOrGetsAnotherName() throws Exception {
    Campaign campaign = new Campaign();
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      for (long seed = 0; seed < SEEDS; seed++) {
        campaign.run(Scenario.withNodes(seed));
      }
    }
    assertThat(campaign.strikes()).containsKey(FaultKind.NODE_STARTS);
  }
}
