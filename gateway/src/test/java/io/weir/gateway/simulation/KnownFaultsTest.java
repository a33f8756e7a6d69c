package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Seeds on which the simulation notices one fault each that the gateway had: {@code make mutants}
 * runs each of these tests on a gateway with that fault, and it must fail. Other seeds run before
 * each change.
 */
@Tag("soak")
class KnownFaultsTest {

  private static void passes(long seed) throws Exception {
    passes(Scenario.of(seed));
  }

  private static void passes(Scenario scenario) throws Exception {
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      assertThat(Simulation.run(scenario).faults()).isEmpty();
    }
  }

  @Test
  void marksKnowTopicSessionAndUseOfAnId() throws Exception {
    passes(4);
  }

  @Test
  void whatAFailedSyncOfTheQuarantineLostIsWrittenAgain() throws Exception {
    passes(62);
  }

  @Test
  void aReadThatFailsOnceCostsNothing() throws Exception {
    passes(10);
  }

  @Test
  void noMessageOverwritesItself() throws Exception {
    passes(3);
  }

  @Test
  void noProbePutsAnOldValueOverANewerOne() throws Exception {
    passes(509);
  }

  @Test
  void aSessionBehindALateAnswerCountsAsLost() throws Exception {
    passes(19);
  }

  @Test
  void figuresGoOnAfterAFailedSync() throws Exception {
    passes(123);
  }

  @Test
  void aDefectOfADecoderHoldsNothingUp() throws Exception {
    passes(21);
  }

  @Test
  void aCursorThatCannotBeReadKeepsNothingFromStarting() throws Exception {
    passes(627);
  }

  @Test
  void anEndThatCannotBeReadKeepsNothingFromStarting() throws Exception {
    passes(35);
  }

  @Test
  void aClockThatWasAheadDoesNotPinTheTimes() throws Exception {
    passes(56);
  }

  @Test
  void whatIsRefusedCountsWithItsBatch() throws Exception {
    passes(3);
  }

  @Test
  void anOutageSetsNoGoodLineAside() throws Exception {
    passes(15);
  }

  /** Without a change of the configuration nothing shows it, so it is a line and no seed. */
  @Test
  void aReloadForgetsNoInstant() throws Exception {
    passes(Scenario.parse("seed=73 messages=325 DEVICE_CLOCK@40+30/43 RELOAD@57+1/37"));
  }

  @Test
  void whatWasNotStoredIsNotWhatAnotherRepeats() throws Exception {
    passes(Scenario.sparing(217));
  }

  @Test
  void whatALostHeaderCostsIsCounted() throws Exception {
    passes(955);
  }
}
