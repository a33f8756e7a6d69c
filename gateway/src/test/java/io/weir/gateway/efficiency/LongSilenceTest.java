package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.model.Quality;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that is silent for longer than its line keeps minutes, received live. */
@Tag("slow")
class LongSilenceTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T14:00:00Z");
  private static final long END = BEGIN + 5 * HOUR;
  private static final String LINE = "s/a/l";
  private static final String BOTTLENECK = LINE + "/m";
  private static final String OUTPUT = LINE + "/n";

  private final FoldScenario scenario = new FoldScenario(FoldedFigures.plant());

  /** From the last reading of the output before its silence, to the first one behind it. */
  private long silentFrom;

  private long silentTo;

  private interface EachMinute {
    void at(long wallNs);
  }

  /**
   * The bottleneck sends all the time, the output is silent for 90 minutes to three hours.
   *
   * @param late how long after its instant each message of the output is received
   */
  private void play(Random random, long late, EachMinute each) {
    silentFrom = BEGIN + HOUR + random.nextInt(3600) * SECOND;
    silentTo = silentFrom + 90 * MINUTE + random.nextInt(90 * 60) * SECOND;
    long[] next = {BEGIN, BEGIN};
    int[] total = {0, 0};
    for (long wall = BEGIN; wall < END; wall += MINUTE) {
      for (boolean output : new boolean[] {false, true}) {
        int machine = output ? 1 : 0;
        while (next[machine] + (output ? late : 0) <= wall) {
          long at = next[machine];
          total[machine] += random.nextInt(40);
          scenario.received(
              output ? OUTPUT : BOTTLENECK,
              at,
              output ? at + late : at,
              Quality.GOOD,
              "state",
              random.nextInt(9) == 0 ? "DOWN" : "RUNNING",
              "total",
              total[machine],
              "reject",
              total[machine] / 11);
          long then = at + (20 + random.nextInt(30)) * SECOND;
          if (output && at < silentFrom && then >= silentFrom) {
            then = silentFrom;
          }
          next[machine] = output && at == silentFrom ? silentTo : then;
        }
      }
      scenario.tick(wall);
      each.at(wall);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void noPieceOfALineIsUnseenWhileItsBottleneckIsKnown(int seed) {
    TreeMap<String, String> wrong = new TreeMap<>();
    Random random = new Random(seed);
    play(
        random,
        random.nextInt(120) * SECOND,
        wallNs -> {
          for (long hour = BEGIN; hour <= wallNs; hour += HOUR) {
            Object unknown = scenario.store.efficiency(LINE, "hour", "all", hour).get("unknown_s");
            if (unknown != null) {
              assertThat(unknown).isEqualTo(0.0);
            }
            for (String field : List.of("gap_total", "gap_good")) {
              Object line = scenario.store.efficiency(LINE, "hour", "all", hour).get(field);
              Object own = scenario.store.efficiency(OUTPUT, "hour", "all", hour).get(field);
              if (line != null && !line.equals(own)) {
                wrong.put(RecomputeRun.instant(hour) + " " + field, line + " or " + own);
              }
            }
          }
        });
    assertThat(wrong).isEmpty();
    long back = BEGIN + (silentTo - 1 - BEGIN) / HOUR * HOUR;
    assertThat((Double) scenario.store.efficiency(LINE, "hour", "all", back).get("gap_total"))
        .as("what the output made in its silence")
        .isGreaterThan(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void minutesBeyondTheFirstHourOfASilenceHaveNoRow(int seed) {
    Random random = new Random(seed);
    long late = random.nextInt(3) * MINUTE; // so that its own time is a whole minute at each tick
    play(random, late, wallNs -> {});
    long first = silentFrom + HOUR;
    long back = ShiftCalendar.minute(silentTo - 1).start();
    List<Long> minutes = minutes();
    assertThat(minutes).as("its last minute").contains(ShiftCalendar.minute(first - 1).start());
    assertThat(minutes).as("behind it").noneMatch(start -> start >= first && start < back);
  }

  /** The starts of the minutes of the output that have a row. */
  private List<Long> minutes() {
    return scenario.store.rows("efficiency " + OUTPUT + " {bucket=minute").keySet().stream()
        .map(name -> StoredRows.nanos(name.substring(name.lastIndexOf(' ') + 1)))
        .toList();
  }
}
