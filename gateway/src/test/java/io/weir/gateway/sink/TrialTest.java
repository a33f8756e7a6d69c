package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** How many writes it takes to find lines that a store refuses and does not name. */
class TrialTest {

  /** What a search came to. */
  private record Search(int writes, List<Integer> bad, BitSet stored) {}

  /** A store that takes a write whole or not at all. */
  private static Search search(int lines, IntPredicate isBad) {
    Trial trial = new Trial(lines, Integer.MAX_VALUE);
    List<Integer> bad = new ArrayList<>();
    BitSet stored = new BitSet();
    int writes = 0;
    while (!trial.isDone()) {
      writes++;
      boolean refused = false;
      for (int line = trial.from(); line < trial.to(); line++) {
        refused |= isBad.test(line);
      }
      if (!refused) {
        stored.set(trial.from(), trial.to());
        trial.passed();
      } else if (trial.length() > 1) {
        trial.halve();
      } else {
        bad.add(trial.from());
        trial.foundBad();
      }
    }
    return new Search(writes, bad, stored);
  }

  @Test
  void oneBadLineOfManyIsFoundInAboutTheLogarithm() {
    for (int bad = 0; bad < 5_000; bad++) {
      int only = bad;
      Search found = search(5_000, line -> line == only);
      assertThat(found.bad()).containsExactly(bad);
      assertThat(found.writes()).isLessThan(40);
    }
  }

  @Test
  void aBatchThatIsHalfBadTakesHardlyMoreWritesThanLines() {
    assertThat(search(5_000, line -> line % 2 == 0).writes()).isLessThan(5_100);
    assertThat(search(5_000, line -> line % 2 == 1).writes()).isLessThan(5_100);
    assertThat(search(5_000, line -> true).writes()).isLessThan(5_100);
    assertThat(search(5_000, line -> line >= 2_500).writes()).isLessThan(2_800);
    assertThat(search(5_000, line -> line < 2_500).writes()).isLessThan(2_800);
  }

  @Test
  void eachBadLineIsFoundAndNoOther() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int lines = 1 + random.nextInt(3_000);
      double share = random.nextDouble() * random.nextDouble();
      BitSet bad = new BitSet();
      int at = 0;
      while (at < lines) { // alone or in rows
        int row = random.nextInt(4) == 0 ? 1 + random.nextInt(50) : 1;
        bad.set(at, Math.min(lines, at + row), random.nextDouble() < share);
        at += row;
      }
      Search found = search(lines, bad::get);
      assertThat(found.bad()).containsExactlyElementsOf(bad.stream().boxed().toList());
      assertThat(found.stored().cardinality()).isEqualTo(lines - bad.cardinality());
      assertThat(found.writes()).as("seed %d", seed).isLessThan(lines * 5 / 4 + 64);
    }
  }
}
