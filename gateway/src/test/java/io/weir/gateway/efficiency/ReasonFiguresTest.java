package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tree of reasons makes of stops, and of their time. */
class ReasonFiguresTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long START = StoredRows.nanos("2026-03-02T06:00:00Z");

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  private long corrections;

  ReasonFiguresTest() {
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(new EfficiencyConfig.Signal("state", EfficiencyConfigBuilder.WORDS, null)),
            "why");
    config.silentAfter = Duration.ofHours(2);
    ReasonTree.Node jam = node("Jam", "Mechanical", false, List.of("12"));
    ReasonTree.Node meeting = node("Meeting", "Organisation", true, List.of("M"));
    config.reasons =
        new ReasonTree(List.of(parent("Mechanical", jam), parent("Organisation", meeting)));
  }

  private static ReasonTree.Node node(
      String id, String category, boolean planned, List<String> codes) {
    return new ReasonTree.Node(id, id, category, planned, false, codes, List.of(), List.of());
  }

  private static ReasonTree.Node parent(String id, ReasonTree.Node... below) {
    return new ReasonTree.Node(id, id, id, false, false, List.of(), List.of(), List.of(below));
  }

  private static FoldScenario read(FoldScenario scenario, int minute, Object... fields) {
    return scenario.from(FoldScenario.MACHINE, START + minute * ShiftCalendar.MINUTE, fields);
  }

  private static double hour(FoldScenario scenario, String field) {
    return scenario.number("hour", "all", "2026-03-02T06:00:00Z", field);
  }

  private FoldScenario day() {
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING");
    read(scenario, 10, "state", "DOWN", "why", "12");
    read(scenario, 15, "state", "RUNNING", "why", "");
    read(scenario, 20, "state", "IDLE");
    read(scenario, 25, "why", "M");
    read(scenario, 30, "state", "RUNNING", "why", "");
    read(scenario, 40, "state", "DOWN", "why", "X7");
    read(scenario, 48, "state", "RUNNING", "why", "");
    read(scenario, 50, "state", "IDLE");
    read(scenario, 51, "state", "RUNNING");
    return scenario;
  }

  private static FoldScenario end(FoldScenario scenario) {
    read(scenario, 90, "state", "RUNNING");
    return read(scenario, 91, "state", "RUNNING").flush();
  }

  @Test
  void aCodeOfTheMachineIsTheReasonThatItMeansAndItsOwnWordIsKept() {
    FoldScenario scenario = end(day());
    assertThat(
            scenario.store.row(
                "stops s/a/l/m {category=down, reason=Jam, shift=all}", START + 600 * SECOND))
        .containsEntry("duration_s", 300.0)
        .containsEntry("reason_machine", "12")
        .containsEntry("reason_category", "Mechanical");
    assertThat(
            scenario.store.row(
                "stops s/a/l/m {category=down, reason=X7, shift=all}", START + 2400 * SECOND))
        .containsEntry("duration_s", 480.0)
        .containsEntry("reason_machine", "X7")
        .containsEntry("reason_category", "");
    assertThat(scenario.store.row("machine_state s/a/l/m {}", START + 600 * SECOND))
        .containsEntry("reason", "Jam");
  }

  @Test
  void thePlannedReasonOfAStopMovesItsTimeToPlannedStopsAndTheRestIsUncoded() {
    FoldScenario scenario = end(day());
    assertThat(hour(scenario, "planned_stop_s")).isEqualTo(600);
    assertThat(hour(scenario, "idle_s")).isZero();
    assertThat(hour(scenario, "planned_busy_s")).isEqualTo(3000);
    assertThat(hour(scenario, "uncoded_s")).isEqualTo(480);
    assertThat(scenario.number("minute", "all", "2026-03-02T06:21:00Z", "planned_stop_s"))
        .isEqualTo(60);
    assertThat(hour(scenario, "failures")).isEqualTo(2);
    assertThat(scenario.store.row("machine_state s/a/l/m {}", START + 1200 * SECOND))
        .containsEntry("state", "planned")
        .containsEntry("reason", "Meeting");
  }

  @Test
  void aProductAndAnOrderHaveTheUncodedPartOfTheirTime() {
    config.cycle = new EfficiencyConfig.ProductCycle("product", Map.of("A", Duration.ofSeconds(1)));
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "DOWN", "why", "X7");
    read(scenario, 10, "product", "A", "order", "4711");
    read(scenario, 12, "state", "RUNNING", "why", "");
    end(scenario);
    long day = StoredRows.nanos("2026-03-02T00:00:00Z");
    String shift = "efficiency_product s/a/l/m {bucket=shift, level=machine, ";
    assertThat(scenario.store.row(shift + "product=A, shift=all}", day))
        .containsEntry("uncoded_s", 120.0);
    assertThat(scenario.store.row(shift + "shift=all}", day)).containsEntry("uncoded_s", 600.0);
    assertThat(scenario.store.row("efficiency_order s/a/l/m {level=machine}", START + 600 * SECOND))
        .containsEntry("uncoded_s", 120.0);
  }

  /** The reading that ends an order is not behind it. */
  @Test
  void aReasonInTheFirstReadingBehindAnOrderIsThatOfItsStopAndALaterOneIsNot() {
    assertThat(orderWithReasonAt(13))
        .containsEntry("planned_stop_s", 420.0)
        .containsEntry("uncoded_s", 0.0);
    assertThat(orderWithReasonAt(14))
        .containsEntry("planned_stop_s", 0.0)
        .containsEntry("uncoded_s", 420.0);
  }

  /** An order of twelve minutes, in which a stop begins that goes on behind it. */
  private Map<String, Object> orderWithReasonAt(int minute) {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING", "order", "1");
    read(scenario, 5, "state", "DOWN");
    read(scenario, 12, "state", "DOWN", "order", "2");
    for (int at = 13; at < 16; at++) {
      if (at == minute) {
        read(scenario, at, "state", "DOWN", "why", "M");
      } else {
        read(scenario, at, "state", "DOWN");
      }
    }
    return end(scenario).store.row("efficiency_order s/a/l/m {level=machine}", START);
  }

  /** As the first one of a new line, or of another site. */
  @Test
  void ofAMachineForWhichNoReasonOfTheTreeHoldsAllStopsAreUncoded() {
    config.reasons =
        new ReasonTree(
            List.of(
                new ReasonTree.Node(
                    "Jam",
                    "Jam",
                    "Jam",
                    false,
                    false,
                    List.of("12"),
                    List.of(List.of("s/b")),
                    List.of())));
    FoldScenario scenario = end(day());
    assertThat(hour(scenario, "uncoded_s"))
        .isEqualTo(hour(scenario, "down_s") + hour(scenario, "idle_s"))
        .isPositive();
  }

  @Test
  void withoutATreeThereIsNoUncodedTime() {
    config.reasons = ReasonTree.NONE;
    FoldScenario scenario = end(day());
    assertThat(hour(scenario, "uncoded_s")).isNaN();
    assertThat(hour(scenario, "planned_stop_s")).isZero();
    assertThat(
            scenario.store.row(
                "stops s/a/l/m {category=down, reason=12, shift=all}", START + 600 * SECOND))
        .containsEntry("duration_s", 300.0)
        .containsEntry("reason_machine", "12");
  }

  /** Whatever the reasons: no time is lost or counted twice, also over restarts. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theTreeMovesTimeAndLosesNone(int seed) {
    Random random = new Random(seed);
    FoldScenario with = new FoldScenario(config);
    EfficiencyConfigBuilder plain = new EfficiencyConfigBuilder();
    plain.state = config.state;
    plain.silentAfter = config.silentAfter;
    FoldScenario without = new FoldScenario(plain);
    String[] states = {"RUNNING", "RUNNING", "DOWN", "IDLE", "SETUP"};
    String[] whys = {"12", "M", "X", ""};
    for (int second = 0; second < 6 * 3600; second += 20 + random.nextInt(100)) {
      Object[] fields =
          random.nextBoolean()
              ? new Object[] {"state", states[random.nextInt(states.length)]}
              : new Object[] {"why", whys[random.nextInt(whys.length)]};
      with.from(FoldScenario.MACHINE, START + second * SECOND, fields);
      without.from(FoldScenario.MACHINE, START + second * SECOND, fields);
      if (random.nextInt(60) == 0) {
        with.restart();
      }
    }
    with.flush();
    without.flush();
    int moved = 0;
    for (Map.Entry<String, Map<String, Object>> row :
        without.store.rows("efficiency s/a/l/m ").entrySet()) {
      Map<String, Object> mine = with.store.rows("efficiency s/a/l/m ").get(row.getKey());
      double planned = value(mine, "planned_stop_s");
      assertThat(planned + value(mine, "planned_busy_s"))
          .as(row.getKey())
          .isEqualTo(value(row.getValue(), "planned_busy_s"));
      assertThat(value(mine, "run_s")).isEqualTo(value(row.getValue(), "run_s"));
      assertThat(value(mine, "unknown_s")).isEqualTo(value(row.getValue(), "unknown_s"));
      double stops = value(mine, "down_s") + value(mine, "idle_s") + value(mine, "setup_s");
      assertThat(value(mine, "uncoded_s")).isBetween(0.0, stops + 1e-6);
      moved += planned > 0 ? 1 : 0;
    }
    assertThat(moved).isGreaterThan(10);
  }

  private static double value(Map<String, Object> row, String field) {
    return (Double) row.get(field);
  }

  /** Its first part is another state by a person, the next one planned by its own reason. */
  @Test
  void whatIsLeftOfAStopIsCountedOnceInItsOwnRows() {
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING");
    read(scenario, 20, "state", "IDLE", "why", "M");
    read(scenario, 40, "state", "RUNNING", "why", "");
    correct(scenario, 20, 25, new Change.Reclassified(MachineState.DOWN, null));
    correct(scenario, 30, 40, new Change.ReasonGiven(new Change.Why("", "Jam", "", false)));
    end(scenario);
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly(
            "06:20:00Z {category=down, reason=Meeting, shift=all} 300.0 x1.0",
            "06:30:00Z {category=idle, reason=Jam, shift=all} 600.0 x1.0");
  }

  /** What its own word plans goes on as planned behind the silence, and has no row that counts. */
  @Test
  void aStopThatGoesOnBehindASilenceIsCountedInItsFirstRow() {
    config.silentAfter = Duration.ofMinutes(12);
    ReasonTree.Node pause = node("Pause", "Organisation", true, List.of("IDLE"));
    config.reasons = new ReasonTree(List.of(parent("Organisation", pause)));
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING");
    read(scenario, 10, "state", "IDLE");
    read(scenario, 15, "state", "IDLE");
    read(scenario, 30, "state", "IDLE");
    read(scenario, 40, "state", "RUNNING");
    correct(scenario, 35, 40, new Change.ReasonGiven(new Change.Why("", "Jam", "", false)));
    for (int minute = 50; minute < 90; minute += 10) {
      read(scenario, minute, "state", "RUNNING");
    }
    end(scenario);
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly(
            "06:15:00Z {category=unknown, reason=silent, shift=all} 900.0 x1.0",
            "06:35:00Z {category=idle, reason=Jam, shift=all} 300.0 x1.0");
  }

  /** In a declared planned stop setup counts, and where the machine's own reason plans it not. */
  @Test
  void aDeclaredPlannedStopKeepsWhatTheReasonOfTheMachinePlansUntilAPersonSaysAnother() {
    FoldScenario scenario = new FoldScenario(config);
    read(scenario, 0, "state", "RUNNING");
    read(scenario, 10, "state", "SETUP", "why", "M");
    read(scenario, 40, "state", "RUNNING", "why", "");
    correct(scenario, 15, 20, new Change.PlannedStopDeclared(null));
    Change.Why jam = new Change.Why("Mechanical", "Jam", "", false);
    correct(scenario, 20, 35, new Change.PlannedStopDeclared(jam));
    end(scenario);
    assertThat(hour(scenario, "planned_stop_s")).isEqualTo(900);
    assertThat(hour(scenario, "setup_s")).isEqualTo(900);
    assertThat(scenario.store.stops(FoldScenario.MACHINE))
        .containsExactly("06:20:00Z {category=setup, reason=Jam, shift=all} 900.0 x1.0");
  }

  private void correct(FoldScenario scenario, int from, int to, Change change) {
    long start = START + from * ShiftCalendar.MINUTE;
    long end = START + to * ShiftCalendar.MINUTE;
    Asset machine = new Asset("s", "a", "l", "m");
    Origin origin = new Origin("anna", end, "");
    scenario.fold.correct(
        new Correction(corrections++, machine, start, end, false, change, "", List.of(), origin));
  }

  /**
   * A minute is closed by the first reading behind it, whether that comes alone or among others.
   */
  @Test
  void aReasonThatIsReportedBehindAMinuteDoesNotChangeItHoweverTheReadingsArrive() {
    FoldScenario prompt = new FoldScenario(config);
    FoldScenario inBlocks = new FoldScenario(config);
    for (int block = 0; block < 10; block++) {
      for (int i = 0; i < 9; i++) {
        oneMinute(prompt, 9 * block + i);
        oneMinute(inBlocks, 9 * block + 8 - i);
      }
    }
    assertThat(StoredRows.differences(prompt.flush().store, inBlocks.flush().store)).isEmpty();
    String before = "2026-03-02T06:15:00Z";
    assertThat(prompt.number("minute", "all", before, "down_s")).isEqualTo(60);
    assertThat(hour(prompt, "planned_stop_s")).isEqualTo(1200);
  }

  private static void oneMinute(FoldScenario scenario, int minute) {
    String state = minute >= 10 && minute < 30 ? "DOWN" : "RUNNING";
    if (minute == 20) {
      read(scenario, minute, "state", state, "why", "M");
    } else {
      read(scenario, minute, "state", state);
    }
  }
}
