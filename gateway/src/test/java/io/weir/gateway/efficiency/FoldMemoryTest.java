package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a fold does with more machines, readings and words than its heap holds. */
class FoldMemoryTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long START = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final int MACHINES = 3;

  private final EfficiencyConfig config = new EfficiencyConfigBuilder().build();
  private final Fold fold = new Fold(config, memory());

  private static FoldMemory memory() {
    return FoldMemory.of(new MemoryBudget(MACHINES, 10, 10, 10, 100, 100, 1, 1));
  }

  private static void take(Fold fold, String machine, long atNs, String state) {
    Series series = new Series("t", new Asset(null, null, null, machine), Map.of());
    List<Reading> readings =
        List.of(
            new Reading(series, "state", new Value.Text(state), atNs, Quality.GOOD, null),
            new Reading(series, "total", new Value.Whole(1), atNs, Quality.GOOD, null));
    fold.accept(new Message("plant", "x", atNs, 0, 0, 2, 0, 0, readings, List.of(), new byte[0]));
  }

  @Test
  void machinesBeyondTheBoundAreCountedAndIgnoredAlsoAfterARestart() {
    Fold restarted = fold;
    for (int round = 1; round <= 2; round++) {
      for (int i = 0; i < 10; i++) {
        take(restarted, "m" + i, START + round * SECOND, "RUNNING");
      }
      EfficiencySnapshot now = restarted.snapshot(START + 3 * SECOND);
      assertThat(now.machines()).hasSize(MACHINES);
      assertThat(now.ignored()).isEqualTo(14L * round);
      restarted.flushLines();
      byte[] state = restarted.encode();
      assertThat(FoldCodec.machines(state)).isEqualTo(MACHINES);
      restarted = Fold.decode(state, config, memory(), 0);
    }
  }

  @Test
  void aStateOfALargerHeapIsReadWhole() {
    Fold large = new Fold(config);
    for (int i = 0; i < 10; i++) {
      take(large, "m" + i, START, "RUNNING");
    }
    large.flushLines();
    Fold small = Fold.decode(large.encode(), config, memory(), 0);
    assertThat(small.snapshot(START).machines()).hasSize(10);
  }

  @Test
  void readingsThatWaitForLateOnesTakeNoMoreThanTheyMay() {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      take(fold, "m" + i % MACHINES, START + i * SECOND / 100, "RUNNING");
      if (i % 10_000 == 9_999) {
        fold.takeRows();
        fold.flushLines();
        sizes.add(fold.encode().length);
      }
    }
    assertThat(sizes.get(3)).isLessThan(2 * sizes.get(0)).isLessThan(60_000);
    take(fold, "m0", START, "RUNNING");
    assertThat(fold.snapshot(START).late()).isPositive();
  }

  /** A minute takes more than the few readings that are in it. */
  @Test
  void minutesThatWaitForLateReadingsTakeNoMoreThanTheyMay() {
    EfficiencyConfigBuilder late = new EfficiencyConfigBuilder();
    late.lateness = Duration.ofHours(2);
    Fold fewer = new Fold(late.build(), memory());
    for (int minute = 0; minute < 100; minute++) {
      for (int i = 0; i < MACHINES; i++) {
        take(fewer, "m" + i, START + minute * 60 * SECOND, "RUNNING");
      }
    }
    take(fewer, "m0", START + 30 * SECOND, "RUNNING");
    assertThat(fewer.snapshot(START).late()).isPositive();
  }

  @Test
  void inventedWordsOfAllMachinesTakeNoMoreThanTheyMay() {
    for (int i = 0; i < 600; i++) {
      take(fold, "m" + i % MACHINES, START + i * SECOND, i + "x".repeat(100));
    }
    fold.flushLines();
    fold.takeRows();
    int words = 3 * Symbols.LIMIT * 120;
    assertThat(fold.encode().length).isLessThan(words);
    assertThat(fold.snapshot(START).machines())
        .extracting(EfficiencySnapshot.MachineNow::reason)
        .contains("unmapped:" + Symbols.OTHER_WORD);
  }
}
