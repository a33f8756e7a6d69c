package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios with another gateway behind this one; {@code make soak} runs all of them. */
@Tag("slow")
class CentreSeedsTest {

  private static final int SEEDS = Soak.count(5, 500);

  @Test
  void whateverFailsAllReachesTheOtherGatewayOnce() throws Exception {
    Campaign campaign = new Campaign();
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      for (long seed = 0; seed < SEEDS; seed++) {
        campaign.run(Scenario.withCentre(seed));
      }
    }
    assertThat(campaign.strikes())
        .containsKeys(
            Arrays.stream(FaultKind.values())
                .filter(FaultKind::isOfCentre)
                .toArray(FaultKind[]::new));
  }

  /**
   * What the gateway answered for before its folder was copied and after it was brought back is
   * behind the other one, although offsets are given again.
   */
  @Test
  void whatComesAfterTheFolderWasBroughtBackIsTakenForNothingThatCameBefore() throws Exception {
    Campaign campaign = new Campaign();
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      for (long seed = 0; seed < SEEDS; seed++) {
        campaign.run(Scenario.broughtBack(seed));
      }
    }
    assertThat(campaign.strikes()).containsKey(FaultKind.BROUGHT_BACK);
  }
}
