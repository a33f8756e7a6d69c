package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A report of a payload that went wrong becomes a {@link Case}. */
class CasesTest {

  static List<String> cases() throws IOException {
    return Case.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void aPayloadBecomesWhatItsCaseSays(String name) throws Exception {
    Case given = Case.load(name);
    Explain explain = new Explain(List.of(given.route()), Types.load(new Memory()));
    for (Case.Arrival before : given.before()) {
      explain.text(null, before.topic(), before.payload(), before.retained(), given.receivedNs());
    }
    Case.Arrival arrival = given.arrival();
    String told =
        explain.text(
            null, arrival.topic(), arrival.payload(), arrival.retained(), given.receivedNs());

    assertThat(told).isEqualTo(given.expected());
  }
}
