package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageParts;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalMemoryTest {

  private static final Asset MACHINE = new Asset("p", "a", "l", "m");
  private static final long START = 1_790_000_000_000L;
  private static final int HOUR = 3_600_000;

  private final SignalMemory memory = new SignalMemory(SignalMemory.BOUND_BYTES);

  private void hear(Asset asset, long ms, String metric, Value value, Quality quality) {
    Series series = new Series("telemetry", asset, Map.of());
    Reading reading = new Reading(series, metric, value, ms * 1_000_000, quality, null);
    MessageParts.pass(
        new Message(
            "s", "t", ms * 1_000_000, 1, 1, 1, 0, 0, List.of(reading), List.of(), new byte[0]),
        memory);
  }

  private void hear(long ms, double value) {
    hear(MACHINE, ms, "speed", new Value.Real(value), Quality.GOOD);
  }

  private void say(long ms, String word) {
    hear(MACHINE, ms, "state", new Value.Text(word), Quality.GOOD);
  }

  private SignalList list(long toMs, int minutes, int points) {
    return memory.list(new SignalQuery(MACHINE, Set.of(), toMs, minutes, points), 0, START);
  }

  private List<SignalList.Point> points(long toMs, int minutes, int points) {
    return list(toMs, minutes, points).signals().get(0).points();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void noPeakIsLostInEightHoursThoughReadingsComeLate(int seed) {
    Random random = new Random(seed);
    double[] second = new double[8 * 3600 + 1200];
    Arrays.fill(second, Double.NaN);
    for (int i = 0; i < second.length; i++) {
      int at = random.nextInt(5) == 0 ? Math.max(0, i - random.nextInt(60)) : i;
      if (Double.isNaN(second[at])) {
        second[at] = random.nextGaussian();
        hear(START + at * 1000L, second[at]);
      }
    }
    long end = START + (second.length - 1) * 1000L;
    List<SignalList.Point> points = points(end, 480, 2000);
    assertThat(points).extracting(SignalList.Point::ms).isSorted().doesNotHaveDuplicates();
    double highest = Arrays.stream(second, 1200, second.length).filter(v -> v == v).max().orElse(0);
    double lowest = Arrays.stream(second, 1200, second.length).filter(v -> v == v).min().orElse(0);
    assertThat(points.stream().mapToDouble(SignalList.Point::max).max()).hasValue(highest);
    assertThat(points.stream().mapToDouble(SignalList.Point::min).min()).hasValue(lowest);
    for (SignalList.Point point : points) {
      int at = (int) ((point.ms() - START) / 1000);
      assertThat(point.last()).isEqualTo(second[at]);
    }
    assertThat(points(end, 9, 600)).as("by the second").hasSizeGreaterThan(400);
    assertThat(points(end, 59, 2000)).as("by quarters of a minute").hasSizeGreaterThan(450);
  }

  @Test
  void pointsAreJoinedToAsManyAsAreAskedFor() {
    for (int i = 0; i <= 600; i++) {
      hear(START + i * 1000L, i % 2 == 0 ? i : -i);
    }
    long end = START + 600_000;
    for (int most : new int[] {1, 2, 7, 100, 600, 2000}) {
      List<SignalList.Point> points = points(end, 10, most);
      assertThat(points).hasSizeLessThanOrEqualTo(most);
      assertThat(points.get(points.size() - 1)).extracting("ms", "last").contains(end, 600.0);
      assertThat(points.stream().mapToDouble(SignalList.Point::min).min()).hasValue(-599);
      assertThat(points.stream().mapToDouble(SignalList.Point::max).max()).hasValue(600);
    }
    assertThat(points(START + 5_000, 1, 600)).hasSize(6);
    assertThat(list(START - 1, 60, 600).signals()).isEmpty();
  }

  @Test
  void wordsAreKeptWhereTheyChangeInWhateverOrderTheyCome() {
    say(START, "RUNNING");
    say(START + 1000, "RUNNING");
    say(START + 9000, "RUNNING");
    say(START + 5000, "DOWN");
    say(START + 4000, "DOWN");
    say(START + 20_000, "x".repeat(300));
    hear(MACHINE, START, "door", new Value.Flag(true), Quality.GOOD);
    List<SignalList.Texts> words = list(START + 60_000, 1, 600).words();
    assertThat(words).extracting(SignalList.Texts::metric).containsExactly("door", "state");
    assertThat(words.get(0).changes()).containsExactly(new SignalList.Change(START, "true"));
    assertThat(words.get(1).changes())
        .containsExactly(
            new SignalList.Change(START, "RUNNING"),
            new SignalList.Change(START + 4000, "DOWN"),
            new SignalList.Change(START + 9000, "RUNNING"),
            new SignalList.Change(START + 20_000, "x".repeat(200) + "…"));
    long later = START + 66_000;
    assertThat(list(later, 1, 600).words().get(1).changes().get(0))
        .as("what held at the beginning")
        .isEqualTo(new SignalList.Change(START + 6000, "DOWN"));
  }

  @Test
  void aWordThatCameLateDoesNotHoldLongerThanItDid() {
    say(START, "RUNNING");
    say(START + 20_000, "RUNNING");
    say(START + 10_000, "IDLE");
    say(START, "SETUP");
    assertThat(list(START + 30_000, 1, 600).words().get(0).changes())
        .containsExactly(
            new SignalList.Change(START, "SETUP"),
            new SignalList.Change(START + 10_000, "IDLE"),
            new SignalList.Change(START + 20_000, "RUNNING"));
  }

  @Test
  void whatIsBadOrNotANumberOrOfNoMachineIsNoSignal() {
    hear(MACHINE, START, "speed", new Value.Real(1), Quality.BAD);
    hear(MACHINE, START, "speed", new Value.Real(Double.NaN), Quality.GOOD);
    hear(new Asset("p", "a", "l", null), START, "speed", new Value.Real(1), Quality.GOOD);
    assertThat(list(START, 60, 600).signals()).isEmpty();
  }

  @Test
  void aSignalAppearsAgainAfterItsSilence() {
    hear(START, 1);
    hear(new Asset("p", "a", "l", "n"), START + 9 * HOUR, "x", new Value.Real(1), Quality.GOOD);
    hear(START + 9 * HOUR, 2);
    assertThat(points(START + 9 * HOUR, 24 * 60, 600))
        .containsExactly(new SignalList.Point(START + 9 * HOUR, 2, 2, 2));
  }

  @Tag("slow")
  @Test
  void manySignalsShareTheBoundAndNamesWithoutEndAreNotTakenUp() {
    List<Reading> readings = new ArrayList<>();
    for (int m = 0; m < 600; m++) {
      Series series = new Series("telemetry", new Asset("p", "a", "l", "m" + m), Map.of());
      for (int i = 0; i < 100; i++) {
        readings.add(new Reading(series, "x" + i, new Value.Real(i), START, Quality.GOOD, null));
      }
    }
    for (int second = 0; second < 120; second++) {
      long ns = (START + second * 1000L) * 1_000_000;
      List<Reading> now =
          readings.stream()
              .map(r -> new Reading(r.series(), r.metric(), r.value(), ns, r.quality(), null))
              .toList();
      MessageParts.pass(
          new Message("s", "t", ns, 1, 1, 1, 0, 0, now, List.of(), new byte[0]), memory);
      assertThat(memory.pointBytes()).isLessThan(SignalMemory.BOUND_BYTES * 5 / 4);
    }
    assertThat(memory.pointBytes()).isGreaterThan(SignalMemory.BOUND_BYTES / 4);
    Asset first = new Asset("p", "a", "l", "m0");
    SignalList shown =
        memory.list(new SignalQuery(first, Set.of(), START + 120_000, 60, 600), 0, START);
    assertThat(shown.signals()).hasSize(SignalMemory.MOST_SHOWN);
    assertThat(shown.more()).isTrue();
    Asset beyond = new Asset("p", "a", "l", "m599");
    assertThat(
            memory
                .list(new SignalQuery(beyond, Set.of(), START + 120_000, 60, 600), 0, START)
                .signals())
        .isEmpty();
  }
}
