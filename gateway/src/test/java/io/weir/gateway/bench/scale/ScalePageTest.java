package io.weir.gateway.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tables of docs/scale.md are what {@code scripts/bench scale} prints. */
class ScalePageTest {

  private static List<String> page() throws IOException {
    return Files.readAllLines(Path.of("../docs/scale.md"));
  }

  @Test
  void theNumbersOfMachinesAreThoseOfTheArithmetic() throws IOException {
    assertThat(page()).containsAll(ScaleTable.sizes());
  }

  @Test
  @Tag("soak")
  void theHourWithoutALevelIsThatOfTheSimulation() throws IOException {
    assertThat(page()).containsAll(ScaleTable.outages(Duration.ofHours(4)));
  }
}
