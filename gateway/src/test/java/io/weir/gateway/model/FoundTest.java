package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found is what a map gives, by any instance of a name. */
class FoundTest {

  private static final class One extends Found.Kept<String> {
    One(String name) {
      super(name);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void itIsAMapWhateverInstanceIsAskedFor(int seed) {
    Random random = new Random(seed);
    int names = 1 + random.nextInt(3_000); // up to more than there are places at first
    List<String> instances = new ArrayList<>();
    for (int i = 0; i < 2 * names; i++) {
      instances.add("name-" + i % names);
    }
    Found<String, One> found = new Found<>();
    Map<String, One> expected = new LinkedHashMap<>();
    for (int i = 0; i < Soak.count(30_000, 1_000_000); i++) {
      String name = instances.get(random.nextInt(instances.size()));
      One kept = found.get(name);
      assertThat(kept).isSameAs(expected.get(name));
      if (kept == null) {
        One added = new One(name);
        found.put(added);
        expected.put(name, added);
      } else if (random.nextInt(20) == 0) {
        found.remove(kept);
        expected.remove(name);
        assertThat(found.get(name)).isNull();
      }
    }
    assertThat(found.values()).containsExactlyElementsOf(expected.values());
  }
}
