package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scenarios that failed once. */
class RegressionsTest {

  static Stream<String> lines() throws IOException {
    return Regressions.lines().stream();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void whatFailedOnceFailsNoMore(String line) throws Exception {
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      assertThat(Simulation.run(Scenario.parse(line)).faults()).isEmpty();
    }
  }
}
