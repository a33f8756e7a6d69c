package io.weir.gateway.efficiency.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.Seeds;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.CycleTable;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** What figures teach, from readings on. */
@Tag("slow")
class LearnedTest {

  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;

  private final LearnedPlant plant = new LearnedPlant(LearnedPlant.config());

  private Finding only(Finding.Kind kind) {
    List<Finding> found =
        plant.learned.findings().stream().filter(each -> each.kind() == kind).toList();
    assertThat(found).as(String.valueOf(plant.reasons())).hasSize(1);
    return found.get(0);
  }

  private LearnedCycle lids(Learned learned) {
    return Objects.requireNonNull(learned.cycle(new Asset("s", "a", "l", "m"), "lid"));
  }

  private double best() {
    return lids(plant.learned).best(LocalDate.parse("2026-03-06").toEpochDay());
  }

  @Test
  void aMachineAsConfiguredIsNoHint() {
    plant.days(0, 18);
    assertThat(plant.reasons()).isEmpty();
  }

  @Test
  void aConfiguredCycleThatIsSlowerThanTheDemonstratedOneIsAHint() {
    plant.noise = 0;
    plant.cycleS = 10;
    plant.days(0, 4);
    Finding found = only(Finding.Kind.FASTER_CYCLE);
    assertThat(found.value()).isCloseTo(10, within(0.1));
    assertThat(found.reason())
        .isEqualTo(
            "product lid on s/a/l/m: an ideal cycle of 12.0 s is configured; the best demonstrated"
                + " one is 10.0 s (-17 %)");
    assertThat(found.toPaste()).isEqualTo("lid,10.0");
    assertThat(found.day()).hasToString("2026-03-04");
  }

  @Test
  void aProductWithoutAConfiguredCycleIsAHint() {
    plant.product = "box, large";
    plant.noise = 0;
    plant.days(0, 4);
    Finding found = only(Finding.Kind.NO_CYCLE);
    assertThat(found.reason())
        .isEqualTo(
            "product box, large on s/a/l/m: no ideal cycle is configured; the best demonstrated one"
                + " is 12.0 s");
    assertThat(CycleTable.parse(List.of("product,seconds", found.toPaste())))
        .containsOnlyKeys("box, large");
  }

  @Test
  void twoDaysDemonstrateNothing() {
    plant.cycleS = 10;
    plant.days(0, 3); // the third has not ended
    assertThat(plant.reasons()).isEmpty();
  }

  /** Each day one quarter-hour at twice the speed. */
  @Test
  @Tag("soak")
  void aFreakBurstADayIsNotDemonstrated() {
    for (int day = 0; day < 12; day++) {
      long begin = LearnedPlant.begin(day);
      plant.work(begin, 2 * HOUR, 12, 1);
      plant.work(begin + 2 * HOUR, 15 * MINUTE, 6, 1);
      plant.work(begin + 2 * HOUR + 15 * MINUTE, 2 * HOUR, 12, 1);
      plant.stop(begin + 4 * HOUR + 15 * MINUTE, "IDLE");
    }
    assertThat(plant.reasons()).isEmpty();
  }

  /**
   * What it makes in each hour is told once more after the stop, which it tells without a count.
   */
  @Test
  void piecesThatAreToldAfterAStopAreInNoCycle() {
    for (int day = 0; day < 5; day++) {
      for (int hour = 0; hour < 5; hour++) {
        long begin = LearnedPlant.begin(day) + hour * HOUR;
        plant.work(begin, 40 * MINUTE, 12, 1);
        plant.stand(begin + 40 * MINUTE, 20 * MINUTE, "DOWN").burst(190);
      }
    }
    assertThat(plant.reasons()).isEmpty();
    assertThat(best()).isCloseTo(12, within(0.1));
  }

  @Test
  void piecesThatAreToldAfterASilenceAreInNoCycle() {
    for (int day = 0; day < 5; day++) {
      for (int hour = 0; hour < 5; hour++) {
        plant.work(LearnedPlant.begin(day) + hour * HOUR, 40 * MINUTE, 12, 1).burst(300);
      }
    }
    assertThat(plant.reasons()).isEmpty();
  }

  /** More pieces were good than were made: which count is wrong is not known. */
  @Test
  void daysWithContradictoryCountsAreLeftOut() {
    for (int day = 0; day < 8; day++) {
      plant.cycleS = day % 2 == 0 ? 10 : 12;
      plant.tooManyGood += day % 2 == 0 ? 500 : 0;
      plant.days(day, day + 1);
    }
    assertThat(plant.reasons()).isEmpty();
  }

  /** The cycle is a constant, so only the order says what is made. */
  @Test
  @Tag("soak")
  void theProductMayBeThatOfTheOrder() {
    EfficiencyConfigBuilder config = LearnedPlant.config();
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(12));
    config.order = new EfficiencyConfig.OrderSignals("order", "product", null);
    LearnedPlant ordered = new LearnedPlant(config);
    for (int day = 0; day < 5; day++) {
      for (int hour = 0; hour < 8; hour++) {
        ordered.product = hour % 2 == 0 ? "lid" : "box";
        ordered.order = day + "-" + hour;
        ordered.work(LearnedPlant.begin(day) + hour * HOUR, HOUR, hour % 2 == 0 ? 12 : 8, 1);
      }
    }
    assertThat(ordered.learned.findings()).hasSize(1);
    Finding found = ordered.learned.findings().get(0);
    assertThat(found.product()).isEqualTo("box");
    assertThat(found.value()).isCloseTo(8, within(0.1));
  }

  /** A machine without products: the line to paste names the machine. */
  @Test
  void withoutProductsTheCycleIsThatOfTheMachine() {
    EfficiencyConfigBuilder config = LearnedPlant.config();
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(12));
    LearnedPlant plain = new LearnedPlant(config);
    plain.cycleS = 10;
    plain.noise = 0;
    plain.days(0, 4);
    assertThat(plain.reasons())
        .containsExactly(
            "s/a/l/m: an ideal cycle of 12.0 s is configured; the best demonstrated one is 10.0 s"
                + " (-17 %)");
    assertThat(plain.learned.findings().get(0).toPaste())
        .isEqualTo("- { asset: \"s/a/l/m\", ideal-cycle: 10.0s }");
  }

  /** A count that is told each ten minutes is divided by the time since the one before. */
  @Test
  @Tag("soak")
  void aCountThatIsToldSeldomIsNoFastCycle() {
    plant.tellEvery = 10;
    for (int day = 0; day < 5; day++) {
      plant.work(LearnedPlant.begin(day), 5 * HOUR, 12, 1);
      plant.stop(LearnedPlant.begin(day) + 5 * HOUR, "IDLE");
    }
    assertThat(plant.reasons()).isEmpty();
    assertThat(best()).isCloseTo(12, within(0.3));
  }

  /** Two products by turns, the one fast and the other slow. */
  @Test
  void eachProductHasItsOwnCycle() {
    for (int day = 0; day < 5; day++) {
      for (int hour = 0; hour < 8; hour++) {
        plant.product = hour % 2 == 0 ? "lid" : "box";
        plant.work(LearnedPlant.begin(day) + hour * HOUR, HOUR, hour % 2 == 0 ? 12 : 5, 1);
      }
    }
    assertThat(plant.kinds()).containsExactly(Finding.Kind.NO_CYCLE);
    Finding found = only(Finding.Kind.NO_CYCLE);
    assertThat(found.product()).isEqualTo("box");
    assertThat(found.value()).isCloseTo(5, within(0.05));
  }

  @Test
  void aCycleThatHasDriftedIsAHintWithItsNumbers() {
    plant.days(0, 18);
    plant.cycleS = 13.5;
    plant.days(18, 26);
    Finding found = only(Finding.Kind.CYCLE_DRIFT);
    assertThat(found.reason())
        .matches(
            "cycle of product lid on s/a/l/m: 13\\.\\d s in the last week, 1[12](\\.\\d)? s in the"
                + " four weeks before \\(\\+1[1-4] %\\); from day to day ±0\\.\\d+ s is normal");
    assertThat(found.toPaste()).isEmpty();
  }

  @Test
  @Tag("soak")
  void energyOfAPieceThatHasDriftedIsAHint() {
    plant.days(0, 18);
    plant.kwhOfPiece = 0.06;
    plant.days(18, 26);
    assertThat(plant.kinds()).containsExactly(Finding.Kind.ENERGY_DRIFT);
    Finding found = only(Finding.Kind.ENERGY_DRIFT);
    assertThat(found.value()).isCloseTo(0.06, within(0.002));
    assertThat(found.reason()).startsWith("energy per piece of product lid on s/a/l/m: 0.0");
  }

  @Tag("soak")
  @Test
  void aWatchedSignalThatHasDriftedIsAHint() {
    plant.days(0, 18);
    plant.temperature = 71;
    plant.days(18, 26);
    assertThat(plant.kinds()).containsExactly(Finding.Kind.SIGNAL_DRIFT);
    assertThat(only(Finding.Kind.SIGNAL_DRIFT).reason())
        .matches(
            "oil of s/a/l/m: 7\\d(\\.\\d)? °C in the last week, 6\\d(\\.\\d)? °C in the four weeks"
                + " before \\(\\+[56]\\.\\d+ °C\\); from day to day ±0\\.\\d+ °C is normal");
  }

  @Tag("soak")
  @Test
  void aDriftThatGoesBackIsNoHintAnyMore() {
    plant.days(0, 18);
    plant.cycleS = 13.5;
    plant.days(18, 24);
    assertThat(plant.kinds()).contains(Finding.Kind.CYCLE_DRIFT);
    plant.cycleS = 12;
    plant.days(24, 31);
    assertThat(plant.kinds()).doesNotContain(Finding.Kind.CYCLE_DRIFT);
  }

  // ---- the log

  private static byte[] bytes(Message message) {
    ByteBuffer bytes = new MessageCodec().encode(message);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  /** Every record of the log of figures, and the state of the figures. */
  @Test
  void figuresAreTheSameBytesWithAndWithoutIt() {
    EfficiencyConfigBuilder off = LearnedPlant.config();
    off.learned = LearnedConfig.OFF;
    LearnedPlant without = new LearnedPlant(off);
    plant.cycleS = 10;
    without.cycleS = 10;
    plant.days(0, 5);
    without.days(0, 5);
    assertThat(plant.messages.size()).isGreaterThan(500).isEqualTo(without.messages.size());
    for (int i = 0; i < plant.messages.size(); i++) {
      assertThat(bytes(plant.messages.get(i))).isEqualTo(bytes(without.messages.get(i)));
    }
    assertThat(plant.state()).isEqualTo(without.state());
    assertThat(plant.learned.findings()).isNotEmpty();
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 2)
  void aRestartChangesNothing(int seed) {
    plant.cycleS = 10;
    plant.days(0, 6);
    Random random = new Random(seed);
    Learned restarted = new Learned(plant.efficiency, LearnedPlant.MIB);
    for (Message message : plant.messages) {
      restarted.accept(message);
      if (random.nextInt(20) == 0) {
        restarted = Learned.decode(restarted.encode(), plant.efficiency, LearnedPlant.MIB);
      }
    }
    assertThat(restarted.encode()).isEqualTo(plant.learned.encode());
    assertThat(restarted.findings()).isEqualTo(plant.learned.findings()).isNotEmpty();
  }

  @Test
  void aLogThatIsReadASecondTimeAddsNothing() {
    plant.days(0, 5);
    int quarters = lids(plant.learned).quartersOfDay();
    assertThat(quarters).isBetween(10, 12);
    List.copyOf(plant.messages).forEach(plant.learned::accept);
    assertThat(lids(plant.learned).quartersOfDay()).isEqualTo(quarters);
  }

  /** A consumer whose cursor was lost reads again what it took; here with what it knew. */
  @Tag("soak")
  @ParameterizedTest
  @Seeds(few = 1, all = 2)
  void recordsThatAreReadTwiceCountOnce(int seed) {
    plant.days(0, 18);
    plant.cycleS = 13.5;
    plant.days(18, 25);
    Random random = new Random(seed);
    Learned twice = new Learned(plant.efficiency, LearnedPlant.MIB);
    int at = 0;
    while (at < plant.messages.size()) {
      int to = Math.min(plant.messages.size(), at + 1 + random.nextInt(800));
      plant.messages.subList(at, to).forEach(twice::accept);
      at = random.nextInt(4) == 0 ? Math.max(0, to - random.nextInt(400)) : to;
    }
    assertThat(twice.findings().stream().map(Finding::id))
        .containsExactlyElementsOf(plant.learned.findings().stream().map(Finding::id).toList());
    double known = only(Finding.Kind.CYCLE_DRIFT).value();
    assertThat(twice.findings().get(0).value()).isCloseTo(known, within(0.1));
  }

  @Test
  void bytesThatAreDamagedAreRefused() {
    plant.days(0, 2);
    byte[] whole = plant.learned.encode();
    for (int length = 1; length < whole.length; length += 7) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Learned.decode(part, plant.efficiency, LearnedPlant.MIB))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  // ---- memory

  /** A press that invents products, and a heap for few of them. */
  @Test
  @Tag("soak")
  void whatWasToldLeastRecentlyLeaves() {
    plant.learned = new Learned(plant.efficiency, 0);
    for (int hour = 0; hour < 80; hour++) {
      plant.product = "p" + hour;
      plant.work(LearnedPlant.begin(0) + hour * HOUR, HOUR, 12, 1);
    }
    assertThat(plant.learned.units()).isBetween(60, 67);
    List<String> kept = new ArrayList<>();
    plant.product = "p79";
    plant.work(LearnedPlant.begin(0) + 80 * HOUR, 60 * HOUR, 12, 1);
    plant.learned.findings().forEach(found -> kept.add(found.of()));
    assertThat(kept).contains("p79");
  }
}
