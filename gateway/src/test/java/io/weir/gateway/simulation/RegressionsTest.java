package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scenarios that failed once: the newest, and in {@code make soak} all of them. */
class RegressionsTest {

  static Stream<String> lines() throws IOException {
    List<String> all = Regressions.lines();
    return all.stream().skip(all.size() - Soak.count(8, all.size()));
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
