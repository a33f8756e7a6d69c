package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces that people say were not good. */
class BookedPiecesTest {

  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final String DAY = "2026-03-02T";

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private long id;

  @BeforeEach
  void allPiecesAreGood() {
    config.lateness = Duration.ofHours(12);
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(5));
    config.counts =
        new EfficiencyConfig.Counts(
            "total", null, null, null, EfficiencyConfig.CountKind.CUMULATIVE, 0, true, null);
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("m"), "m"));
  }

  private Correction booked(boolean rework, double amount, long from, long to) {
    Origin origin = new Origin("anna", to, "");
    return new Correction(
        id++,
        MACHINE,
        from,
        to,
        false,
        new PiecesBooked(rework, amount, null),
        "",
        List.of(),
        origin);
  }

  private Correction defect(boolean rework, double amount, String reason, String from, String to) {
    Correction booked =
        booked(rework, amount, StoredRows.nanos(DAY + from), StoredRows.nanos(DAY + to));
    Why why = new Why("", reason, "", false);
    return new Correction(
        booked.id(),
        MACHINE,
        booked.from(),
        booked.to(),
        false,
        new PiecesBooked(rework, amount, why),
        "",
        List.of(),
        booked.origin());
  }

  private Correction scrap(double amount, String from, String to) {
    return booked(false, amount, StoredRows.nanos(DAY + from), StoredRows.nanos(DAY + to));
  }

  private Undo undo(Correction correction) {
    return new Undo(id++, correction.id(), "", correction.origin());
  }

  /** A piece each 10 s from 06:00 to 08:00. */
  private FoldScenario hours() {
    FoldScenario scenario = new FoldScenario(config);
    long begin = StoredRows.nanos(DAY + "06:00:00Z");
    for (int i = 0; i <= 720; i++) {
      long at = begin + 10L * i * ShiftCalendar.SECOND;
      scenario.from(FoldScenario.MACHINE, at, "state", "RUNNING", "total", i);
    }
    return scenario.alive(DAY + "08:00:10Z", DAY + "08:02:00Z").flush();
  }

  private static Map<String, Object> machine(FoldScenario scenario, String bucket, String start) {
    return scenario.store.efficiency(FoldScenario.MACHINE, bucket, "all", DAY + start);
  }

  @Test
  void scrapOfASpanIsDividedOverItsTime() {
    FoldScenario scenario = hours();
    scenario.fold.correct(scrap(60, "06:30:00Z", "07:30:00Z"));
    scenario.flush();
    for (String hour : List.of("06:00:00Z", "07:00:00Z")) {
      assertThat(machine(scenario, "hour", hour))
          .containsEntry("total", 360.0)
          .containsEntry("good", 330.0)
          .containsEntry("scrap", 30.0)
          .containsEntry("ideal_good_s", 330 * 5.0)
          .containsEntry("ideal_total_s", 360 * 5.0);
    }
    assertThat(machine(scenario, "minute", "06:29:00Z")).containsEntry("scrap", 0.0);
    assertThat(machine(scenario, "minute", "06:30:00Z"))
        .containsEntry("good", 5.0)
        .containsEntry("scrap", 1.0);
    Map<String, Object> shift = machine(scenario, "shift", "00:00:00Z");
    assertThat(shift)
        .containsEntry("good", 660.0)
        .containsEntry("scrap", 60.0)
        .containsEntry("contradictory", 0.0);
    assertThat((Double) shift.get("quality_ratio")).isEqualTo(660 / 720.0, within(1e-9));
    assertThat((Double) shift.get("oee")).isEqualTo(660 * 5 / 7290.0, within(1e-2));
  }

  @Test
  void theLineHasTheScrapOfItsMachine() {
    FoldScenario scenario = hours();
    scenario.fold.correct(scrap(60, "06:30:00Z", "07:30:00Z"));
    scenario.flush();
    for (String start : List.of("06:00:00Z", "07:00:00Z")) {
      assertThat(scenario.store.efficiency("s/a/l", "hour", "all", DAY + start))
          .containsEntry("total", 360.0)
          .containsEntry("good", 330.0)
          .containsEntry("scrap", 30.0)
          .containsEntry("ideal_good_s", 330 * 5.0);
    }
  }

  /** Scrap before the output is scrap of the line; what of it can be made good is not lost. */
  @Test
  void theLineHasTheReworkOfAllItsMachines() {
    config.lines.clear();
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), "n"));
    FoldScenario scenario = new FoldScenario(config);
    long begin = StoredRows.nanos(DAY + "06:00:00Z");
    for (int i = 0; i <= 400; i++) {
      long at = begin + 10L * i * ShiftCalendar.SECOND;
      scenario.from(FoldScenario.MACHINE, at, "state", "RUNNING", "total", i);
      scenario.from("s/a/l/n", at, "state", "RUNNING", "total", i);
    }
    scenario.fold.correct(booked(true, 40, begin, begin + ShiftCalendar.HOUR));
    scenario.flush();
    Map<String, Object> hour = scenario.store.efficiency("s/a/l", "hour", "all", DAY + "06:00:00Z");
    assertThat(hour)
        .containsEntry("total", 400.0)
        .containsEntry("good", 360.0)
        .containsEntry("scrap", 40.0)
        .containsEntry("rework", 40.0)
        .containsEntry("rework_ratio", 0.1)
        .containsEntry("production_loss_ratio", 0.0);
  }

  @Test
  void reworkIsScrapThatCanBeMadeGood() {
    FoldScenario scenario = hours();
    scenario.fold.correct(
        booked(true, 20, StoredRows.nanos(DAY + "06:00:00Z"), StoredRows.nanos(DAY + "07:00:00Z")));
    scenario.fold.correct(scrap(10, "06:00:00Z", "07:00:00Z"));
    scenario.flush();
    Map<String, Object> hour = machine(scenario, "hour", "06:00:00Z");
    assertThat(hour)
        .containsEntry("good", 330.0)
        .containsEntry("scrap", 30.0)
        .containsEntry("rework", 20.0);
    assertThat((Double) hour.get("rework_ratio")).isEqualTo(20 / 360.0, within(1e-9));
    assertThat((Double) hour.get("production_loss_ratio")).isEqualTo(10 / 360.0, within(1e-9));
    FigureIdentitiesTest.hold(hour);
  }

  @Test
  void noRowHasFewerGoodPiecesThanNone() {
    FoldScenario scenario = hours();
    long at = StoredRows.nanos(DAY + "06:30:20Z");
    Correction instant = booked(false, 50, at, at + 1);
    scenario.fold.correct(instant);
    scenario.flush();
    assertThat(machine(scenario, "minute", "06:30:00Z"))
        .as("six pieces were made in that minute")
        .containsEntry("good", 0.0)
        .containsEntry("scrap", 6.0);
    assertThat(machine(scenario, "hour", "06:00:00Z"))
        .containsEntry("good", 310.0)
        .containsEntry("scrap", 50.0);
    scenario.fold.correct(undo(instant));
    scenario.flush();
    assertThat(machine(scenario, "minute", "06:30:00Z"))
        .containsEntry("good", 6.0)
        .containsEntry("scrap", 0.0);
    scenario.fold.correct(scrap(9000, "06:00:00Z", "08:00:00Z"));
    scenario.flush();
    assertThat(machine(scenario, "shift", "00:00:00Z"))
        .containsEntry("good", 0.0)
        .containsEntry("scrap", 720.0)
        .containsEntry("contradictory", 1.0);
  }

  @Test
  void aMachineThatDoesNotKnowItsGoodPiecesHasNoneToBook() {
    config.counts =
        new EfficiencyConfig.Counts(
            "total", null, null, null, EfficiencyConfig.CountKind.CUMULATIVE, 0, false, null);
    FoldScenario scenario = hours();
    scenario.fold.correct(scrap(60, "06:30:00Z", "07:30:00Z"));
    scenario.flush();
    assertThat(machine(scenario, "shift", "00:00:00Z"))
        .containsEntry("total", 720.0)
        .containsEntry("contradictory", 1.0)
        .doesNotContainKeys("good", "scrap");
  }

  @Test
  void theProductsOfAShiftShareTheScrapByTheirGoodPieces() {
    config.cycle =
        new EfficiencyConfig.ProductCycle(
            "product", Map.of("red", Duration.ofSeconds(5), "blue", Duration.ofSeconds(10)));
    FoldScenario scenario = new FoldScenario(config);
    long begin = StoredRows.nanos(DAY + "06:00:00Z");
    for (int i = 0; i <= 400; i++) {
      long at = begin + 10L * i * ShiftCalendar.SECOND;
      String product = i < 300 ? "red" : "blue";
      scenario.from(FoldScenario.MACHINE, at, "state", "RUNNING", "total", i, "product", product);
    }
    scenario.alive(DAY + "07:06:50Z", DAY + "07:09:00Z").flush();
    scenario.fold.correct(scrap(40, "06:00:00Z", "07:00:00Z"));
    scenario.flush();
    assertThat(product(scenario, "red")).containsEntry("good", 270.0).containsEntry("scrap", 30.0);
    assertThat(product(scenario, "blue")).containsEntry("good", 90.0).containsEntry("scrap", 10.0);
    assertThat(machine(scenario, "shift", "00:00:00Z"))
        .containsEntry("good", 360.0)
        .containsEntry("ideal_good_s", 270 * 5.0 + 90 * 10.0);
  }

  @Test
  void reworkOfPiecesOfWhichNobodyKnowsTheGoodOnesIsBookedOfEachProductToo() {
    config.cycle =
        new EfficiencyConfig.ProductCycle("product", Map.of("red", Duration.ofSeconds(5)));
    config.counts =
        new EfficiencyConfig.Counts(
            "total", null, null, null, EfficiencyConfig.CountKind.CUMULATIVE, 0, false, null);
    FoldScenario scenario =
        new FoldScenario(config)
            .read(DAY + "06:00:00Z", "state", "RUNNING", "total", 0, "product", "red")
            .read(DAY + "06:00:50Z", "total", 10);
    scenario.fold.correct(
        booked(true, 3, StoredRows.nanos(DAY + "06:00:00Z"), StoredRows.nanos(DAY + "06:00:50Z")));
    scenario.flush();
    assertThat(machine(scenario, "shift", "00:00:00Z")).containsEntry("rework_ratio", 0.0);
    assertThat(product(scenario, "red")).containsEntry("rework_ratio", 0.0);
  }

  private static Map<String, Object> product(FoldScenario scenario, String product) {
    Map<String, Map<String, Object>> rows = scenario.store.rows("efficiency_product s/a/l/m");
    return rows.entrySet().stream()
        .filter(row -> row.getKey().contains("product=" + product))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  /** All minutes have together what their hour has, and all hours what the day has. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void shorterBucketsAddUpToLongerOnes(int seed) {
    Random random = new Random(seed);
    FoldScenario scenario = hours();
    long begin = StoredRows.nanos(DAY + "06:00:00Z");
    for (int i = 0; i < 5; i++) {
      long from = begin + random.nextInt(3600) * ShiftCalendar.SECOND + random.nextInt(999);
      long to = from + (600 + random.nextInt(3000)) * ShiftCalendar.SECOND;
      scenario.fold.correct(booked(random.nextBoolean(), 1 + random.nextInt(9), from, to));
    }
    scenario.flush();
    for (String field : List.of("good", "scrap", "rework")) {
      for (String hour : List.of("06:00:00Z", "07:00:00Z")) {
        double minutes = 0;
        for (int minute = 0; minute < 60; minute++) {
          long start = StoredRows.nanos(DAY + hour) + minute * ShiftCalendar.MINUTE;
          minutes +=
              (Double)
                  scenario
                      .store
                      .efficiency(FoldScenario.MACHINE, "minute", "all", start)
                      .get(field);
        }
        assertThat(minutes)
            .as(field)
            .isEqualTo((Double) machine(scenario, "hour", hour).get(field), within(1e-6));
      }
    }
  }

  private static Map<String, Object> defects(FoldScenario scenario, String reason, String shift) {
    String tag = reason.isEmpty() ? "" : "reason=" + reason + ", ";
    String start = shift.equals("early") ? "06:00:00Z" : "07:00:00Z";
    return scenario.store.row(
        "defects s/a/l/m {" + tag + "shift=" + shift + "}", StoredRows.nanos(DAY + start));
  }

  @Test
  void whatIsBookedIsCountedByReasonInEachShift() {
    config.shift("early", "06:00", "07:00").shift("late", "07:00", "09:00");
    FoldScenario scenario = hours();
    Correction scratch = defect(false, 60, "scratch", "06:30:00Z", "07:30:00Z");
    scenario.fold.correct(scratch);
    Correction more = defect(true, 8, "scratch", "06:00:00Z", "06:10:00Z");
    scenario.fold.correct(more);
    scenario.fold.correct(defect(true, 4, "crack", "06:00:00Z", "06:10:00Z"));
    scenario.fold.correct(scrap(2, "07:10:00Z", "07:20:00Z"));
    scenario.flush();
    assertThat(defects(scenario, "scratch", "early"))
        .containsEntry("scrap", 38.0)
        .containsEntry("rework", 8.0);
    assertThat(defects(scenario, "crack", "early")).containsEntry("rework", 4.0);
    assertThat(defects(scenario, "scratch", "late")).containsEntry("scrap", 30.0);
    assertThat(defects(scenario, "", "late")).containsEntry("scrap", 2.0);
    scenario.restart();
    scenario.fold.remember(scratch);
    scenario.fold.remember(more);
    scenario.fold.remembered();
    scenario.fold.correct(undo(scratch));
    scenario.flush();
    assertThat(defects(scenario, "scratch", "early"))
        .containsEntry("scrap", 8.0)
        .containsEntry("rework", 8.0);
    assertThat(defects(scenario, "scratch", "late")).containsEntry("scrap", 0.0);
  }

  @Test
  void aShiftThatIsFinalHasThemAfterItIsMadeAgainAndNotAfterAnUndo() throws IOException {
    config.lateness = Duration.ofMinutes(1);
    config.shift("early", "06:00", "07:00").shift("late", "07:00", "09:00");
    long begin = StoredRows.nanos(DAY + "06:00:00Z");
    long end = begin + 24 * ShiftCalendar.HOUR;
    FoldScenario scenario = new FoldScenario(config);
    List<Message> arrives = new ArrayList<>();
    for (long at = begin; at < end; at += 50 * ShiftCalendar.SECOND) {
      int total = (int) ((at - begin) / (10 * ShiftCalendar.SECOND));
      Object[] fields = {"state", "RUNNING", "total", total};
      arrives.add(scenario.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields));
    }
    RecomputedPlant plant = new RecomputedPlant(config, new MemoryLog(), begin);
    plant.runTo(begin + 20 * ShiftCalendar.HOUR, arrives);
    Entry booked = plant.corrections.keep(defect(false, 5, "crack", "06:10:00Z", "06:20:00Z"));
    plant.runTo(begin + 21 * ShiftCalendar.HOUR, arrives);
    plant.recompute.ask(Asset.NONE, begin, begin + ShiftCalendar.HOUR);
    plant.recomputeAll();
    String row = "defects s/a/l/m {reason=crack, shift=early}";
    assertThat(plant.store.row(row, begin))
        .containsEntry("scrap", 5.0)
        .containsEntry("origin", "log");
    plant.corrections.keep(new Undo(0, booked.id(), "", booked.origin()));
    plant.runTo(begin + 22 * ShiftCalendar.HOUR, arrives);
    plant.recompute.ask(Asset.NONE, begin, begin + ShiftCalendar.HOUR);
    plant.recomputeAll();
    assertThat(plant.store.row(row, begin)).containsEntry("scrap", 0.0);
  }

  @Test
  void aMachineHasSoManyReasonsInAShiftAndTheRestIsOther() {
    FoldScenario scenario = hours();
    for (int i = 0; i < Defects.MOST + 3; i++) {
      scenario.fold.correct(defect(false, 1, "r" + i, "06:30:00Z", "06:40:00Z"));
    }
    scenario.flush();
    Map<String, Map<String, Object>> rows = scenario.store.rows("defects");
    assertThat(rows).hasSize(Defects.MOST + 1);
    assertThat(rows.values()).extracting(row -> (Double) row.get("scrap")).contains(3.0);
  }
}
