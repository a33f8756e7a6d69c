package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field of every final row, against a second program written from the documents alone. */
@Tag("slow")
class ModelTest {

  /** Plants of each case; {@code make soak} sets {@code weir.seeds=all}, and compares many more. */
  private static final int SEEDS = Soak.count(3, 6);

  @ParameterizedTest
  @ValueSource(longs = {1, 101, 201, 507})
  void theFiguresOfSeededPlantsAreThoseOfTheDocuments(long first) {
    List<String> differences = new ArrayList<>();
    int rows = 0;
    for (long seed = first; seed < first + SEEDS; seed++) {
      ModelComparison comparison = new ModelComparison(seed);
      differences.addAll(comparison.differences());
      rows += comparison.rows();
    }
    assertThat(differences).isEmpty();
    assertThat(rows).isGreaterThan(500 * SEEDS);
  }

  /** After corrections, restarts, kills, late readings, and another configuration in the middle. */
  @ParameterizedTest
  @ValueSource(longs = {3000})
  void figuresThatAreMadeAgainAreThoseOfTheDocumentsForTheConfigurationInForce(long first)
      throws IOException {
    List<String> differences = new ArrayList<>();
    int rows = 0;
    for (long seed = first; seed < first + SEEDS; seed++) {
      ModelComparison comparison = new ModelComparison(seed);
      differences.addAll(comparison.differencesMadeAgain());
      rows += comparison.rows();
    }
    assertThat(differences).isEmpty();
    assertThat(rows).isGreaterThan(500 * SEEDS);
  }
}
