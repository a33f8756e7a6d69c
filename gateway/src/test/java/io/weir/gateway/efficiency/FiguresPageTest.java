package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.figure.FigureFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every number on the page that explains the figures is what the fold makes of the same shift. */
class FiguresPageTest {

  private static final Path PAGE = Path.of("../docs/reference/figures.md");
  private static final String MORNING = "2026-03-02T06:00:00Z";
  private static final long START = StoredRows.nanos(MORNING);

  /** Pieces made where the machine can be seen, those not good among them, and those unseen. */
  private static final int MADE = 5_740;

  private static final int SCRAP = 116;
  private static final int REWORK = 29;
  private static final int GAP = 60;
  private static final int PLANNED = 6_000;
  private static final int HALF_MINUTES = 2 * 320;

  /** The states of the shift, in minutes; the break follows from the calendar. */
  private static final List<Map.Entry<String, Integer>> SHIFT =
      List.of(
          Map.entry("SETUP", 30),
          Map.entry("RUNNING", 90),
          Map.entry("DOWN", 25),
          Map.entry("RUNNING", 30),
          Map.entry("STARVED", 15),
          Map.entry("RUNNING", 41),
          Map.entry("IDLE", 9 + 30), // the break in it
          Map.entry("RUNNING", 60),
          Map.entry("SILENT", 5),
          Map.entry("DOWN", 15),
          Map.entry("BLOCKED", 10),
          Map.entry("MAINTENANCE", 20),
          Map.entry("RUNNING", 50),
          Map.entry("JAM", 1),
          Map.entry("RUNNING", 49));

  private static final FoldScenario WHOLE = shift();

  private static final Map<String, Object> STORED =
      WHOLE.store.efficiency(FoldScenario.MACHINE, "shift", "early", MORNING);

  private static final Map<String, Object> ORDER =
      WHOLE.store.row("efficiency_order s/a/l/m {level=machine}", START);

  record TableRow(String name, List<String> cells) {
    double number(int column) {
      return Double.parseDouble(cells.get(column));
    }

    /** As exact as it is printed. */
    Offset<Double> exactness(int column) {
      int scale = new BigDecimal(cells.get(column)).scale();
      return within(0.5000001 * Math.pow(10, -scale));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<TableRow> figures() {
    return table("| field |");
  }

  static Stream<TableRow> figuresOfTheOrder() {
    return table("| field of the order |");
  }

  static Stream<TableRow> examples() {
    return table("| example |");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("figures")
  void aFigureOfTheShiftIsWhatThePageSays(TableRow row) {
    double figure = ((Number) Objects.requireNonNull(STORED.get(row.name()))).doubleValue();
    assertThat(figure).isEqualTo(row.number(3), row.exactness(3));
  }

  @Test
  void everyFieldOfTheStoreIsExplained() throws IOException {
    assertThat(FigureFields.names())
        .allSatisfy(name -> assertThat(Files.readString(PAGE)).contains("| `" + name + "`"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("figuresOfTheOrder")
  void aFigureOfTheOrderIsWhatThePageSays(TableRow row) {
    double figure = ((Number) Objects.requireNonNull(ORDER.get(row.name()))).doubleValue();
    assertThat(figure).isEqualTo(row.number(3), row.exactness(3));
  }

  /** The shift, a reading each half minute; one order is made in it. */
  private static FoldScenario shift() {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30));
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(3));
    config.reasons = new ReasonTree(List.of(reason("SETUP"), reason("DOWN")));
    config.order = new EfficiencyConfig.OrderSignals("order", "product", "quantity");
    FoldScenario scenario = new FoldScenario(config);
    scenario.from(
        FoldScenario.MACHINE, START, "order", "4711", "product", "lid", "quantity", PLANNED);
    long at = START;
    int ran = 0;
    int total = 0;
    for (Map.Entry<String, Integer> each : SHIFT) {
      String state = each.getKey();
      int minutes = each.getValue();
      if (state.equals("SILENT")) {
        total = GAP;
        at += minutes * ShiftCalendar.MINUTE;
        continue;
      }
      for (int half = 0; half < 2 * minutes; half++) {
        read(scenario, at, state, ran, total);
        ran += state.equals("RUNNING") ? 1 : 0;
        at += 30 * ShiftCalendar.SECOND;
      }
      read(scenario, at, state, ran, total);
    }
    scenario.from(FoldScenario.MACHINE, at, "energy", 87, "order", "");
    return scenario.flush();
  }

  private static ReasonTree.Node reason(String name) {
    return new ReasonTree.Node(name, name, name, false, false, List.of(), List.of(), List.of());
  }

  private static void read(
      FoldScenario scenario, long at, String state, int halfMinutesRun, int unseen) {
    int total = MADE * halfMinutesRun / HALF_MINUTES;
    int scrap = SCRAP * halfMinutesRun / HALF_MINUTES;
    scenario.from(
        FoldScenario.MACHINE,
        at,
        "state",
        state,
        "total",
        total + unseen,
        "good",
        total + unseen - scrap,
        "rework",
        REWORK * halfMinutesRun / HALF_MINUTES);
    if (at == START) {
      scenario.from(FoldScenario.MACHINE, at, "energy", 0);
    }
  }

  /** In one go each, one after another; what is planned is a break at the start. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void aPublishedExampleComesOutAsThePageSays(TableRow row) {
    int planned = (int) row.number(6);
    int minutes = planned + (int) (row.number(1) + row.number(2) + row.number(3));
    minutes += (int) (row.number(4) + row.number(5));
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    EfficiencyConfig.Break[] breaks =
        planned == 0
            ? new EfficiencyConfig.Break[0]
            : new EfficiencyConfig.Break[] {EfficiencyConfigBuilder.pause("06:00", planned)};
    config.shift("day", "06:00", "%02d:%02d".formatted(6 + minutes / 60, minutes % 60), breaks);
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds((long) row.number(7)));
    config.silentAfter = Duration.ofHours(24);
    FoldScenario scenario = new FoldScenario(config);
    scenario.from(FoldScenario.MACHINE, START, "state", "IDLE", "total", 0, "good", 0);
    long at = START + planned * ShiftCalendar.MINUTE;
    List<String> states = List.of("RUNNING", "SETUP", "DOWN", "STARVED", "IDLE");
    for (int i = 0; i < states.size(); i++) {
      if (row.number(i + 1) > 0) {
        scenario.from(FoldScenario.MACHINE, at, "state", states.get(i));
        at += (long) row.number(i + 1) * ShiftCalendar.MINUTE;
      }
    }
    scenario.from(
        FoldScenario.MACHINE, at, "total", (int) row.number(8), "good", (int) row.number(9));
    Map<String, Object> stored =
        scenario.flush().store.efficiency(FoldScenario.MACHINE, "shift", "day", MORNING);
    List<String> fields = List.of("availability", "effectiveness", "quality_ratio", "oee", "nee");
    for (int i = 0; i < fields.size(); i++) {
      assertThat((Double) stored.get(fields.get(i)))
          .as(fields.get(i))
          .isEqualTo(row.number(10 + i), row.exactness(10 + i));
    }
  }

  private static Stream<TableRow> table(String heading) {
    try {
      return Files.readAllLines(PAGE).stream()
          .dropWhile(line -> !line.startsWith(heading))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .map(line -> Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList())
          .map(cells -> new TableRow(cells.get(0).replace("`", ""), cells));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
