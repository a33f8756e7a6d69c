package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CountKind;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counters that begin again with each order, whose id comes after them. */
class LateOrderIdsTest {

  private static final String DAY = "2026-03-02T";
  private static final long START = StoredRows.nanos(DAY + "05:00:00Z");
  private static final long STEP = 10 * ShiftCalendar.SECOND;

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  LateOrderIdsTest() {
    config.lateness = Duration.ofMinutes(5);
    config.counts = EfficiencyConfigBuilder.count("total", "good", null, CountKind.ORDER, 0);
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
  }

  private static Map<String, Object> order(FoldScenario scenario, String start) {
    return scenario.store.row(
        "efficiency_order s/a/l/m {level=machine}", StoredRows.nanos(DAY + start));
  }

  private static double day(FoldScenario scenario, String field) {
    return scenario.number("day", "all", DAY + "00:00:00Z", field);
  }

  /** Order 1 makes 100 pieces; then its counter is 3 at 06:02, and the machine goes on. */
  private FoldScenario fallen() {
    return new FoldScenario(config)
        .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING", "total", 0, "good", 0)
        .alive(DAY + "06:00:30Z", DAY + "06:01:30Z")
        .read(DAY + "06:01:40Z", "total", 100, "good", 98)
        .read(DAY + "06:02:00Z", "total", 3, "good", 3);
  }

  @Test
  void anIdThatComesMinutesAfterTheFallIsThatOfTheFall() {
    FoldScenario scenario =
        fallen()
            .alive(DAY + "06:02:30Z", DAY + "06:05:00Z")
            .read(DAY + "06:05:00Z", "total", 50, "good", 49)
            .flush();
    assertThat(order(scenario, "06:00:00Z"))
        .as("until another one is named, it goes on")
        .containsEntry("total", 150.0)
        .containsEntry("ended", false);
    scenario
        .read(DAY + "06:06:00Z", "order", "2", "total", 60, "good", 58)
        .alive(DAY + "06:06:30Z", DAY + "06:08:00Z")
        .flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("order", "1")
        .containsEntry("total", 100.0)
        .containsEntry("good", 98.0)
        .containsEntry("calendar_s", 120.0)
        .containsEntry("ended", true);
    assertThat(order(scenario, "06:02:00Z"))
        .containsEntry("order", "2")
        .containsEntry("total", 60.0)
        .containsEntry("good", 58.0)
        .containsEntry("changeover_s", 20.0);
    assertThat(order(scenario, "06:06:00Z")).isEmpty();
    assertThat(day(scenario, "total")).isEqualTo(160);
    assertThat(day(scenario, "good")).isEqualTo(156);
  }

  @Test
  void quantitiesThatComeBetweenTheFallAndTheIdAreNotThoseOfTheOrderBefore() {
    config.order = new EfficiencyConfig.OrderSignals("order", null, "quantity");
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "quantity", 10, "state", "RUNNING", "total", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:01:30Z")
            .read(DAY + "06:01:40Z", "total", 100)
            .read(DAY + "06:02:00Z", "total", 3)
            .read(DAY + "06:02:30Z", "quantity", 20)
            .read(DAY + "06:03:00Z", "quantity", 30)
            .read(DAY + "06:03:30Z", "order", "2")
            .alive(DAY + "06:04:00Z", DAY + "06:05:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("planned_quantity", 10.0);
    assertThat(order(scenario, "06:02:00Z")).containsEntry("planned_quantity", 30.0);
  }

  /** Told at an instant, and another one before the id: the last one is that of the id. */
  @ParameterizedTest
  @CsvSource({"06:01:50Z, 20", "06:02:00Z, 10"})
  void aQuantityThatAnotherOneFollowsBeforeTheIdIsOfTheOrderInWhoseTimeItWasTold(
      String told, double ofFirst) {
    config.order = new EfficiencyConfig.OrderSignals("order", null, "quantity");
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "quantity", 10, "state", "RUNNING", "total", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:01:30Z")
            .read(DAY + "06:01:40Z", "total", 100)
            .read(DAY + told, "quantity", 20)
            .read(DAY + "06:02:00Z", "total", 3)
            .read(DAY + "06:03:00Z", "quantity", 30)
            .alive(DAY + "06:03:30Z", DAY + "06:05:30Z")
            .read(DAY + "06:06:00Z", "order", "2", "total", 60)
            .alive(DAY + "06:06:30Z", DAY + "06:08:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("planned_quantity", ofFirst);
    assertThat(order(scenario, "06:02:00Z")).containsEntry("planned_quantity", 30.0);
  }

  @Test
  void aFallWithinAnOrderThatIsNamedAgainIsNoEndOfIt() {
    FoldScenario scenario =
        fallen()
            .read(DAY + "06:02:30Z", "order", "1", "total", 20, "good", 20)
            .read(DAY + "06:03:00Z", "order", "2", "total", 2, "good", 2)
            .alive(DAY + "06:03:30Z", DAY + "06:05:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("total", 120.0)
        .containsEntry("calendar_s", 180.0);
    assertThat(order(scenario, "06:03:00Z")).containsEntry("total", 2.0);
  }

  @Test
  void aFallOfBeforeIsNotThatOfAnOrderWhoseCounterBeginsWithIt() {
    FoldScenario scenario =
        fallen()
            .read(DAY + "06:03:00Z", "total", 40, "good", 40)
            .read(DAY + "06:04:00Z", "order", "2", "total", 1, "good", 1)
            .alive(DAY + "06:04:30Z", DAY + "06:06:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("total", 140.0)
        .containsEntry("calendar_s", 240.0);
    assertThat(order(scenario, "06:04:00Z")).containsEntry("total", 1.0);
  }

  @Test
  void anIdThatComesMuchTooLateTakesNoPiecesWithIt() {
    FoldScenario scenario =
        fallen()
            .alive(DAY + "06:02:30Z", DAY + "06:20:00Z")
            .read(DAY + "06:20:00Z", "total", 900, "good", 900)
            .alive(DAY + "06:20:30Z", DAY + "06:30:00Z")
            .read(DAY + "06:30:00Z", "order", "2", "total", 1000, "good", 1000)
            .alive(DAY + "06:30:30Z", DAY + "06:32:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("total", 1100.0);
    assertThat(order(scenario, "06:30:00Z")).containsEntry("total", 0.0);
    assertThat(day(scenario, "total")).as("no piece twice").isEqualTo(1100);
  }

  @Test
  void aCounterThatRanWhenItsOrderWasNamedAndWhoseFallNobodySawIsNotCountedTwice() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING", "total", 0, "good", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:10:00Z")
            .read(DAY + "06:10:00Z", "total", 500, "good", 500)
            .read(DAY + "06:10:20Z", "total", 520, "good", 520)
            .read(DAY + "06:10:40Z", "order", "2", "total", 540, "good", 539)
            .read(DAY + "06:11:00Z", "total", 560, "good", 558)
            .alive(DAY + "06:11:30Z", DAY + "06:13:00Z")
            .flush();
    assertThat(day(scenario, "total")).isEqualTo(560);
    assertThat(day(scenario, "good")).isEqualTo(558);
    assertThat(order(scenario, "06:10:40Z"))
        .as("20 of them were made before its id was told")
        .containsEntry("total", 20.0);
  }

  @Test
  void aFallRightAfterALateIdIsThatOfTheNextOne() {
    FoldScenario scenario =
        fallen()
            .read(DAY + "06:02:50Z", "total", 50, "good", 50)
            .read(DAY + "06:03:00Z", "order", "2")
            .read(DAY + "06:03:20Z", "total", 4, "good", 4)
            .read(DAY + "06:03:40Z", "order", "3")
            .read(DAY + "06:04:00Z", "total", 20, "good", 20)
            .alive(DAY + "06:04:30Z", DAY + "06:12:00Z")
            .flush();
    assertThat(order(scenario, "06:02:00Z")).containsEntry("total", 50.0);
    assertThat(order(scenario, "06:03:20Z")).containsEntry("total", 20.0);
    assertThat(day(scenario, "total")).isEqualTo(170);
  }

  @Test
  void scrapThatDoesNotFallBeginsAgainWithTheTotalAndOnlyOnce() {
    config.counts = EfficiencyConfigBuilder.count("total", null, "scrap", CountKind.ORDER, 0);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING", "total", 0, "scrap", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:01:30Z")
            .read(DAY + "06:01:40Z", "total", 100, "scrap", 1)
            .read(DAY + "06:02:00Z", "total", 3, "scrap", 1)
            .alive(DAY + "06:02:30Z", DAY + "06:05:00Z")
            .read(DAY + "06:05:00Z", "order", "2", "total", 50, "scrap", 1)
            .read(DAY + "06:05:30Z", "total", 60, "scrap", 2)
            .alive(DAY + "06:06:00Z", DAY + "06:12:00Z")
            .flush();
    assertThat(day(scenario, "scrap")).isEqualTo(3);
    assertThat(order(scenario, "06:00:00Z")).containsEntry("scrap", 1.0);
    assertThat(order(scenario, "06:02:00Z")).containsEntry("scrap", 2.0);
  }

  @Test
  void aCorrectionOfScrapIsThatOfTheOrderThatTheCounterGoesOnWith() {
    config.counts = EfficiencyConfigBuilder.count("total", null, "scrap", CountKind.ORDER, 0);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING", "total", 0, "scrap", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:10:00Z")
            .read(DAY + "06:10:00Z", "total", 500, "scrap", 20)
            .read(DAY + "06:10:20Z", "order", "2", "total", 520, "scrap", 18)
            .alive(DAY + "06:10:30Z", DAY + "06:13:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("scrap", 18.0);
    assertThat(order(scenario, "06:10:20Z")).containsEntry("scrap", 0.0);
  }

  @Test
  void aRestartWhileTheIdIsAwaitedChangesNothing() {
    FoldScenario scenario = fallen().read(DAY + "06:03:00Z", "total", 30, "good", 30);
    scenario
        .restart()
        .read(DAY + "06:04:00Z", "order", "2", "total", 60, "good", 58)
        .alive(DAY + "06:04:30Z", DAY + "06:06:00Z")
        .flush();
    assertThat(order(scenario, "06:02:00Z"))
        .containsEntry("order", "2")
        .containsEntry("total", 60.0);
    assertThat(order(scenario, "06:00:00Z")).containsEntry("total", 100.0);
  }

  /** A machine that makes one order after another, as it was in truth. */
  private static final class Truth {
    final List<Message> messages = new ArrayList<>();
    final Map<String, Integer> pieces = new TreeMap<>();
    int all;

    /**
     * @param latest how many steps after the counter the id may come
     * @param repeats whether the id is told more than once
     */
    Truth(Random random, FoldScenario maker, int latest, boolean repeats) {
      int total = 0;
      int order = 1;
      int nameAt = 0;
      int fallenAt = 0;
      String named = "";
      for (int step = 0; step < 2000; step++) {
        boolean begins = step > 0 && step < 1900 && step > nameAt + 2 && random.nextInt(70) == 0;
        int made = step == 0 ? 0 : 1 + random.nextInt(9);
        if (begins && total > 20) {
          order++;
          total = 0;
          fallenAt = step;
          nameAt = step + random.nextInt(latest + 1);
        }
        total += made;
        List<Object> fields = new ArrayList<>(List.of("total", total));
        if (step == 0) {
          fields.addAll(List.of("state", "RUNNING"));
        }
        boolean tells = step == nameAt || repeats && random.nextInt(5) == 0;
        if (tells && (step >= nameAt || named.equals("order-" + (order - 1)))) {
          named = "order-" + (step >= nameAt ? order : order - 1);
        }
        boolean namesOld = tells && step < nameAt && step >= fallenAt;
        if (tells && !namesOld) {
          fields.addAll(List.of("order", named));
        }
        all += made;
        pieces.merge("order-" + order, made, Integer::sum);
        long at = START + step * STEP;
        messages.add(maker.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields.toArray()));
      }
    }
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 10)
  void noPieceIsCountedTwiceAndEachForItsOrder(int seed) {
    config.counts = EfficiencyConfigBuilder.count("total", null, null, CountKind.ORDER, 0);
    Random random = new Random(seed);
    int latest = (int) (Orders.LATE_ID / STEP);
    FoldScenario scenario = new FoldScenario(config);
    Truth truth = new Truth(random, scenario, seed % 2 == 0 ? latest : 5, seed % 3 == 0);
    for (Message message : truth.messages) {
      scenario.accept(message);
      if (random.nextInt(100) == 0) {
        scenario.restart();
      }
    }
    for (int alive = 0; alive < 60; alive++) {
      scenario.from(FoldScenario.MACHINE, START + (2000 + alive) * STEP, "temperature", 1);
    }
    scenario.flush();
    Map<String, Integer> counted = new TreeMap<>();
    scenario
        .store
        .rows("efficiency_order")
        .values()
        .forEach(
            row ->
                counted.merge(
                    (String) row.get("order"),
                    ((Double) row.get("total")).intValue(),
                    Integer::sum));
    counted.remove("");
    assertThat(day(scenario, "total")).isEqualTo(truth.all, within(1e-6));
    assertThat(truth.pieces).hasSizeGreaterThan(8);
    assertThat(counted).isEqualTo(truth.pieces);
  }
}
