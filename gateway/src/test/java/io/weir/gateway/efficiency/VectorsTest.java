package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Published worked examples, given to the fold as readings. */
class VectorsTest {

  /**
   * A shift from 06:00 in which the machine has each state for the given minutes, one after
   * another, and at its end has made the given pieces.
   */
  private static Figures shift(
      double cycleSeconds,
      int minutes,
      EfficiencyConfig.Break[] breaks,
      int total,
      int good,
      Object... states) {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    String end = String.format("%02d:%02d", 6 + minutes / 60, minutes % 60);
    config.shift("day", "06:00", end, breaks);
    config.cycle =
        new EfficiencyConfig.ConstantCycle(Duration.ofNanos(Math.round(cycleSeconds * 1e9)));
    config.silentAfter = Duration.ofHours(24);
    config.microStop = Duration.ofSeconds(1);
    FoldScenario scenario = new FoldScenario(config);
    long at = StoredRows.nanos("2026-03-02T06:00:00Z");
    long last = at + minutes * ShiftCalendar.MINUTE;
    scenario.from(FoldScenario.MACHINE, at, "total", 0, "good", 0, "state", states[0]);
    for (int i = 0; i < states.length; i += 2) {
      scenario.from(FoldScenario.MACHINE, at, "state", states[i]);
      at += Math.round((Double) states[i + 1] * ShiftCalendar.MINUTE);
    }
    scenario.from(FoldScenario.MACHINE, last, "total", total, "good", good);
    return scenario.fold.snapshot(last).machines().get(0).last() == null
        ? scenario.fold.snapshot(last).machines().get(0).shift().figures()
        : scenario.fold.snapshot(last).machines().get(0).last().figures();
  }

  private static void agrees(double figure, double expected) {
    assertThat(figure).isEqualTo(expected, within(0.00005));
  }

  @Test
  void t1VorneEightHourShift() {
    EfficiencyConfig.Break[] breaks = {
      EfficiencyConfigBuilder.pause("08:00", 15),
      EfficiencyConfigBuilder.pause("10:00", 30),
      EfficiencyConfigBuilder.pause("12:00", 15)
    };
    // the breaks are idle; 47 minutes of planned time down
    Figures f =
        shift(
            1, 480, breaks, 19271, 18848, "RUNNING", 120.0, "IDLE", 15.0, "RUNNING", 105.0, "IDLE",
            30.0, "RUNNING", 90.0, "IDLE", 15.0, "DOWN", 47.0, "RUNNING", 58.0);
    agrees(f.plannedBusy(), 420 * 60);
    agrees(f.availability(), 0.888095);
    agrees(f.effectiveness(), 0.861081);
    agrees(f.qualityRatio(), 0.978050);
    agrees(f.oee(), 0.747937);
    agrees(f.teep(), 18848 / (480 * 60.0));
  }

  private static Figures shift(
      double cycleSeconds, int total, int good, double planned, double down, double running) {
    return shift(
        cycleSeconds,
        (int) (planned + down + running),
        new EfficiencyConfig.Break[0],
        total,
        good,
        "MAINTENANCE",
        planned,
        "DOWN",
        down,
        "RUNNING",
        running);
  }

  private static void agree(Figures f, double a, double e, double q, double oee) {
    agrees(f.availability(), a);
    agrees(f.effectiveness(), e);
    agrees(f.qualityRatio(), q);
    agrees(f.oee(), oee);
  }

  @Test
  void t2ToT5ShiftsWithOneStop() {
    agree(shift(30, 700, 675, 45, 30, 405), 0.931034, 0.864198, 0.964286, 0.775862);
    agree(shift(30, 400, 392, 20, 60, 400), 0.869565, 0.5, 0.98, 0.426087);
    agree(shift(60, 400, 380, 0, 60, 420), 0.875, 0.952381, 0.95, 0.791667);
    agree(shift(60, 300, 294, 60, 42, 378), 0.9, 0.793651, 0.98, 0.7);
  }

  @Test
  void t6ScheduledDownTimeStaysInTheDenominatorWhereItIsReportedAsSetup() {
    Figures f =
        shift(
            60,
            16 * 60,
            new EfficiencyConfig.Break[0],
            100,
            100,
            "RUNNING",
            12.26 * 60,
            "SETUP",
            1.66 * 60,
            "DOWN",
            2.08 * 60);
    assertThat(f.availability()).isEqualTo(0.7663, within(0.0001));
  }

  @Test
  void t7MtbfAndMttrComeFromSums() {
    long[] sums = Sums.none();
    sums[Sums.APT] = 2496 * ShiftCalendar.HOUR;
    sums[Sums.FAILURES] = 4;
    assertThat(new Figures(sums, Figures.Basis.MACHINE, 1).mtbf()).isEqualTo(624 * 3600.0);
    sums[Sums.FAILURES] = 2;
    sums[Sums.REPAIR] = 8 * ShiftCalendar.HOUR;
    assertThat(new Figures(sums, Figures.Basis.MACHINE, 1).mttr()).isEqualTo(4 * 3600.0);
  }

  /** Of 270 pieces, 260 were good, 7 scrap and 3 to be reworked. */
  @Test
  void t8PiecesThatAreNotGood() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.silentAfter = Duration.ofHours(24);
    FoldScenario scenario = new FoldScenario(config);
    scenario.read(
        "2026-03-02T06:00:00Z",
        "state",
        "RUNNING",
        "total",
        0,
        "reject",
        0,
        "good",
        0,
        "rework",
        0);
    scenario.read("2026-03-02T07:00:00Z", "total", 270, "reject", 7, "good", 260, "rework", 3);
    Figures f = scenario.now("2026-03-02T07:00:00Z").shift().figures();
    agrees(f.scrapRatio(), 0.025926);
    agrees(f.reworkRatio(), 0.011111);
    agrees(f.productionLossRatio(), 0.025926);
    agrees(f.qualityRatio(), 0.962963);
  }

  /**
   * The test of {@code experimental/oee.APQ} of Flux: eight hours planned, running for three of
   * them; parts and bad parts so far.
   */
  @Test
  void theTestOfFlux() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder().shift("day", "00:00", "08:00");
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(30));
    config.silentAfter = Duration.ofHours(9);
    FoldScenario scenario = new FoldScenario(config);
    scenario.read("2026-03-02T00:00:00Z", "state", "RUNNING", "total", 1200, "reject", 10);
    scenario.read("2026-03-02T01:00:00Z", "total", 1300, "reject", 11);
    scenario.read("2026-03-02T02:00:00Z", "state", "DOWN", "total", 1400, "reject", 11);
    scenario.read("2026-03-02T03:00:00Z", "state", "RUNNING", "total", 1400, "reject", 11);
    scenario.read("2026-03-02T03:30:00Z", "total", 1440, "reject", 14);
    scenario.read("2026-03-02T04:00:00Z", "state", "DOWN");
    scenario.read("2026-03-02T08:00:00Z", "state", "DOWN");
    scenario.read("2026-03-02T08:01:00Z", "state", "DOWN");
    scenario.read("2026-03-02T08:30:00Z", "state", "DOWN");
    Map<String, Object> row =
        scenario
            .flush()
            .store
            .efficiency(FoldScenario.MACHINE, "shift", "day", "2026-03-02T00:00:00Z");
    assertThat((Double) row.get("availability")).isEqualTo(0.375);
    assertThat((Double) row.get("effectiveness")).isEqualTo(2 / 3.0, within(1e-12));
    assertThat((Double) row.get("quality_ratio")).isEqualTo(236 / 240.0);
    assertThat((Double) row.get("oee")).isEqualTo(0.24583333333, within(1e-9));
    assertThat(row.get("final")).isEqualTo(true);
  }

  @Test
  void t8EveryElementAtOnce() {
    Figures f =
        shift(
            60,
            420,
            new EfficiencyConfig.Break[0],
            270,
            260,
            "RUNNING",
            300.0,
            "SETUP",
            60.0,
            "STARVED",
            40.0,
            "IDLE",
            20.0);
    agrees(f.availability(), 0.714286);
    agrees(f.effectiveness(), 0.9);
    agrees(f.qualityRatio(), 0.962963);
    agrees(f.oee(), 0.619048);
    agrees(f.nee(), 0.742857);
    agrees(f.allocationEfficiency(), 0.952381);
    agrees(f.utilizationEfficiency(), 0.75);
    agrees(f.technicalEfficiency(), 0.882353);
    agrees(f.setupRatio(), 0.166667);
    agrees(f.equipmentLoad(), 0.714286 * 0.9);
    agrees(f.losses().speed(), 300 * 60 - 270 * 60);
    assertThat(f.losses().availability())
        .extracting(Figures.TimeLoss::state)
        .containsExactly("setup", "starved", "idle");
  }

  /** A published example as a day of one machine, and what its shift has in the end. */
  private record Vector(
      String name,
      int cycleSeconds,
      EfficiencyConfig.Break[] breaks,
      int total,
      int reject,
      Map<String, Double> figures,
      Object... states) {

    /** How long it has been in a state, in seconds. */
    private int length(int state) {
      return (int) Math.round(((Number) states[state + 1]).doubleValue() * 60);
    }

    int minutes() {
      return IntStream.range(0, states.length / 2).map(i -> length(2 * i)).sum() / 60;
    }

    EfficiencyConfigBuilder config() {
      EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
      int end = 6 * 60 + minutes();
      config.shift("day", "06:00", String.format("%02d:%02d", end / 60 % 24, end % 60), breaks);
      config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(cycleSeconds));
      config.counts =
          EfficiencyConfigBuilder.count(
              "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
      config.silentAfter = Duration.ofMinutes(65);
      config.microStop = Duration.ofSeconds(1);
      return config;
    }

    /** Its states, each with its counts, at their begin and each half hour. */
    List<Message> told(FoldScenario scenario) {
      List<Message> messages = new ArrayList<>();
      int runs = 0;
      for (int i = 0; i < states.length; i += 2) {
        runs += states[i].equals("RUNNING") ? length(i) : 0;
      }
      int begin = 0;
      int ran = 0;
      for (int i = 0; i < states.length; i += 2) {
        boolean runsNow = states[i].equals("RUNNING");
        for (int second = 0; second < length(i); second += 1800) {
          tell(scenario, messages, begin + second, states[i], ran + (runsNow ? second : 0), runs);
        }
        begin += length(i);
        ran += runsNow ? length(i) : 0;
      }
      tell(scenario, messages, begin, states[states.length - 2], ran, runs);
      return messages;
    }

    private void tell(
        FoldScenario to, List<Message> messages, int second, Object state, int ran, int runs) {
      long at = BEGIN + second * ShiftCalendar.SECOND;
      int made = 20_000 + total * ran / runs;
      int bad = 700 + reject * ran / runs;
      Object[] counts = {"total", made, "reject", bad};
      String machine = FoldScenario.MACHINE;
      messages.add(to.message(machine, at, at, Quality.GOOD, "state", state));
      messages.add(to.message(machine, at, at, Quality.GOOD, counts));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final long BEGIN = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final EfficiencyConfig.Break[] NO_BREAKS = {};

  private static Map<String, Double> oee(double a, double e, double q, double oee) {
    return Map.of("availability", a, "effectiveness", e, "quality_ratio", q, "oee", oee);
  }

  private static final List<Vector> VECTORS =
      List.of(
          new Vector(
              "T1",
              1,
              new EfficiencyConfig.Break[] {
                EfficiencyConfigBuilder.pause("08:00", 15),
                EfficiencyConfigBuilder.pause("10:00", 30),
                EfficiencyConfigBuilder.pause("12:00", 15)
              },
              19_271,
              423,
              oee(0.888095, 0.861081, 0.978050, 0.747937),
              "RUNNING",
              120,
              "IDLE",
              15,
              "RUNNING",
              105,
              "IDLE",
              30,
              "RUNNING",
              90,
              "IDLE",
              15,
              "DOWN",
              47,
              "RUNNING",
              58),
          oneStop("T2", 30, 700, 25, 45, 30, 405, oee(0.931034, 0.864198, 0.964286, 0.775862)),
          oneStop("T3", 30, 400, 8, 20, 60, 400, oee(0.869565, 0.5, 0.98, 0.426087)),
          oneStop("T4", 60, 400, 20, 0, 60, 420, oee(0.875, 0.952381, 0.95, 0.791667)),
          oneStop("T5", 60, 300, 6, 60, 42, 378, oee(0.9, 0.793651, 0.98, 0.7)),
          new Vector(
              "T6",
              60,
              NO_BREAKS,
              500,
              0,
              Map.of("availability", 0.76625),
              "RUNNING",
              735.6,
              "SETUP",
              99.6,
              "DOWN",
              124.8),
          new Vector(
              "T7",
              60,
              NO_BREAKS,
              300,
              0,
              Map.of("mttr_s", 4 * 3600.0, "mtbf_s", 4 * 3600.0),
              "RUNNING",
              300,
              "DOWN",
              300,
              "RUNNING",
              180,
              "DOWN",
              180),
          new Vector(
              "T8",
              60,
              NO_BREAKS,
              270,
              7,
              Map.of("availability", 0.714286, "effectiveness", 0.9, "nee", 0.751429),
              "RUNNING",
              300,
              "SETUP",
              60,
              "STARVED",
              40,
              "IDLE",
              20));

  private static Vector oneStop(
      String name,
      int cycleSeconds,
      int total,
      int reject,
      int planned,
      int down,
      int running,
      Map<String, Double> figures) {
    Object[] states = {"MAINTENANCE", planned, "DOWN", down, "RUNNING", running};
    return new Vector(name, cycleSeconds, NO_BREAKS, total, reject, figures, states);
  }

  static Stream<Arguments> vectors() {
    return Stream.of(7, 0, 1, 2, 3, 4, 5, 6)
        .limit(Soak.count(3, 8))
        .map(VECTORS::get)
        .flatMap(
            vector ->
                IntStream.of(31, 1, 2, 4, 8, 16)
                    .limit(Soak.count(1, 6))
                    .mapToObj(disturbances -> Arguments.of(vector, disturbances)));
  }

  private static final int DOUBLED = 1;
  private static final int LATE = 2;
  private static final int RESTARTS = 4;
  private static final int NOISE = 8;
  private static final int AHEAD = 16;

  /** What is no reading of a count, and what says nothing. */
  private static void addNoise(
      FoldScenario scenario, List<Message> told, List<Message> to, Random random) {
    Object[] values = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, "1e999", "", "NaN", -1, -7.5
    };
    String machine = FoldScenario.MACHINE;
    for (Message beside : told.subList(2, told.size() - 2)) {
      long at = beside.receiveTimeNs() + (random.nextInt(100) - 50) * ShiftCalendar.SECOND;
      Object value = values[random.nextInt(values.length)];
      String count = random.nextBoolean() ? "total" : "reject";
      Object[] bad = {"state", "DOWN", "total", 9_999};
      to.add(scenario.message(machine, at, at, Quality.GOOD, count, value));
      to.add(scenario.message(machine, at, at, Quality.BAD, bad));
    }
    for (int i = 1; i + 2 < told.size(); i += 2) { // where nothing is made, nothing is lost by it
      Message before = told.get(i);
      if (before.readings().get(0).value().equals(told.get(i + 2).readings().get(0).value())) {
        long at = before.receiveTimeNs() + 70 * ShiftCalendar.SECOND;
        double huge = i % 4 == 1 ? 1e300 : 9e18;
        to.add(scenario.message(machine, at, at, Quality.GOOD, "total", huge));
      }
    }
  }

  /**
   * Doubled, late within what is allowed, with restarts between, with what is no reading and signs
   * of life of the future: the figures are those of the example, to the last digit. All of it at
   * once, of three examples; in {@code make soak} of all, and each disturbance alone too.
   */
  @ParameterizedTest
  @MethodSource("vectors")
  void anExampleIsTheSameHoweverItsReadingsCome(Vector vector, int disturbances) {
    Random random = new Random(disturbances);
    FoldScenario plain = new FoldScenario(vector.config());
    vector.told(plain).forEach(plain::accept);
    FoldScenario disturbed = new FoldScenario(vector.config());
    List<Message> told = vector.told(disturbed);
    List<Message> comes = new ArrayList<>(told);
    if ((disturbances & DOUBLED) != 0) {
      comes.addAll(vector.told(disturbed));
    }
    if ((disturbances & NOISE) != 0) {
      addNoise(disturbed, told, comes, random);
    }
    Map<Message, Long> arrival = new IdentityHashMap<>();
    for (Message message : comes) {
      boolean late = (disturbances & LATE) != 0 && random.nextBoolean();
      long delay = late ? random.nextInt(290) * ShiftCalendar.SECOND : 0;
      arrival.put(message, message.receiveTimeNs() + delay);
    }
    for (int i = 0; i < told.size() && (disturbances & AHEAD) != 0; i += 3) {
      long at = told.get(i).receiveTimeNs();
      long future = at + 290 * ShiftCalendar.SECOND;
      Message ahead =
          disturbed.message(FoldScenario.MACHINE, future, at, Quality.GOOD, "temperature", 20.5);
      arrival.put(ahead, at);
      comes.add(ahead);
    }
    comes.sort(Comparator.comparing(arrival::get));
    for (int i = 0; i < comes.size(); i++) {
      disturbed.accept(comes.get(i));
      if ((disturbances & RESTARTS) != 0 && i % Soak.count(15, 1) == 0) {
        disturbed.restart();
      }
    }
    long end = BEGIN + (vector.minutes() + 24) * ShiftCalendar.MINUTE;
    for (FoldScenario each : List.of(plain, disturbed)) {
      each.from(FoldScenario.MACHINE, end, "temperature", 20.5).flush();
    }
    Map<String, Object> right = shiftOf(plain);
    vector.figures.forEach((figure, value) -> agrees((Double) right.get(figure), value));
    assertThat(shiftOf(disturbed)).isEqualTo(right);
  }

  private static Map<String, Object> shiftOf(FoldScenario scenario) {
    Map<String, Object> row =
        scenario.store.efficiency(FoldScenario.MACHINE, "shift", "day", BEGIN);
    row.keySet().removeAll(List.of("revision", "implausible"));
    return row;
  }
}
