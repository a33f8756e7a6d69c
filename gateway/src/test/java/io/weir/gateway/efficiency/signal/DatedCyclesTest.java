package io.weir.gateway.efficiency.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.efficiency.FoldScenario;
import io.weir.gateway.efficiency.StoredRows;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.CycleTable;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.Print;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cycle tables by machine and product, whose cycles hold from one date to another. */
class DatedCyclesTest {

  private static final List<String> TABLE =
      List.of(
          "# cycles of the hall",
          "product, machine, seconds, valid-from, valid-to",
          "A, , 2, , 2026-03-01",
          "A, , 1, 2026-03-02,",
          "A, m-2, 4, ,",
          "\"B, large\", s/a/*/m, 8, ,");

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  DatedCyclesTest() {
    config.cycle = new EfficiencyConfig.ProductCycle("product", Map.of(), CycleTable.dated(TABLE));
  }

  /** A piece each second for 20 minutes around midnight. */
  private static FoldScenario overMidnight(FoldScenario scenario, String machine) {
    long begin = StoredRows.nanos("2026-03-01T23:50:00Z");
    for (int i = 0; i <= 1200; i += 10) {
      scenario.from(
          machine, begin + i * ShiftCalendar.SECOND, "state", "RUNNING", "total", i, "good", i);
      if (i == 0) {
        scenario.from(machine, begin, "product", "A");
      }
      if (i == 300) {
        scenario.restart();
      }
    }
    scenario.from(machine, begin + 1260 * ShiftCalendar.SECOND, "state", "RUNNING");
    return scenario.flush();
  }

  @Test
  void aCycleHoldsFromItsDateAlsoWithinAShift() {
    config.shift("night", "22:00", "06:00");
    FoldScenario scenario = overMidnight(new FoldScenario(config), FoldScenario.MACHINE);
    assertThat(scenario.number("hour", "all", "2026-03-01T23:00:00Z", "ideal_total_s"))
        .isEqualTo(600 * 2);
    assertThat(scenario.number("hour", "all", "2026-03-02T00:00:00Z", "ideal_total_s"))
        .isEqualTo(600);
    assertThat(scenario.number("shift", "night", "2026-03-01T22:00:00Z", "ideal_total_s"))
        .isEqualTo(600 * 3);
  }

  @Test
  void aCycleOfTheMachineGoesBeforeOneOfAll() {
    FoldScenario scenario = overMidnight(new FoldScenario(config), "s/a/l/m-2");
    assertThat(scenario.store.efficiency("s/a/l/m-2", "hour", "all", "2026-03-02T00:00:00Z"))
        .containsEntry("ideal_total_s", 600 * 4.0);
  }

  @Test
  void aTableWithoutMachinesAndDatesIsReadAsBefore() {
    List<String> lines = List.of("product,seconds", "a, b,1.5");
    assertThat(CycleTable.isDated(lines)).isFalse();
    assertThat(CycleTable.parse(lines)).containsEntry("a, b", Duration.ofMillis(1500));
  }

  @Test
  void anotherTableHasAnotherPrint() {
    List<String> moved = List.of("product,seconds,valid-from", "A,1,2026-03-02");
    List<String> later = List.of("product,seconds,valid-from", "A,1,2026-03-03");
    assertThat(Print.of(new EfficiencyConfig.ProductCycle("p", Map.of(), CycleTable.dated(moved))))
        .isNotEqualTo(
            Print.of(new EfficiencyConfig.ProductCycle("p", Map.of(), CycleTable.dated(later))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          product,seconds,valid-till; A,1,; line 1: no column 'valid-till' is expected; there are
          product,machine; A,m; line 1: the column 'seconds' is missing
          product,seconds,machine; A,fast,m; line 2: 'fast' is not a number of seconds
          product,seconds,machine; A,,m; line 2: seconds is missing
          product,seconds,machine; ,1,m; line 2: product is missing
          product,seconds,valid-from; A,1,2.3.2026; line 2: valid-from takes a date such as 2026-03-02
          product,seconds,valid-from,valid-to; A,1,2026-03-02,2026-03-01; line 2: valid-to is before
          product,seconds,machine; A,1,m,x; line 2: has 4 values for 3 columns
          product,seconds,machine; "A,1,m; line 2: a double quote is not closed
          """)
  void aLineThatIsWrongIsNamed(String heading, String line, String problem) {
    assertThatThrownBy(() -> CycleTable.dated(List.of(heading, line)))
        .hasMessageStartingWith(problem);
  }

  @Test
  void twoCyclesOfOneMachineMayNotMeet() {
    assertThatThrownBy(
            () ->
                CycleTable.dated(
                    List.of(
                        "product,seconds,valid-from,valid-to",
                        "A,1,,2026-03-02",
                        "B,1,,",
                        "A,2,2026-03-02,")))
        .hasMessage("line 4: product 'A' has a cycle for that machine and date already, in line 2");
  }
}
