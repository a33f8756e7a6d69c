package io.weir.sim.plant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.weir.sim.plant.Shifts.Shift;
import io.weir.sim.plant.Truth.MachineShift;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlantTest {

  private static final PlantLayout LAYOUT = new PlantLayout("plant-a", 3, 4);
  private static final Shifts SHIFTS = new Shifts(ZoneId.of("Europe/Berlin"));
  private static final long START = Instant.parse("2026-03-02T03:17:23.456Z").toEpochMilli();
  private static final long HOUR = 3_600_000;

  @Tag("slow")
  @Test
  void theTruthIsWhatARecountOfTheSamplesGives() {
    theTruthIsRecounted(1);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4})
  void soIsThatOfOtherPlants(long seed) {
    theTruthIsRecounted(seed);
  }

  private static void theTruthIsRecounted(long seed) {
    Truth truth = new Truth(SHIFTS);
    List<MachineSample> samples = new ArrayList<>();
    long end = Math.floorDiv(START + 30 * HOUR, 10_000L) * 10_000;
    new Plant(LAYOUT, seed, START, 10_000, truth).play(end, samples::add);

    Map<String, Recount> recounts = recount(samples, end);
    assertThat(truth.all()).hasSameSizeAs(recounts.values()).hasSize(12 * 5);
    for (MachineShift entry : truth.all()) {
      Recount recount = recounts.get(entry.machine() + entry.date() + entry.shift());
      assertThat(entry.seconds()).as("%s", entry).isEqualTo(recount.seconds());
      assertThat(entry.total()).isEqualTo(recount.total);
      assertThat(entry.good()).isEqualTo(recount.good);
      assertThat(entry.scrap()).isEqualTo(recount.scrap);
      assertThat(entry.failures()).isEqualTo(recount.failures);
      assertThat(entry.energyKwh()).isCloseTo(recount.energy, within(0.0001));
    }
  }

  @Test
  void theSameSeedPlaysTheSameBytesAndAnotherSeedOthers() {
    assertThat(played(7, 1)).isEqualTo(played(7, 1)).isNotEqualTo(played(8, 1));
  }

  @Test
  void theStepsItIsPlayedInChangeNothing() {
    assertThat(played(7, 977)).isEqualTo(played(7, 1));
  }

  @Test
  void samplingMoreOftenChangesNothingThatIsProduced() {
    Truth often = new Truth(SHIFTS);
    Truth seldom = new Truth(SHIFTS);
    new Plant(LAYOUT, 3, START, 1_000, often).play(START + 9 * HOUR, sample -> {});
    new Plant(LAYOUT, 3, START, 60_000, seldom).play(START + 9 * HOUR, sample -> {});
    assertThat(often.json()).isEqualTo(seldom.json());
  }

  @Test
  void noMachineIsSampledTwiceAtOneInstantAndTimeNeverGoesBack() {
    List<MachineSample> samples = play(5, 1_000, 4 * HOUR);
    Set<String> seen = new HashSet<>();
    long last = START;
    for (MachineSample sample : samples) {
      assertThat(seen.add(sample.path().machine() + "@" + sample.at())).isTrue();
      assertThat(sample.at()).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(START + 4 * HOUR);
      last = sample.at();
    }
  }

  @Test
  void everyMachineIsSampledAtLeastOncePerInterval() {
    Map<MachinePath, Long> last = new HashMap<>();
    for (MachineSample sample : play(5, 1_000, HOUR)) {
      Long before = last.put(sample.path(), sample.at());
      assertThat(sample.at() - (before == null ? START : before)).isLessThanOrEqualTo(1_000);
    }
    assertThat(last).hasSize(12);
    assertThat(last.values()).allSatisfy(at -> assertThat(at).isGreaterThan(START + HOUR - 1_000));
  }

  @Test
  void aStateChangesAtItsExactInstant() {
    assertThat(play(5, 60_000, 4 * HOUR)).anyMatch(sample -> sample.at() % 1_000 != 0);
  }

  @Tag("slow")
  @Test
  void sixteenHoursGivePlausibleFigures() {
    for (long seed = 1; seed <= 10; seed++) {
      Truth truth = new Truth(SHIFTS);
      new Plant(LAYOUT, seed, START, 60_000, truth).play(START + 16 * HOUR, sample -> {});
      Map<String, List<MachineShift>> byMachine =
          truth.all().stream().collect(Collectors.groupingBy(MachineShift::machine));
      double sum = 0;
      for (Map.Entry<String, List<MachineShift>> machine : byMachine.entrySet()) {
        long good = machine.getValue().stream().mapToLong(MachineShift::good).sum();
        double oee = good * idealCycle(machine.getKey()) / (16 * 3_600);
        assertThat(oee).as("seed %d, %s", seed, machine.getKey()).isBetween(0.5, 0.92);
        sum += oee;
      }
      assertThat(sum / byMachine.size()).as("seed %d", seed).isBetween(0.60, 0.85);
    }
  }

  @Test
  void everyStateOccursAndPiecesAreNeverLostAlongALine() {
    List<MachineSample> samples = play(2, 60_000, 48 * HOUR);
    assertThat(samples.stream().map(MachineSample::state).distinct())
        .containsExactlyInAnyOrder(SimulatedState.values());
    Map<String, MachineSample> last = new HashMap<>();
    samples.forEach(sample -> last.put(sample.path().machine(), sample));
    // 120 places in a buffer, 60 pieces in it at the start, one in each machine.
    long between = last.get("press-01").good() + 60 - last.get("robot-02").total();
    assertThat(between).isBetween(0L, 121L);
    assertThat(last.get("pack-04").reject()).isPositive();
  }

  @Test
  void aSampleIsOneJsonObjectWithItsOwnTime() {
    MachineSample first = play(5, 1_000, HOUR).get(0);
    assertThat(first.json())
        .startsWith(
            "{\"ts\":"
                + START
                + ",\"state\":\"RUNNING\",\"reason\":\"\",\"product\":\"P1\",\"total\":0,\"good\":0,")
        .matches(
            "\\{.*\"reject\":0,\"temperature\":-?\\d+\\.\\d{2},\"vibration\":\\d+\\.\\d{3},"
                + "\"power_kw\":\\d+\\.\\d{2},\"energy_kwh\":0\\.0000,\"speed\":\\d+\\.\\d,"
                + "\"ideal_cycle\":1\\.410}");
    assertThat(first.path().topic())
        .isEqualTo("factory/plant-a/press-shop/line-1/press-01/telemetry");
  }

  @Test
  void machinesAreNumberedThroughThePlant() {
    assertThat(play(5, 1_000, 0).stream().map(sample -> sample.path().toString()))
        .hasSize(12)
        .contains(
            "plant-a/press-shop/line-1/pack-04",
            "plant-a/press-shop/line-2/press-05",
            "plant-a/assembly/line-3/pack-12");
  }

  @Test
  void anImpossibleLayoutIsRefusedWithItsReason() {
    assertThatThrownBy(() -> new PlantLayout("a/b", 3, 4)).hasMessageContaining("\"a/b\"");
    assertThatThrownBy(() -> new PlantLayout("a", 0, 4)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> new PlantLayout("a", 1, -4)).hasMessageContaining("not -4");
    assertThatThrownBy(() -> new Plant(LAYOUT, 1, START, 0, new Truth(SHIFTS)))
        .hasMessageContaining("not 0");
    assertThatThrownBy(() -> new Plant(LAYOUT, 1, START, 86_400_001, new Truth(SHIFTS)))
        .hasMessageContaining("1 ms to 1 day, not 86,400,001 ms");
  }

  @Test
  void shiftsFollowTheZoneThroughTheChangeOfTheClocks() {
    Shift spring = SHIFTS.at(Instant.parse("2026-03-29T01:30:00Z").toEpochMilli());
    assertThat(spring.name() + " " + spring.date()).isEqualTo("night 2026-03-28");
    assertThat(spring.end() - spring.start()).isEqualTo(7 * HOUR);
    Shift autumn = SHIFTS.at(Instant.parse("2026-10-25T01:30:00Z").toEpochMilli());
    assertThat(autumn.end() - autumn.start()).isEqualTo(9 * HOUR);
    Shift early = SHIFTS.at(Instant.parse("2026-06-01T04:00:00Z").toEpochMilli());
    assertThat(early.name()).isEqualTo("early");
    assertThat(SHIFTS.at(early.start() - 1).name()).isEqualTo("night");
  }

  private static double idealCycle(String machine) {
    return play(1, 1_000, 0).stream()
        .filter(sample -> sample.path().machine().equals(machine))
        .findFirst()
        .orElseThrow()
        .idealCycle()
        .doubleValue();
  }

  private static List<MachineSample> play(long seed, long intervalMs, long durationMs) {
    List<MachineSample> samples = new ArrayList<>();
    new Plant(LAYOUT, seed, START, intervalMs, new Truth(SHIFTS))
        .play(START + durationMs, samples::add);
    return samples;
  }

  private static String played(long seed, int steps) {
    StringBuilder bytes = new StringBuilder();
    Truth truth = new Truth(SHIFTS);
    Plant plant = new Plant(LAYOUT, seed, START, 1_000, truth);
    for (int step = 1; step <= steps; step++) {
      plant.play(START + HOUR * step / steps, sample -> bytes.append(sample.json()).append('\n'));
    }
    return bytes + truth.json();
  }

  /** Computes the truth from the samples and the shifts alone. */
  private static Map<String, Recount> recount(List<MachineSample> samples, long end) {
    Map<MachinePath, List<MachineSample>> byPlace =
        samples.stream().collect(Collectors.groupingBy(MachineSample::path));
    Map<String, Recount> recounts = new HashMap<>();
    byPlace.forEach(
        (path, own) -> {
          for (int i = 0; i < own.size(); i++) {
            MachineSample sample = own.get(i);
            long until = i + 1 < own.size() ? own.get(i + 1).at() : end;
            if (sample.at() < until) {
              shift(recounts, path, sample.at()).state(sample.state(), until - sample.at());
            }
            if (i > 0) {
              MachineSample before = own.get(i - 1);
              Recount counted = shift(recounts, path, sample.at() - 1);
              counted.total += sample.total() - before.total();
              counted.good += sample.good() - before.good();
              counted.scrap += sample.reject() - before.reject();
              counted.energy += sample.energyKwh().subtract(before.energyKwh()).doubleValue();
              if (sample.state() == SimulatedState.DOWN && before.state() != SimulatedState.DOWN) {
                shift(recounts, path, sample.at()).failures++;
              }
            }
          }
        });
    return recounts;
  }

  private static Recount shift(Map<String, Recount> recounts, MachinePath path, long at) {
    Shift shift = SHIFTS.at(at);
    return recounts.computeIfAbsent(
        path.machine() + shift.date() + shift.name(), unused -> new Recount());
  }

  private static final class Recount {
    private final Map<String, Long> milliseconds = new HashMap<>();
    private long total;
    private long good;
    private long scrap;
    private int failures;
    private double energy;

    void state(SimulatedState state, long ms) {
      milliseconds.merge(state.name(), ms, Long::sum);
    }

    Map<String, Double> seconds() {
      return milliseconds.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue() / 1000.0));
    }
  }
}
