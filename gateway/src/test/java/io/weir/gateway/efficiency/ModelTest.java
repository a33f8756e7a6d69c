package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field of every final row, against a second program written from the documents alone. */
@Tag("slow")
class ModelTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 25, 32})
  void theFiguresOfASeededPlantAreThoseOfTheDocuments(long seed) {
    List<String> differences = new ModelComparison(seed).differences();
    assertThat(differences).isEmpty();
  }
}
