package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stood before figures were made again, and is none any more. */
class FormerRowsTest {

  private static final long BEGIN = StoredRows.nanos("2026-03-02T00:00:00Z");
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;

  private static EfficiencyConfigBuilder config(String shift, String end) {
    EfficiencyConfigBuilder config = FoldedFigures.plant();
    config.shifts.clear();
    config.silentAfter = Duration.ofMinutes(15);
    return config.shift(shift, "01:00", end);
  }

  /** A machine that tells its state each ten minutes. */
  private static List<Message> readings(long hours, long downAt) {
    return readings(BEGIN + HOUR / 2, hours, downAt);
  }

  private static List<Message> readings(long from, long hours, long downAt) {
    FoldScenario scenario = new FoldScenario(FoldedFigures.plant());
    List<Message> messages = new ArrayList<>();
    for (long at = from; at < BEGIN + hours * HOUR; at += 10 * MINUTE) {
      boolean down = at >= downAt && at < downAt + 30 * MINUTE;
      String state = down ? "JAM" : "RUNNING";
      messages.add(
          scenario.message(
              "s/a/l/n", at, at, Quality.GOOD, "state", state, "total", at / MINUTE, "reject", 0));
    }
    return messages;
  }

  private static RecomputedPlant made(EfficiencyConfigBuilder config, List<Message> arrives)
      throws IOException {
    RecomputedPlant plant = new RecomputedPlant(config, new MemoryLog());
    plant.runTo(arrives.get(arrives.size() - 1).receiveTimeNs() + MINUTE, arrives);
    return plant;
  }

  /** The minutes of an asset at an instant, by their shifts, that stand. */
  private static List<String> minutes(RecomputedPlant plant, String asset, String at) {
    List<String> shifts = new ArrayList<>();
    for (String shift : List.of("early", "first", "none")) {
      Object members = plant.store.efficiency(asset, "minute", shift, at).get("members");
      if (members != null && !members.equals(0.0)) {
        shifts.add(shift);
      }
    }
    return shifts;
  }

  @Test
  void minutesOfAShiftThatWasRenamedOrEndsEarlierNowAreTakenBack() throws IOException {
    List<Message> arrives = readings(8, Long.MAX_VALUE - HOUR);
    RecomputedPlant plant = new RecomputedPlant(config("early", "06:00"), new MemoryLog());
    plant.runTo(BEGIN + 4 * HOUR + 30 * MINUTE, arrives);
    plant.reload(config("early", "05:00")); // its end moves while it runs
    plant.runTo(BEGIN + 8 * HOUR, arrives);
    plant.restart(config("first", "03:00"));
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 7 * HOUR);
    plant.recomputeAll();
    for (String asset : List.of("s/a/l/n", "s/a/l", "s/a", "s")) {
      for (String hour : List.of("00:40", "03:10", "04:10", "05:10", "06:10")) {
        String at = "2026-03-02T" + hour + ":00Z";
        assertThat(minutes(plant, asset, at)).as(asset + " " + at).containsExactly("none");
      }
      assertThat(minutes(plant, asset, "2026-03-02T02:10:00Z")).containsExactly("first");
    }
    assertThat(plant.revisions.fell).isEmpty();
  }

  @Tag("soak")
  @Test
  void aStopOfEightDaysAgoThatIsNoneAnyMoreIsTakenBack() throws IOException {
    List<Message> arrives = readings(8 * 24, BEGIN + 3 * HOUR);
    RecomputedPlant plant = made(config("early", "06:00"), arrives);
    String stop = "stops s/a/l/n {category=down, reason=JAM, shift=early} 2026-03-02T03:00:00Z";
    assertThat(plant.store.content().get(stop)).containsEntry("duration_s", 1800.0);
    plant.history.encode(); // as it is saved, it forgets what is too old
    EfficiencyConfigBuilder changed = config("early", "06:00");
    Map<String, MachineState> words = new TreeMap<>(EfficiencyConfigBuilder.WORDS);
    words.put("JAM", MachineState.RUNNING);
    changed.state =
        new EfficiencyConfig.StateMapping(
            List.of(new EfficiencyConfig.Signal("state", Map.copyOf(words), null)), null);
    plant.restart(changed);
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 7 * HOUR);
    plant.recomputeAll();
    assertThat(plant.store.content()).as("without what is taken back").doesNotContainKey(stop);
    assertThat(plant.recompute.requests().get(0).course().detail()).doesNotContain("Stops of");
  }

  @Test
  void aShiftThatEndsNowBeforeTheFirstReadingOfTheMachineIsTakenBack() throws IOException {
    List<Message> arrives = readings(BEGIN + 5 * HOUR + 42 * MINUTE, 9, Long.MAX_VALUE - HOUR);
    EfficiencyConfigBuilder former = config("early", "06:00");
    former.lines.clear(); // the machine is not expected before
    RecomputedPlant plant = made(former, arrives);
    EfficiencyConfigBuilder changed = config("early", "05:30");
    changed.lines.clear();
    plant.restart(changed);
    plant.recompute.ask(Asset.NONE, BEGIN + 5 * HOUR + 42 * MINUTE, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    for (String asset : List.of("s/a/l/n", "s/a/l", "s/a", "s")) {
      assertThat(plant.store.efficiency(asset, "shift", "early", "2026-03-02T01:00:00Z"))
          .as(asset)
          .containsEntry("members", 0.0)
          .containsEntry("calendar_s", 0.0)
          .containsEntry("final", false);
      assertThat(plant.store.efficiency(asset, "day", "all", "2026-03-02T00:00:00Z"))
          .doesNotContainEntry("members", 0.0);
    }
    assertThat(plant.revisions.fell).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"42, 55", "52, 58", "59, 60", "59, 61"})
  void soIsOneThatEndedWithTheChangeSoonAfterTheFirstReading(int first, int change)
      throws IOException {
    List<Message> arrives = readings(BEGIN + 5 * HOUR + first * MINUTE, 9, Long.MAX_VALUE - HOUR);
    EfficiencyConfigBuilder former = config("early", "06:00");
    former.lines.clear(); // the machine is not expected before
    RecomputedPlant plant = new RecomputedPlant(former, new MemoryLog());
    plant.stepNs = MINUTE;
    plant.runTo(BEGIN + 5 * HOUR + change * MINUTE, arrives);
    EfficiencyConfigBuilder changed = config("early", "05:30");
    changed.lines.clear();
    plant.reload(changed);
    plant.runTo(BEGIN + 9 * HOUR, arrives);
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    assertThat(plant.store.efficiency("s/a/l/n", "shift", "early", "2026-03-02T01:00:00Z"))
        .containsEntry("members", 0.0);
  }

  /** With two metrics that say what it makes; its day has ended. */
  private static List<Message> products() {
    FoldScenario scenario = new FoldScenario(FoldedFigures.plant());
    List<Message> messages = new ArrayList<>();
    for (long at = BEGIN + HOUR / 2; at < BEGIN + 26 * HOUR; at += 10 * MINUTE) {
      Object[] told = {"state", "RUNNING", "total", at / MINUTE, "mould", "A", "part", "B"};
      messages.add(scenario.message("s/a/l/n", at, at, Quality.GOOD, told));
    }
    return messages;
  }

  private static EfficiencyConfigBuilder productBy(@Nullable String metric) {
    EfficiencyConfigBuilder config = config("early", "06:00");
    if (metric != null) {
      Duration cycle = Duration.ofSeconds(1);
      config.cycle = new EfficiencyConfig.ProductCycle(metric, Map.of("A", cycle, "B", cycle));
    }
    return config;
  }

  /** The products of the shift, and of its day, that stand. */
  private static List<String> standing(RecomputedPlant plant) {
    List<String> products = standing(plant, "shift", "early", BEGIN + HOUR);
    assertThat(standing(plant, "day", "all", BEGIN)).isEqualTo(products);
    return products;
  }

  private static List<String> standing(
      RecomputedPlant plant, String kind, String shift, long start) {
    List<String> products = new ArrayList<>();
    for (String product : List.of("A", "B")) {
      String name =
          "efficiency_product s/a/l/n {bucket=%s, level=machine, product=%s, shift=%s}"
              .formatted(kind, product, shift);
      Object members = plant.store.row(name, start).get("members");
      if (members != null && !members.equals(0.0)) {
        products.add(product);
      }
    }
    return products;
  }

  @Test
  void productsThatAShiftOrADayNoLongerHasAreTakenBack() throws IOException {
    RecomputedPlant plant = made(productBy("mould"), products());
    assertThat(standing(plant)).containsExactly("A");
    plant.restart(productBy("part"));
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 7 * HOUR);
    plant.recomputeAll();
    assertThat(standing(plant)).containsExactly("B");
    plant.restart(productBy(null));
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 7 * HOUR);
    plant.recomputeAll();
    assertThat(standing(plant)).isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"late", "next"})
  void aShiftThatReachesIntoAnOpenOneIsTakenBackWhenThatHasEnded(String next) throws IOException {
    List<Message> arrives = readings(9, Long.MAX_VALUE - HOUR);
    RecomputedPlant plant = new RecomputedPlant(config("late", "06:00"), new MemoryLog());
    plant.runTo(BEGIN + 2 * HOUR, arrives);
    EfficiencyConfigBuilder moved = FoldedFigures.plant();
    moved.shifts.clear();
    moved.silentAfter = Duration.ofMinutes(15);
    plant.reload(moved.shift("early", "00:20", "01:20").shift(next, "01:20", "05:00"));
    plant.runTo(BEGIN + 3 * HOUR, arrives);
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 4 * HOUR);
    plant.recomputeAll();
    String former = "2026-03-02T01:00:00Z";
    assertThat(plant.store.efficiency("s/a/l/n", "shift", "late", former))
        .containsEntry("members", 1.0);
    plant.runTo(BEGIN + 9 * HOUR, arrives);
    plant.recomputeAll();
    assertThat(plant.store.efficiency("s/a/l/n", "shift", "late", former))
        .containsEntry("members", 0.0);
    assertThat(plant.store.efficiency("s/a/l/n", "shift", next, "2026-03-02T01:20:00Z"))
        .containsEntry("members", 1.0);
  }

  @Test
  void theRevisionOfARowThatAChangeTakesBackDoesNotFallAfterRestarts() throws IOException {
    List<Message> arrives = readings(8, Long.MAX_VALUE - HOUR);
    RecomputedPlant plant = new RecomputedPlant(config("early", "06:00"), new MemoryLog());
    plant.runTo(BEGIN + 100 * MINUTE, arrives);
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + HOUR);
    plant.recomputeAll();
    for (int minute = 110; minute < 170; minute += 10) {
      plant.runTo(BEGIN + minute * MINUTE, arrives);
      plant.crash();
    }
    plant.runTo(BEGIN + 3 * HOUR, arrives);
    plant.reload(config("first", "06:00"));
    plant.runTo(BEGIN + 4 * HOUR, arrives);
    assertThat(plant.store.efficiency("s/a/l/n", "shift", "early", "2026-03-02T01:00:00Z"))
        .containsEntry("members", 0.0);
    assertThat(plant.revisions.fell).isEmpty();
  }

  /** Its time is in no other row before. */
  @Test
  void aShiftThatHasEndedIsTakenBackWhenTheLongerOneInItsPlaceHas() throws IOException {
    List<Message> arrives = readings(26, Long.MAX_VALUE - HOUR);
    RecomputedPlant plant = new RecomputedPlant(config("early", "02:00"), new MemoryLog());
    plant.runTo(BEGIN + 3 * HOUR, arrives);
    EfficiencyConfigBuilder none = FoldedFigures.plant();
    none.shifts.clear();
    none.silentAfter = Duration.ofMinutes(15);
    plant.reload(none);
    plant.runTo(BEGIN + 5 * HOUR, arrives);
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 4 * HOUR);
    plant.recomputeAll();
    String early = "2026-03-02T01:00:00Z";
    String all = "2026-03-02T00:00:00Z";
    assertThat(plant.store.efficiency("s/a/l/n", "shift", "early", early))
        .containsEntry("members", 1.0);
    assertThat(plant.store.efficiency("s/a/l/n", "shift", "all", all)).isEmpty();
    plant.runTo(BEGIN + 26 * HOUR, arrives);
    plant.recomputeAll();
    for (String asset : List.of("s/a/l/n", "s/a/l", "s/a", "s")) {
      assertThat(plant.store.efficiency(asset, "shift", "early", early))
          .as(asset)
          .containsEntry("members", 0.0);
      assertThat(plant.store.efficiency(asset, "shift", "all", all))
          .as(asset)
          .containsEntry("calendar_s", 23.5 * 3600);
    }
  }

  @Test
  void aStopThatAPersonEndsWithTheLastReadingButOneStands() throws IOException {
    List<Message> arrives = readings(8, Long.MAX_VALUE - HOUR);
    RecomputedPlant plant = made(config("early", "20:00"), arrives);
    long last = arrives.get(arrives.size() - 1).receiveTimeNs();
    plant.corrections.keep(
        new Correction(
            0,
            new Asset("s", "a", "l", "n"),
            BEGIN + 5 * HOUR,
            last - 10 * MINUTE,
            false,
            new Change.Reclassified(MachineState.BLOCKED, null),
            "",
            List.of(),
            new Origin("anna", last, "::1")));
    plant.live.step();
    plant.live.step();
    List<String> stops = plant.store.stops("s/a/l/n");
    assertThat(stops).hasSize(1).first(STRING).startsWith("05:00:00Z {category=blocked");
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    assertThat(plant.store.stops("s/a/l/n")).isEqualTo(stops);
  }

  private static EfficiencyConfigBuilder line(@Nullable String bottleneck) {
    EfficiencyConfigBuilder config = config("early", "06:00");
    config.lines.clear();
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    if (bottleneck != null) {
      config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), bottleneck));
    }
    return config;
  }

  /**
   * The press begins at half past, and an order at each full hour; the pack later.
   *
   * @param packFrom when the pack is first heard
   */
  private static List<Message> orders(long packFrom) {
    FoldScenario scenario = new FoldScenario(line("press"));
    List<Message> messages = new ArrayList<>();
    for (long at = BEGIN + HOUR / 2; at < BEGIN + 8 * HOUR; at += 5 * MINUTE) {
      for (String machine : at < packFrom ? List.of("press") : List.of("press", "pack")) {
        long before = machine.equals("pack") ? 5 * MINUTE : 0;
        Object[] told = {"state", "RUNNING", "total", at / MINUTE, "order", (at - before) / HOUR};
        messages.add(scenario.message("s/a/l/" + machine, at, at, Quality.GOOD, told));
      }
    }
    return messages;
  }

  /** When the orders of the line began that stand, by their minutes within the hour. */
  private static Set<String> beginsOfOrders(RecomputedPlant plant) {
    Set<String> begins = new TreeSet<>();
    plant
        .store
        .rows("efficiency_order s/a/l {level=line}")
        .forEach(
            (name, row) -> {
              if (!row.get("order").equals("") && row.get("ended").equals(true)) {
                begins.add(name.substring(name.length() - ":00:00Z".length()));
              }
            });
    return begins;
  }

  @Test
  void ordersOfAFormerBottleneckOrOfALineThatHasNoneAnyMoreAreTakenBack() throws IOException {
    List<Message> arrives = orders(BEGIN);
    RecomputedPlant plant = made(line("press"), arrives);
    assertThat(beginsOfOrders(plant)).containsExactly(":00:00Z", ":30:00Z");
    plant.restart(line("pack"));
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    assertThat(beginsOfOrders(plant)).containsExactly(":05:00Z", ":30:00Z");
    plant.restart(line(null));
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    assertThat(beginsOfOrders(plant)).isEmpty();
    assertThat(plant.revisions.fell).isEmpty();
  }

  @Test
  void anOrderOfAFormerBottleneckIsTakenBackAlsoWhereThePresentOneWasFirstHeardLater()
      throws IOException {
    RecomputedPlant plant = made(line("press"), orders(BEGIN + 35 * MINUTE));
    assertThat(beginsOfOrders(plant)).containsExactly(":00:00Z", ":30:00Z");
    plant.restart(line("pack"));
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    assertThat(beginsOfOrders(plant)).containsExactly(":05:00Z", ":35:00Z");
  }
}
