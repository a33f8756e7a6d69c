package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.correction.Change.ReasonGiven;
import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.ChangeoverReader;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CountKind;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.PlannedOrder;
import io.weir.gateway.efficiency.config.PlannedOrderReader;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures by order, of orders that a machine names. */
class OrdersTest {

  private static final String DAY = "2026-03-02T";

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  OrdersTest() {
    config.lateness = Duration.ofMinutes(30);
    config.order = new EfficiencyConfig.OrderSignals("order", "product", "quantity");
  }

  private static Map<String, Object> order(FoldScenario scenario, String start) {
    return scenario.store.row(
        "efficiency_order s/a/l/m {level=machine}", StoredRows.nanos(DAY + start));
  }

  /** One order after the other: 100 pieces of A, then 50 of B after a setup. */
  private FoldScenario two() {
    return new FoldScenario(config)
        .read(
            DAY + "06:00:00Z",
            "order",
            "1",
            "product",
            "A",
            "quantity",
            100,
            "state",
            "RUNNING",
            "total",
            500,
            "good",
            500)
        .alive(DAY + "06:00:30Z", DAY + "06:10:00Z")
        .read(DAY + "06:10:00Z", "total", 600, "good", 590)
        .read(DAY + "06:10:00Z", "order", "2", "product", "B", "quantity", 200, "state", "SETUP")
        .alive(DAY + "06:10:30Z", DAY + "06:20:00Z")
        .read(DAY + "06:20:00Z", "state", "RUNNING", "total", 600, "good", 590)
        .alive(DAY + "06:20:30Z", DAY + "06:25:00Z")
        .read(DAY + "06:25:00Z", "total", 650, "good", 640)
        .alive(DAY + "06:25:30Z", DAY + "06:30:00Z")
        .read(DAY + "06:30:00Z", "order", "")
        .read(DAY + "06:31:00Z", "temperature", 20.5);
  }

  @Test
  void anOrderHasARowStampedWithItsStart() {
    FoldScenario scenario = two().flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("order", "1")
        .containsEntry("product", "A")
        .containsEntry("product_before", "")
        .containsEntry("ended", true)
        .containsEntry("planned_quantity", 100.0)
        .containsEntry("progress", 0.9)
        .containsEntry("total", 100.0)
        .containsEntry("good", 90.0)
        .containsEntry("scrap", 10.0)
        .containsEntry("run_s", 600.0)
        .containsEntry("calendar_s", 600.0)
        .containsEntry("oee", 90.0 / 600)
        .containsEntry("throughput_rate", 600.0)
        .containsEntry("final", false)
        .doesNotContainKey("changeover_s");
    assertThat(order(scenario, "06:10:00Z"))
        .containsEntry("order", "2")
        .containsEntry("product", "B")
        .containsEntry("product_before", "A")
        .containsEntry("planned_quantity", 200.0)
        .containsEntry("progress", 0.25)
        .containsEntry("total", 50.0)
        .containsEntry("setup_s", 600.0)
        .containsEntry("run_s", 600.0)
        .containsEntry("calendar_s", 1200.0)
        .containsEntry("production_process_ratio", 0.5)
        .containsEntry("allocation_ratio", 1.0)
        .containsEntry("changeover_s", 900.0);
  }

  /** Ids are often made of parts, of which the last one tells orders apart. */
  @Test
  void ordersWhoseLongIdsBeginAlikeAreTwo() {
    String alike = "plant-a/press-shop/line-1/".repeat(8);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", alike + "1", "state", "RUNNING", "total", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:10:00Z")
            .read(DAY + "06:10:00Z", "total", 100)
            .read(DAY + "06:10:00Z", "order", alike + "2")
            .alive(DAY + "06:10:30Z", DAY + "06:20:00Z")
            .read(DAY + "06:20:00Z", "total", 150)
            .flush();
    Map<String, Object> first = order(scenario, "06:00:00Z");
    Map<String, Object> second = order(scenario, "06:10:00Z");
    assertThat(first).containsEntry("total", 100.0).containsEntry("ended", true);
    assertThat(second).containsEntry("total", 50.0).containsEntry("ended", false);
    assertThat(first.get("order"))
        .asString()
        .hasSize(128)
        .startsWith(alike.substring(0, 100))
        .isNotEqualTo(second.get("order"));
  }

  @Test
  void aChangeoverIsComparedWithItsTarget() {
    config.changeovers.addAll(
        ChangeoverReader.parse(
            List.of(
                "machine,from,to,seconds",
                "other,*,*,1",
                "s/a/*/m,A,C*,2",
                "m,A,\"B\",600.5",
                ",*,*,1800")));
    FoldScenario scenario = two().flush();
    assertThat(order(scenario, "06:10:00Z"))
        .containsEntry("changeover_s", 900.0)
        .containsEntry("changeover_target_s", 600.5);
    assertThat(order(scenario, "06:00:00Z"))
        .as("the product of before is not known")
        .doesNotContainKey("changeover_target_s");
    scenario
        .read(DAY + "06:32:00Z", "order", "3", "product", "D")
        .alive(DAY + "06:32:30Z", DAY + "06:34:00Z")
        .flush();
    assertThat(order(scenario, "06:32:00Z")).containsEntry("changeover_target_s", 1800.0);
  }

  @Test
  void aMachineThatTellsTheIdAloneMakesWhatThePlanSays() {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    config.planned.addAll(
        PlannedOrderReader.parse(
            List.of(
                "order,asset,product,quantity,start,end",
                "1,s/a/l,lid,500,2026-03-02T06:00,2026-03-02 07:00",
                "1,s/a/l/m,cap,100,,",
                "1,s/a/l/n,box,7,,",
                "2,s/a/l,\"lid, small\",,,"),
            ZoneId.of("Europe/Berlin")));
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING", "total", 0, "good", 0)
            .alive(DAY + "06:00:30Z", DAY + "06:10:00Z")
            .read(DAY + "06:10:00Z", "total", 50, "good", 40)
            .read(DAY + "06:11:00Z", "order", "2")
            .read(DAY + "06:12:00Z", "order", "2", "total", 60, "good", 50)
            .read(DAY + "06:13:00Z", "order", "3")
            .alive(DAY + "06:13:30Z", DAY + "06:15:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z"))
        .as("what is planned for the machine, before what is for its line")
        .containsEntry("product", "cap")
        .containsEntry("planned_quantity", 100.0)
        .containsEntry("progress", 0.4);
    assertThat(order(scenario, "06:11:00Z"))
        .containsEntry("product", "lid, small")
        .doesNotContainKey("planned_quantity");
    assertThat(order(scenario, "06:13:00Z"))
        .as("of which nothing is planned")
        .containsEntry("order", "3")
        .doesNotContainKey("planned_quantity");
  }

  @Test
  void whatTheMachineTellsOfAnOrderIsBeforeThePlan() {
    config.planned.addAll(
        PlannedOrderReader.parse(
            List.of("order,asset,product,quantity", "2,s/a/l/m,lid,7"), ZoneId.of("UTC")));
    assertThat(order(two().flush(), "06:10:00Z"))
        .containsEntry("product", "B")
        .containsEntry("planned_quantity", 200.0);
  }

  @Test
  void timesOfThePlanAreThoseOfTheZoneUnlessTheySayAnother() {
    PlannedOrder order =
        PlannedOrderReader.parse(
                List.of("asset,order,end,start", "s/a/l/m,1,2026-03-02T06:00Z,2026-03-02 06:30"),
                ZoneId.of("Europe/Berlin"))
            .get(0);
    assertThat(order.start()).isEqualTo(Instant.parse(DAY + "05:30:00Z"));
    assertThat(order.end()).isEqualTo(Instant.parse(DAY + "06:00:00Z"));
    assertThat(order.asset()).isEqualTo(new Asset("s", "a", "l", "m"));
    assertThat(order.quantity()).isNaN();
  }

  @Test
  void aWrongLineOfThePlanIsNamedWithItsColumn() {
    assertThat(wrong("4711,s/a/l/m,lid,many,,"))
        .isEqualTo(
            "line 2: quantity takes a number of pieces above 0 and at most 1000000000, not 'many'");
    assertThat(wrong("4711,s/a/l/m,lid,-1,,")).contains("line 2: quantity", "'-1'");
    assertThat(wrong("4711,m,,,,"))
        .isEqualTo(
            "line 2: asset takes the path of a machine, such as plant-a/hall-1/line-1/m-2, or of a"
                + " line, not 'm'");
    assertThat(wrong(",s/a/l/m,,,,")).isEqualTo("line 2: order is missing");
    assertThat(wrong("4711,s/a/l/m,,,2026-13-01T06:00,"))
        .contains("line 2: start takes a time such as 2026-03-02T06:00", "'2026-13-01T06:00'");
    assertThat(wrong("4711,s/a/l/m,,,2026-03-01T06:00,2026-03-01T05:00"))
        .isEqualTo("line 2: end '2026-03-01T05:00' is not after start");
    assertThat(wrong("1,s/a/l/m,,,,", "", "1,s/a/l/m,,,,"))
        .isEqualTo("line 4: order '1' of s/a/l/m is in line 2");
  }

  private static String wrong(String... lines) {
    List<String> all = new ArrayList<>(List.of("order,asset,product,quantity,start,end"));
    all.addAll(List.of(lines));
    return catchThrowable(() -> PlannedOrderReader.parse(all, ZoneId.of("UTC"))).getMessage();
  }

  @Test
  void anOrderThatAMachineHasBegunIsKnownUnlessItsRowIsTakenBack() {
    History history = new History(0);
    Series series = new Series("efficiency_order", new Asset("s", "a", "l", "m"), Map.of());
    for (String[] row : new String[][] {{"1", "06"}, {"2", "07"}, {"3", "08"}, {"", "07"}}) {
      long at = StoredRows.nanos(DAY + row[1] + ":00:00Z");
      Reading id = new Reading(series, "order", new Value.Text(row[0]), at, Quality.GOOD, null);
      history.accept(new Message("", "", 0, 0, 0, 1, 0, 0, List.of(id), List.of(), new byte[0]));
    }
    History again = History.decode(history.encode(), 0);
    assertThat(again.begunOrders()).isEqualTo(Map.of(series.asset(), Set.of("1", "3")));
  }

  @Test
  void aWrongLineOfChangeoversIsNamed() {
    assertThatThrownBy(() -> ChangeoverReader.parse(List.of("from,to,seconds", "", "A,B,fast")))
        .hasMessage("line 3: 'fast' is not a number of seconds");
    assertThatThrownBy(() -> ChangeoverReader.parse(List.of("from,to,seconds", "A,,5")))
        .hasMessage("line 2: to is missing");
    assertThatThrownBy(() -> ChangeoverReader.parse(List.of("from,to,seconds", "A,B,-5")))
        .hasMessage("line 2: a target must be at least 0 s and at most a week, not -5");
  }

  @Test
  void afterTheAllowedLatenessTheRowIsFinal() {
    config.lateness = Duration.ofMinutes(10);
    FoldScenario scenario = two().alive(DAY + "06:31:30Z", DAY + "06:45:00Z").flush();
    assertThat(order(scenario, "06:10:00Z"))
        .containsEntry("final", true)
        .containsEntry("ended", true);
  }

  @Test
  void anOrderThatGoesOnIsWrittenEachMinute() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING", "total", 0, "good", 0)
            .read(DAY + "06:00:50Z", "total", 50, "good", 50)
            .read(DAY + "06:01:10Z", "total", 70, "good", 70)
            .read(DAY + "06:01:20Z", "total", 80, "good", 80);
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("total", 70.0)
        .containsEntry("ended", false)
        .containsEntry("calendar_s", 70.0);
  }

  @Test
  void aSilentMachineWritesItsOrderToo() {
    FoldScenario scenario = two();
    scenario.read(DAY + "06:40:00Z", "order", "3", "state", "RUNNING").flush();
    scenario.tick(DAY + "07:00:00Z");
    assertThat(order(scenario, "06:40:00Z"))
        .containsEntry("calendar_s", 1200.0)
        .containsEntry("unknown_s", 1200.0);
  }

  @Test
  void withoutTheSignalThereAreNoOrders() {
    config.order = null;
    assertThat(two().flush().store.rows("efficiency_order")).isEmpty();
  }

  @Test
  void aCounterThatStartsAgainCountsForTheOrderThatIsNamedWithIt() {
    config.counts = EfficiencyConfigBuilder.count("total", "good", null, CountKind.ORDER, 0);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING", "total", 0, "good", 0)
            .read(DAY + "06:00:30Z", "total", 20, "good", 20)
            .read(DAY + "06:01:00Z", "order", "2", "total", 30, "good", 29)
            .read(DAY + "06:01:30Z", "total", 50, "good", 49)
            .read(DAY + "06:02:00Z", "temperature", 20.5)
            .flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("total", 20.0)
        .containsEntry("good", 20.0);
    assertThat(order(scenario, "06:01:00Z"))
        .containsEntry("total", 50.0)
        .containsEntry("good", 49.0);
  }

  @Test
  void theProductBeforeIsThatOfPiecesThatAreCountedWithTheIdToo() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "product", "A", "state", "RUNNING", "total", 0)
            .read(DAY + "06:00:20Z", "total", 20)
            .read(DAY + "06:00:40Z", "product", "B")
            .read(DAY + "06:01:00Z", "order", "2", "total", 30)
            .read(DAY + "06:01:30Z", "total", 50)
            .read(DAY + "06:01:50Z", "product", "C")
            .read(DAY + "06:02:00Z", "order", "", "total", 60)
            .read(DAY + "06:03:00Z", "order", "3")
            .read(DAY + "06:04:00Z", "temperature", 20.5)
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("product", "B");
    assertThat(order(scenario, "06:01:00Z")).containsEntry("product_before", "B");
    assertThat(order(scenario, "06:03:00Z")).containsEntry("product_before", "C");
  }

  @Test
  void aQuantityThatComesALittleBeforeItsOrderIsThatOfTheOrder() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "quantity", 10, "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "06:10:00Z")
            .read(DAY + "06:09:45Z", "quantity", 20)
            .read(DAY + "06:10:00Z", "order", "2")
            .alive(DAY + "06:10:30Z", DAY + "06:12:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("planned_quantity", 10.0);
    assertThat(order(scenario, "06:10:00Z")).containsEntry("planned_quantity", 20.0);
  }

  /** A device may send all that it has with each message. */
  @Test
  void aQuantityThatComesALittleBeforeItsOrderMayBeRepeatedWithIt() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "quantity", 10, "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "06:10:00Z")
            .read(DAY + "06:09:45Z", "order", "1", "quantity", 20)
            .read(DAY + "06:10:00Z", "order", "2", "quantity", 20)
            .alive(DAY + "06:10:30Z", DAY + "06:12:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("planned_quantity", 10.0);
    assertThat(order(scenario, "06:10:00Z")).containsEntry("planned_quantity", 20.0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20})
  void aQuantityThatComesWithTheEmptyIdIsNotThatOfTheOrderThatEnds(int cleared) {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "quantity", 10, "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "06:09:30Z")
            .read(DAY + "06:10:00Z", "order", "", "quantity", cleared)
            .read(DAY + "06:10:30Z", "order", "2", "quantity", 30)
            .alive(DAY + "06:11:00Z", DAY + "06:15:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("planned_quantity", 10.0);
    assertThat(order(scenario, "06:10:30Z")).containsEntry("planned_quantity", 30.0);
  }

  @Test
  void aQuantityThatComesALittleBeforeTheEndOfAnOrderStaysWithIt() {
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "quantity", 10, "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "06:09:30Z")
            .read(DAY + "06:09:45Z", "order", "1", "quantity", 20)
            .read(DAY + "06:10:00Z", "order", "")
            .read(DAY + "06:10:30Z", "order", "2")
            .alive(DAY + "06:11:00Z", DAY + "06:15:00Z")
            .flush();
    assertThat(order(scenario, "06:00:00Z")).containsEntry("planned_quantity", 20.0);
    assertThat(order(scenario, "06:10:30Z")).containsEntry("planned_quantity", 20.0);
  }

  @Test
  void aLateReadingWithinTheLatenessOfAnEndedOrderCountsInIt() {
    FoldScenario scenario = two().flush();
    scenario.read(DAY + "06:09:00Z", "state", "DOWN");
    scenario.read(DAY + "06:09:30Z", "state", "RUNNING");
    scenario.read(DAY + "06:05:00Z", "total", 520, "good", 500);
    scenario.read(DAY + "06:32:00Z", "temperature", 20.5).flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("total", 100.0)
        .containsEntry("micro_stop_s", 30.0)
        .containsEntry("revision", 1L);
  }

  @Test
  void anOrderWhoseStartMovesIsTakenBackWhereItStood() {
    FoldScenario scenario = two().flush();
    scenario.read(DAY + "06:09:30Z", "order", "2");
    scenario.read(DAY + "06:32:00Z", "temperature", 20.5).flush();
    assertThat(order(scenario, "06:10:00Z"))
        .containsEntry("order", "")
        .containsEntry("total", 0.0)
        .containsEntry("calendar_s", 0.0)
        .containsEntry("ended", true);
    assertThat(order(scenario, "06:09:30Z")).containsEntry("order", "2");
    assertThat(order(scenario, "06:00:00Z")).containsEntry("calendar_s", 570.0);
  }

  @Test
  void aRestartChangesNothing() {
    FoldScenario scenario = two();
    scenario.restart().alive(DAY + "06:31:30Z", DAY + "07:15:00Z").flush();
    FoldScenario whole = two().alive(DAY + "06:31:30Z", DAY + "07:15:00Z").flush();
    assertThat(StoredRows.differences(scenario.store, whole.store)).isEmpty();
  }

  @Test
  void anOrderThatBeganBeforeTheReadingsAtHandIsNotWritten() {
    FoldScenario scenario = new FoldScenario(config);
    scenario.fold.beginsAt(StoredRows.nanos(DAY + "05:00:00Z"));
    scenario
        .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING")
        .alive(DAY + "06:00:30Z", DAY + "06:02:00Z")
        .read(DAY + "06:02:00Z", "order", "2")
        .flush();
    assertThat(order(scenario, "06:00:00Z")).isEmpty();
    assertThat(order(scenario, "06:02:00Z")).isNotEmpty();
  }

  /** Of which all buckets but the order have been forgotten. */
  @Test
  void aCorrectionOfAnOrderOfDaysHolds() {
    config.silentAfter = Duration.ofHours(1);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "state", "RUNNING")
            .alive(DAY + "06:00:30Z", DAY + "07:00:00Z")
            .read(DAY + "07:00:00Z", "state", "IDLE")
            .alive(DAY + "07:00:30Z", DAY + "08:00:00Z");
    long from = StoredRows.nanos(DAY + "07:00:00Z");
    scenario.fold.correct(
        new Correction(
            0,
            new Asset("s", "a", "l", "m"),
            from,
            from + ShiftCalendar.HOUR,
            false,
            new Reclassified(MachineState.DOWN, null),
            "",
            List.of(),
            new Origin("anna", from + ShiftCalendar.HOUR, "")));
    scenario.read(DAY + "08:00:00Z", "state", "RUNNING").flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("down_s", 3600.0)
        .containsEntry("idle_s", 0.0);
    for (int halfHour = 1; halfHour < 150; halfHour++) {
      long at = from + ShiftCalendar.HOUR + halfHour * ShiftCalendar.HOUR / 2;
      scenario.from(FoldScenario.MACHINE, at, "temperature", halfHour);
    }
    scenario.flush();
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("down_s", 3600.0)
        .containsEntry("idle_s", 0.0)
        .containsEntry("failures", 1.0)
        .containsEntry("calendar_s", 3600.0 * 76.5)
        .satisfies(
            row -> assertThat((Double) row.get("run_s")).isCloseTo(3600 * 75.5, within(1.0)));
  }

  /** Whatever corrections of its days have been forgotten, and also over a restart. */
  @Test
  void energyOfAnOrderOfDaysIsSharedByTheTimeOfAllOfIt() {
    config.silentAfter = Duration.ofHours(1);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "order", "1", "state", "DOWN", "energy", 0)
            .alive(DAY + "06:00:30Z", DAY + "07:00:00Z")
            .read(DAY + "07:00:00Z", "state", "RUNNING", "energy", 60);
    long from = StoredRows.nanos(DAY + "06:00:00Z");
    scenario.fold.correct(planned(0, from, from + ShiftCalendar.HOUR / 2));
    for (int halfHour = 3; halfHour < 150; halfHour++) {
      long at = from + halfHour * ShiftCalendar.HOUR / 2;
      scenario.from(FoldScenario.MACHINE, at, "energy", 60);
    }
    scenario.restart();
    long second = from + 75 * ShiftCalendar.HOUR;
    scenario.from(FoldScenario.MACHINE, second, "state", "DOWN");
    scenario.from(FoldScenario.MACHINE, second + ShiftCalendar.HOUR / 2, "energy", 60);
    scenario.from(FoldScenario.MACHINE, second + ShiftCalendar.HOUR, "order", "", "energy", 60);
    scenario.fold.correct(planned(1, second, second + ShiftCalendar.HOUR));
    scenario.flush();
    // of two hours down, which used 60 kWh, an hour and a half was planned
    assertThat(order(scenario, "06:00:00Z"))
        .containsEntry("ended", true)
        .containsEntry("planned_stop_s", 5400.0)
        .containsEntry("energy_stop_kwh", 15.0)
        .containsEntry("energy_planned_stop_kwh", 45.0);
  }

  /** The day ends with the reading that settles the stop. */
  @Test
  void aCorrectionJustBeforeTheEndOfADayCountsOnce() {
    config.silentAfter = Duration.ofHours(12);
    config.lateness = Duration.ofHours(3);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "22:00:00Z", "order", "1", "state", "RUNNING")
            .read(DAY + "23:00:00Z", "state", "IDLE")
            .read(DAY + "23:30:00Z", "state", "RUNNING");
    long from = StoredRows.nanos(DAY + "23:00:00Z");
    scenario.fold.correct(planned(0, from - 2 * ShiftCalendar.HOUR, from + 2 * ShiftCalendar.HOUR));
    for (int hour : List.of(2, 3, 12, 13, 14)) {
      scenario.from(FoldScenario.MACHINE, from + hour * ShiftCalendar.HOUR, "state", "RUNNING");
    }
    scenario.flush();
    assertThat(order(scenario, "22:00:00Z"))
        .containsEntry("planned_stop_s", 1800.0)
        .containsEntry("idle_s", 0.0);
  }

  private static Correction planned(long id, long from, long to) {
    Why meeting = new Why("", "meeting", "", true);
    return new Correction(
        id,
        new Asset("s", "a", "l", "m"),
        from,
        to,
        false,
        new ReasonGiven(meeting),
        "",
        List.of(),
        new Origin("anna", to, ""));
  }
}
