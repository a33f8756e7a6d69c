package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.OrderEvent.Step;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.PlannedOrderReader;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures by order, of orders that people start, pause and finish. */
class SaidOrdersTest {

  private static final String DAY = "2026-03-02T";
  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final Asset LINE = new Asset("s", "a", "l", null);

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private long id;

  SaidOrdersTest() {
    config.lateness = Duration.ofMinutes(30);
  }

  private OrderEvent event(Asset asset, long at, Step step, String order, String product) {
    return new OrderEvent(
        id++, asset, at, step, order, product, Double.NaN, "", new Origin("anna", at, "::1"));
  }

  private OrderEvent event(String at, Step step, String order) {
    return event(MACHINE, StoredRows.nanos(DAY + at), step, order, "");
  }

  /** Starts an order of 1,200 lids. */
  private OrderEvent lids(String at, String order) {
    return new OrderEvent(
        id++,
        MACHINE,
        StoredRows.nanos(DAY + at),
        Step.STARTED,
        order,
        "lid",
        1200,
        "",
        new Origin("anna", 0, ""));
  }

  private Undo undo(Entry entry) {
    return new Undo(id++, entry.id(), "", entry.origin());
  }

  private static FoldScenario say(FoldScenario scenario, Entry... entries) {
    for (Entry entry : entries) {
      scenario.fold.correct(entry);
    }
    return scenario;
  }

  private static Map<String, Object> order(FoldScenario scenario, String start) {
    return scenario.store.row(
        "efficiency_order s/a/l/m {level=machine}", StoredRows.nanos(DAY + start));
  }

  /** Makes a piece each second and tells its count each half minute. */
  private static FoldScenario makes(FoldScenario scenario, String from, String to) {
    long begin = StoredRows.nanos(DAY + "06:00:00Z");
    long end = StoredRows.nanos(DAY + to);
    for (long at = StoredRows.nanos(DAY + from); at < end; at += 30 * ShiftCalendar.SECOND) {
      int total = (int) ((at - begin) / ShiftCalendar.SECOND);
      scenario.from(FoldScenario.MACHINE, at, "state", "RUNNING", "total", total, "good", total);
    }
    return scenario;
  }

  @Test
  void anOrderThatIsStartedByHandHasARowAlsoWhereNoSignalTellsOrders() {
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "06:20:00Z");
    say(scenario, lids("06:05:00Z", "4711"), event("06:15:00Z", Step.FINISHED, "4711"));
    makes(scenario, "06:20:00Z", "06:25:00Z").flush();
    assertThat(order(scenario, "06:05:00Z"))
        .containsEntry("order", "4711")
        .containsEntry("product", "lid")
        .containsEntry("planned_quantity", 1200.0)
        .containsEntry("progress", 0.5)
        .containsEntry("total", 600.0)
        .containsEntry("run_s", 600.0)
        .containsEntry("calendar_s", 600.0)
        .containsEntry("ended", true)
        .containsEntry("paused", false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsSaidOfTheTimeBeforeTheFirstReadingHoldsFromItOn(boolean later) {
    FoldScenario scenario = new FoldScenario(config);
    if (!later) {
      say(scenario, event("05:40:00Z", Step.STARTED, "4710"), lids("05:50:00Z", "4711"));
    }
    makes(scenario, "06:00:00Z", "06:20:00Z");
    if (later) {
      say(scenario, event("05:40:00Z", Step.STARTED, "4710"), lids("05:50:00Z", "4711"));
    }
    say(scenario, event("06:15:00Z", Step.FINISHED, "4711"));
    makes(scenario, "06:20:00Z", "06:25:00Z").flush();
    assertThat(order(scenario, "05:50:00Z")).isEmpty();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("order", "4711")
        .containsEntry("product", "lid")
        .containsEntry("total", 900.0)
        .containsEntry("calendar_s", 900.0);
  }

  @Test
  void aMachineThatTellsAnOrderWithItsFirstReadingMakesThatOne() {
    config.order = new EfficiencyConfig.OrderSignals("order", "product", null);
    FoldScenario scenario = say(new FoldScenario(config), lids("05:50:00Z", "4711"));
    scenario.from(
        FoldScenario.MACHINE,
        StoredRows.nanos(DAY + "06:00:00Z"),
        "order",
        "4712",
        "product",
        "cap",
        "state",
        "RUNNING",
        "total",
        0,
        "good",
        0);
    makes(scenario, "06:00:30Z", "06:20:00Z").flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("order", "4712")
        .containsEntry("product", "cap");
  }

  @Test
  void aMachineThatTellsTheIdOfAnOrderThatIsMadeTakesNothingOfThePlan() {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    config.planned.addAll(
        PlannedOrderReader.parse(
            List.of("order,asset,product,quantity", "1,s/a/l/m,cap,100"), ZoneId.of("UTC")));
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "06:20:00Z");
    say(scenario, lids("06:05:00Z", "1"));
    scenario.read(DAY + "06:20:00Z", "order", "1", "state", "RUNNING");
    makes(scenario, "06:20:30Z", "06:25:00Z").flush();
    assertThat(order(scenario, "06:05:00Z"))
        .containsEntry("product", "lid")
        .containsEntry("planned_quantity", 1200.0);
  }

  @Test
  void anOrderThatWasPausedHasAFurtherRow() {
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "06:20:00Z");
    say(
        scenario,
        event("06:05:00Z", Step.STARTED, "1"),
        event("06:10:00Z", Step.PAUSED, ""),
        event("06:15:00Z", Step.STARTED, "1"));
    makes(scenario, "06:20:00Z", "06:25:00Z").flush();
    assertThat(order(scenario, "06:05:00Z"))
        .containsEntry("calendar_s", 300.0)
        .containsEntry("total", 300.0)
        .containsEntry("ended", true)
        .containsEntry("paused", true);
    assertThat(order(scenario, "06:15:00Z"))
        .containsEntry("order", "1")
        .containsEntry("ended", false);
  }

  @Test
  void anOrderOfALineIsThatOfEachOfItsMachines() {
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "06:20:00Z");
    long start = StoredRows.nanos(DAY + "06:05:00Z");
    say(scenario, event(LINE, start, Step.STARTED, "1", ""));
    say(scenario, event(new Asset("s", "a", "k", null), start + 1, Step.STARTED, "2", ""));
    makes(scenario, "06:20:00Z", "06:25:00Z").flush();
    assertThat(order(scenario, "06:05:00Z")).containsEntry("order", "1");
    assertThat(scenario.store.rows("efficiency_order")).hasSize(1);
  }

  @Test
  void anUndoneStartLeavesTheOrderOfBefore() {
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "06:20:00Z");
    OrderEvent wrong = event("06:10:00Z", Step.STARTED, "2");
    say(scenario, event("06:05:00Z", Step.STARTED, "1"), wrong).flush();
    assertThat(order(scenario, "06:10:00Z")).containsEntry("order", "2");
    say(scenario, undo(wrong)).flush();
    assertThat(order(scenario, "06:10:00Z")).containsEntry("order", "").containsEntry("total", 0.0);
    assertThat(order(scenario, "06:05:00Z"))
        .containsEntry("ended", false)
        .containsEntry("calendar_s", 870.0);
  }

  @Test
  void whatPeopleSayHoldsUntilTheMachineTellsAnotherOrder() {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    FoldScenario scenario =
        new FoldScenario(config).read(DAY + "06:00:00Z", "order", "A", "state", "RUNNING");
    say(scenario, event("06:01:00Z", Step.STARTED, "B"));
    scenario
        .alive(DAY + "06:00:30Z", DAY + "06:02:00Z")
        .read(DAY + "06:02:00Z", "order", "A")
        .alive(DAY + "06:02:30Z", DAY + "06:04:00Z")
        .read(DAY + "06:04:00Z", "order", "C")
        .alive(DAY + "06:04:30Z", DAY + "06:06:00Z")
        .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("calendar_s", 60.0);
    assertThat(order(scenario, "06:01:00Z"))
        .containsEntry("order", "B")
        .containsEntry("calendar_s", 180.0);
    assertThat(order(scenario, "06:04:00Z")).containsEntry("order", "C");
  }

  @Test
  void theQuantityOfAnOrderThatAPersonStartedIsNotThatOfTheNextOne() {
    config.order = new EfficiencyConfig.OrderSignals("order", null, "quantity");
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "quantity", 10, "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "06:20:00Z");
    long start = StoredRows.nanos(DAY + "06:10:00Z");
    Origin origin = new Origin("anna", start, "");
    say(scenario, new OrderEvent(id++, MACHINE, start, Step.STARTED, "2", "", 20, "", origin));
    scenario
        .read(DAY + "06:20:00Z", "order", "3", "quantity", 30)
        .alive(DAY + "06:20:30Z", DAY + "07:00:00Z")
        .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("planned_quantity", 10.0);
    assertThat(order(scenario, "06:10:00Z")).containsEntry("planned_quantity", 20.0);
    assertThat(order(scenario, "06:20:00Z")).containsEntry("planned_quantity", 30.0);
  }

  @Test
  void aMachineThatNamesTheOrderThatAPersonStartedTellsItsQuantity() {
    config.order = new EfficiencyConfig.OrderSignals("order", null, "quantity");
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "quantity", 10, "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "06:20:00Z");
    say(scenario, event("06:10:00Z", Step.STARTED, "2"));
    scenario
        .read(DAY + "06:20:00Z", "order", "2", "quantity", 30)
        .alive(DAY + "06:20:30Z", DAY + "07:00:00Z")
        .flush();
    assertThat(order(scenario, "06:10:00Z")).containsEntry("planned_quantity", 30.0);
  }

  @Test
  void theProductOfAnOrderHasItsCycle() {
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", Map.of("A", Duration.ofSeconds(1), "B", Duration.ofMillis(500)));
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "06:20:00Z");
    say(
        scenario,
        event(MACHINE, StoredRows.nanos(DAY + "06:05:00Z"), Step.STARTED, "1", "A"),
        event(MACHINE, StoredRows.nanos(DAY + "06:10:00Z"), Step.STARTED, "2", "B"));
    makes(scenario, "06:20:00Z", "06:25:00Z").flush();
    assertThat(order(scenario, "06:05:00Z")).containsEntry("effectiveness", 1.0);
    assertThat(order(scenario, "06:10:00Z")).containsEntry("effectiveness", 0.5);
  }

  @Test
  void aMachineIsSilentAlsoWhileSomebodyStartsItsOrders() {
    config.silentAfter = Duration.ofMinutes(2);
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "06:10:00Z");
    say(
        scenario,
        event("06:11:00Z", Step.STARTED, "1"),
        event("06:13:00Z", Step.STARTED, "2"),
        event("06:15:00Z", Step.STARTED, "3"));
    scenario.tick(DAY + "06:20:00Z");
    assertThat(order(scenario, "06:13:00Z"))
        .containsEntry("unknown_s", 120.0)
        .containsEntry("run_s", 0.0);
    assertThat(order(scenario, "06:15:00Z"))
        .containsEntry("unknown_s", 300.0)
        .containsEntry("ended", false);
  }

  // ---- said when the time is settled

  @Test
  void anOrderThatIsSaidTooLateIsMarkedToBeFoldedAgain() {
    config.lateness = Duration.ofMinutes(5);
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "07:00:00Z");
    say(scenario, event("06:30:00Z", Step.STARTED, "1"));
    makes(scenario, "07:00:00Z", "07:10:00Z").flush();
    assertThat(scenario.store.rows("efficiency_order")).isEmpty();
    assertThat(scenario.fold.takeMarks())
        .singleElement()
        .satisfies(mark -> assertThat(mark.from()).isEqualTo(StoredRows.nanos(DAY + "06:00:00Z")));
    say(scenario, event("07:12:00Z", Step.STARTED, "2"));
    makes(scenario, "07:10:00Z", "09:20:00Z").flush();
    assertThat(order(scenario, "07:12:00Z")).containsEntry("order", "2");
    assertThat(scenario.fold.takeMarks())
        .as("it has ended: now its row can be made")
        .singleElement()
        .satisfies(
            mark -> {
              assertThat(mark.from()).isEqualTo(StoredRows.nanos(DAY + "06:00:00Z"));
              assertThat(mark.to()).isEqualTo(StoredRows.nanos(DAY + "08:00:00Z"));
            });
  }

  @Test
  void whatIsUndoneTooLateIsTakenBackAtOnceWhereItGoesOn() {
    config.lateness = Duration.ofMinutes(5);
    FoldScenario scenario = makes(new FoldScenario(config), "06:00:00Z", "06:10:00Z");
    OrderEvent wrong = event("06:20:00Z", Step.STARTED, "2");
    say(scenario, event("06:05:00Z", Step.STARTED, "1"), wrong);
    makes(scenario, "06:10:00Z", "07:00:00Z").flush();
    assertThat(order(scenario, "06:20:00Z")).containsEntry("order", "2");
    say(scenario, undo(wrong)).flush();
    assertThat(order(scenario, "06:20:00Z")).containsEntry("order", "");
    assertThat(scenario.fold.takeMarks()).isNotEmpty();
  }

  // ---- any order of events and readings

  /** Six hours of a machine that tells its own orders now and then, and what people say of them. */
  private final class Plant {
    final List<Message> messages = new ArrayList<>();
    final List<Entry> entries = new ArrayList<>();
    final Random random;

    Plant(int seed) {
      random = new Random(seed);
      config.lateness = Duration.ofMinutes(10);
      config.order = seed % 2 == 0 ? null : new EfficiencyConfig.OrderSignals("order", null, null);
      FoldScenario maker = new FoldScenario(config);
      long start = StoredRows.nanos(DAY + "05:00:00Z");
      int total = 0;
      for (int step = 0; step < 700; step++) {
        long at = start + step * 20 * ShiftCalendar.SECOND;
        List<Object> fields = new ArrayList<>(List.of("temperature", 20.5));
        if (step == 0 || random.nextInt(3) == 0) {
          total += random.nextInt(20);
          fields.addAll(List.of("total", total));
        }
        if (step == 0 || random.nextInt(9) == 0) {
          fields.addAll(List.of("state", List.of("RUNNING", "DOWN").get(random.nextInt(2))));
        }
        if (step == 0 || random.nextInt(30) == 0) {
          fields.addAll(List.of("order", "own-" + random.nextInt(4)));
        }
        if (random.nextInt(12) > 0) {
          messages.add(maker.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields.toArray()));
        }
        if (step > 2 && random.nextInt(12) == 0) {
          Step said = Step.values()[random.nextInt(3)];
          long when = at + random.nextInt(30) * ShiftCalendar.SECOND;
          Asset asset = random.nextInt(4) == 0 ? LINE : MACHINE;
          String order = said == Step.STARTED || random.nextBoolean() ? order(step) : "";
          entries.add(event(asset, when, said, order, random.nextBoolean() ? "p" : ""));
          if (random.nextInt(4) == 0) {
            entries.add(undo(entries.get(entries.size() - 1)));
          }
        }
      }
      for (int alive = 0; alive < 60; alive++) {
        long at = start + (700 + alive) * 20 * ShiftCalendar.SECOND;
        messages.add(maker.message(FoldScenario.MACHINE, at, at, Quality.GOOD, "temperature", 1));
      }
    }

    private String order(int step) {
      return "said-" + (step / 100 + random.nextInt(3));
    }
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 8)
  void theOrderInWhichTheyComeAndRestartsDoNotMatter(int seed) {
    Plant plant = new Plant(seed);
    FoldScenario whole = new FoldScenario(config);
    plant.entries.forEach(whole.fold::correct);
    plant.messages.forEach(whole::accept);
    whole.flush();
    TreeMap<Long, Runnable> coming = new TreeMap<>();
    FoldScenario other = new FoldScenario(config);
    for (int i = 0; i < plant.messages.size(); i++) {
      Message message = plant.messages.get(i);
      long late = i > 0 && plant.random.nextInt(6) == 0 ? plant.random.nextInt(400) : 0;
      long at = message.readings().get(0).timeNs() + late * ShiftCalendar.SECOND;
      coming.put(at + i, () -> other.accept(message));
    }
    long said = 0;
    for (Entry entry : plant.entries) {
      long at = entry.origin().timeNs() + plant.random.nextInt(400) * ShiftCalendar.SECOND;
      said = Math.max(said + 1, at + 1_000_000);
      coming.put(said, () -> other.fold.correct(entry));
    }
    coming
        .values()
        .forEach(
            each -> {
              each.run();
              if (plant.random.nextInt(60) == 0) {
                restart(other, plant.entries);
              }
            });
    other.flush();
    assertThat(whole.store.rows("efficiency_order")).hasSizeGreaterThan(5);
    assertThat(StoredRows.differences(standing(whole), standing(other))).isEmpty();
  }

  /** As at a start, what the log has is given to the fold. */
  private static void restart(FoldScenario scenario, List<Entry> log) {
    scenario.restart();
    log.stream()
        .filter(entry -> entry.id() < scenario.fold.nextCorrection())
        .forEach(scenario.fold::remember);
    scenario.fold.remembered();
  }

  /** All orders that were not taken back. */
  private static Map<String, Map<String, Object>> standing(FoldScenario scenario) {
    Map<String, Map<String, Object>> rows = new TreeMap<>(scenario.store.content());
    rows.keySet().removeIf(name -> !name.startsWith("efficiency_order"));
    rows.values().removeIf(row -> "".equals(row.get("order")));
    return rows;
  }
}
