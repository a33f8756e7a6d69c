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

  /** Of plants in which much happens where times meet. */
  private static final int BORDERS = Soak.count(1, 12);

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

  /**
   * Where the clocks change, some by half an hour or around midnight, and a shift, a break, an hour
   * or a day ends: readings, corrections and orders are of exactly then or a little beside, and
   * begin or end where another one does.
   */
  @ParameterizedTest
  @ValueSource(longs = {192, 250})
  void whereTimesMeetTheFiguresAreThoseOfTheDocuments(long first) {
    List<String> differences = new ArrayList<>();
    for (long seed = first; seed < first + BORDERS; seed++) {
      differences.addAll(ModelComparison.atBorders(seed).differences());
    }
    assertThat(differences).isEmpty();
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(longs = {62})
  void whereTimesMeetFiguresThatAreMadeAgainAreThoseOfTheConfigurationInForce(long first)
      throws IOException {
    List<String> differences = new ArrayList<>();
    for (long seed = first; seed < first + BORDERS; seed++) {
      differences.addAll(ModelComparison.atBorders(seed).differencesMadeAgain());
    }
    assertThat(differences).isEmpty();
  }

  /** Nobody asks for what came too late, or was said of what was final. */
  @ParameterizedTest
  @ValueSource(longs = {8})
  void whatComesLateAndWhatIsSaidLateIsInTheFiguresUnasked(long first) throws IOException {
    List<String> differences = new ArrayList<>();
    for (long seed = first; seed < first + BORDERS; seed++) {
      differences.addAll(ModelComparison.atBorders(seed).differencesUnasked());
    }
    assertThat(differences).isEmpty();
  }

  /** The log has lost some of its readings before all is made again. */
  @ParameterizedTest
  @ValueSource(longs = {4})
  void afterLossesEachRowThatIsMadeAgainIsRightAndAllOthersAreAsBefore(long first)
      throws IOException {
    List<String> differences = new ArrayList<>();
    int rows = 0;
    for (long seed = first; seed < first + SEEDS; seed++) {
      ModelComparison comparison = new ModelComparison(seed);
      differences.addAll(comparison.differencesAfterLosses());
      rows += comparison.rows();
    }
    assertThat(differences).isEmpty();
    assertThat(rows).as("rows that were made again").isGreaterThan(50 * SEEDS);
  }
}
