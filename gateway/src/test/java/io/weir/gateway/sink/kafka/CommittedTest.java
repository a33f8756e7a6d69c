package io.weir.gateway.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import io.weir.gateway.sink.stream.Position;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What transactions say of themselves, over crashes. */
class CommittedTest {

  private static Position at(long offset) {
    return new Position(offset, 0);
  }

  private static Committed read(String metadata, String incarnation) {
    Committed read = new Committed(incarnation);
    read.learn(metadata);
    return read;
  }

  @Test
  void whatWasCommittedIsHeldAndWhatWasRefusedIsNot() {
    Committed known = new Committed("i");
    known.refuse(at(3));
    Committed after = read(known.upTo(at(5)), "i");
    assertThat(after.holds(at(2))).isTrue();
    assertThat(after.holds(at(3))).isFalse();
    assertThat(after.holds(new Position(3, 1))).isTrue();
    assertThat(after.holds(at(5))).isTrue();
    assertThat(after.holds(new Position(5, 1))).isFalse();
  }

  @Test
  void otherIncarnationsOtherWordsAndOlderTransactionsSayNothing() {
    Committed known = new Committed("i");
    String later = known.upTo(at(9));
    assertThat(read(later, "other").holds(at(2))).isFalse();
    assertThat(read("", "i").holds(at(0))).isFalse();
    assertThat(read("2 i -1/0 9/0", "i").holds(at(2))).isFalse();
    Committed both = read(later, "i");
    both.learn(known.upTo(at(4)));
    assertThat(both.holds(at(9))).isTrue();
  }

  /**
   * A log with bad rows at random places, read on from its cursor after crashes at random moments:
   * each bad row that the quarantine may not have yet is refused again, each other one is written,
   * and once, but where more bad rows than are kept lie between cursor and crash.
   */
  @Test
  void whateverIsRefusedComesAgainAfterACrashAndTheTextStaysShort() {
    for (int seed = 0; seed < Soak.count(20, 200); seed++) {
      Random random = new Random(seed);
      int everyNth = 1 + random.nextInt(20);
      Committed known = new Committed("i");
      String stored = known.upTo(at(-1));
      int rows = 2_000;
      int[] written = new int[rows];
      int kept = -1; // rows up to here are in the topic or safe in the quarantine
      boolean tooMany = false;
      for (int row = 0; row < rows; row++) {
        boolean bad = row * 31L % 97 % everyNth == 0;
        if (known.holds(at(row))) {
          assertThat(bad).as("seed %d, row %d is bad and held", seed, row).isFalse();
        } else if (bad) {
          known.refuse(at(row));
        } else {
          written[row]++;
          stored = known.upTo(at(row));
          known.committed(at(row));
          assertThat(stored.length()).isLessThan(4_096);
        }
        if (random.nextInt(40) == 0) {
          kept = row;
        }
        if (random.nextInt(200) == 0) {
          tooMany |= row - kept > 60;
          known = new Committed("i");
          known.learn(stored);
          row = kept;
        }
      }
      for (int row = 0; row < rows; row++) {
        boolean bad = row * 31L % 97 % everyNth == 0;
        if (bad || !tooMany) {
          assertThat(written[row]).as("seed %d, row %d", seed, row).isEqualTo(bad ? 0 : 1);
        } else {
          assertThat(written[row]).as("seed %d, row %d", seed, row).isPositive();
        }
      }
    }
  }

  @Test
  void theLongestPositionsFitToo() {
    Committed known = new Committed("4f0a8a1c-0000-4000-8000-000000000001");
    for (int i = 0; i < 1_000; i++) {
      known.refuse(new Position(Long.MAX_VALUE - 2_000 + i, Integer.MAX_VALUE));
    }
    assertThat(known.upTo(at(Long.MAX_VALUE))).hasSizeLessThan(4_096);
  }
}
