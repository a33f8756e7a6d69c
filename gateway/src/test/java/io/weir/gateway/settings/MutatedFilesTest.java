package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever becomes of a good file, loading answers with a configuration or with its problems. */
class MutatedFilesTest {

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void loadingAMutatedFileThrowsNothingElseAndPrintsNoSecret(long seed) throws Exception {
    Random random = new Random(seed);
    int refused = 0;
    try (ConfigTarget target = new ConfigTarget()) {
      for (int i = 0; i < 25; i++) {
        refused += target.run(target.input(random)).equals("taken") ? 0 : 1;
      }
    }
    assertThat(refused).isPositive();
  }
}
