package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.figure.FigureNames;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A serial line of one machine, which is its bottleneck and its output, has the figures of that
 * machine: every field that a machine has, also one that is new.
 */
class LineOfOneTest {

  private static final long START = StoredRows.nanos("2026-03-02T06:00:00Z");

  /** A line does not have them where it was known, or ran, for less than a tenth of the time. */
  private static final Set<String> ABSENT_IN_SHORT = Set.of("oee", "nee", "effectiveness");

  private static final String[] STATES = {"RUNNING", "RUNNING", "DOWN", "IDLE", "SETUP", "JAM"};
  private static final String[] WHYS = {"12", "M", "X", ""};

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  LineOfOneTest() {
    config.shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("07:00", 10));
    config.state =
        new EfficiencyConfig.StateMapping(
            List.of(new EfficiencyConfig.Signal("state", EfficiencyConfigBuilder.WORDS, null)),
            "why");
    config.reasons =
        new ReasonTree(
            List.of(
                new ReasonTree.Node(
                    "Jam", "Jam", "Jam", false, false, List.of("12"), List.of(), List.of()),
                new ReasonTree.Node(
                    "Meeting",
                    "Meeting",
                    "Ours",
                    true,
                    false,
                    List.of("M"),
                    List.of(),
                    List.of())));
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("m"), "m"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void itsRowsAreThoseOfTheMachine(int seed) {
    FoldScenario scenario = play(new Random(seed));
    Map<String, Map<String, Object>> lines = scenario.store.rows("efficiency s/a/l ");
    int compared = 0;
    for (Map.Entry<String, Map<String, Object>> row :
        scenario.store.rows("efficiency s/a/l/m ").entrySet()) {
      String name =
          row.getKey().replace("s/a/l/m ", "s/a/l ").replace("level=machine", "level=line");
      Map<String, Object> line = shared(lines.getOrDefault(name, Map.of()));
      Map<String, Object> machine = shared(row.getValue());
      machine
          .keySet()
          .removeIf(field -> ABSENT_IN_SHORT.contains(field) && !line.containsKey(field));
      machine.forEach(
          (field, value) ->
              assertThat(line.get(field)).as("%s of %s", field, name).isEqualTo(value));
      compared++;
    }
    assertThat(compared).isGreaterThan(300);
  }

  private FoldScenario play(Random random) {
    FoldScenario scenario = new FoldScenario(config);
    int total = 0;
    int reject = 0;
    int rework = 0;
    double energy = 0;
    for (int second = 0; second < 6 * 3600; second += 5 + random.nextInt(30)) {
      total += random.nextInt(20);
      reject += random.nextInt(10) == 0 ? 1 : 0;
      rework += random.nextInt(15) == 0 ? 1 : 0;
      energy += random.nextInt(8) / 8.0;
      scenario.from(
          FoldScenario.MACHINE,
          START + second * ShiftCalendar.SECOND,
          "state",
          STATES[random.nextInt(30) % STATES.length],
          "why",
          WHYS[random.nextInt(WHYS.length)],
          "total",
          total,
          "reject",
          reject,
          "rework",
          rework,
          "energy",
          energy);
      if (random.nextInt(200) == 0) {
        scenario.restart();
      }
    }
    return scenario.flush();
  }

  /** What both have: no revision, which says how often a row was told. */
  private static Map<String, Object> shared(Map<String, Object> row) {
    Map<String, Object> shared = new TreeMap<>(row);
    shared.keySet().removeAll(List.of("revision", "members", "expected", "basis", "undefined"));
    shared.keySet().remove(FigureNames.REACH); // rows of lines do not say it
    shared.keySet().removeIf(field -> field.startsWith("stock_"));
    return shared;
  }
}
