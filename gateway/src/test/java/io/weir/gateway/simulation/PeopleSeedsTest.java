package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios in which people do something while parts fail; {@code make soak} runs all of them. */
@Tag("slow")
class PeopleSeedsTest {

  private static final int SEEDS = Soak.count(5, 1_000);

  @Test
  void whateverPeopleDoMeanwhileNothingThatWasAcknowledgedIsLost() throws Exception {
    Campaign campaign = new Campaign();
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      for (long seed = 0; seed < SEEDS; seed++) {
        campaign.run(Scenario.withPeople(seed));
      }
    }
    assertThat(campaign.strikes())
        .containsKeys(
            Arrays.stream(FaultKind.values())
                .filter(FaultKind::isOfPeople)
                .toArray(FaultKind[]::new));
  }
}
