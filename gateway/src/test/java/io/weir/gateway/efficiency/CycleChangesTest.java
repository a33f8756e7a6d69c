package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.CycleTable;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables of ideal cycles that change for dates of the past. */
class CycleChangesTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T00:00:00Z");
  private static final String BOTH = "A,,2,,2026-03-01|A,,3,2026-03-02,|B,,5,2026-03-01,";

  /** A configuration with a table of product, machine, seconds, valid-from, valid-to. */
  private static EfficiencyConfigBuilder config(String table) {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "06:00", "14:00")
            .shift("late", "14:00", "22:00");
    config.lateness = Duration.ofMinutes(1);
    List<String> lines = new ArrayList<>(List.of("product,machine,seconds,valid-from,valid-to"));
    lines.addAll(List.of(table.split("\\|")));
    config.cycle = new EfficiencyConfig.ProductCycle("product", Map.of(), CycleTable.dated(lines));
    return config;
  }

  private static FoldScenario fold(EfficiencyConfigBuilder config, String... machines) {
    FoldScenario scenario = new FoldScenario(config);
    for (String machine : machines) {
      scenario.from(machine, BEGIN, "product", "A", "state", "RUNNING", "total", 0);
    }
    for (int hour = 1; hour <= 60; hour++) {
      for (String machine : machines) {
        scenario.from(machine, BEGIN + hour * HOUR, "state", "RUNNING", "total", hour);
      }
    }
    return scenario.flush();
  }

  private static Remade changed(String from, String to, String... machines) {
    Fold before = fold(config(from), machines).fold;
    before.takeMarks();
    before.flushLines();
    Fold after = Fold.decode(before.encode(), config(to).build());
    Remade all = after.marks();
    List<PastSpan> ofDates = new ArrayList<>(all.again());
    // the open hour, shift and day of each machine are made again as after any change
    ofDates.removeIf(span -> span.equals(open(span.asset())));
    return new Remade(ofDates, all.not());
  }

  private static PastSpan open(String asset) {
    return span(asset, "2026-03-04T00:00:00Z", "2026-03-04T13:00:00Z");
  }

  private static PastSpan span(String asset, String from, String to) {
    return new PastSpan(asset, from == null ? null : Instant.parse(from), Instant.parse(to));
  }

  @Test
  void aCycleThatChangesFromAPastDateOnIsMadeAgainFromThere() {
    String machine = "s/a/l/m";
    Remade remade = changed(BOTH, "A,,2,,2026-03-02|A,,3,2026-03-03,|B,,9,2026-03-01,", machine);
    assertThat(remade.again())
        .as("not B, which the machine never made")
        .containsExactly(span(machine, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"));
    assertThat(remade.not()).isEmpty();
  }

  @Test
  void aCycleWithoutDatesHoldsFromNowOn() {
    assertThat(changed("A,,2,,", "A,,4,,", "s/a/l/m")).isEqualTo(new Remade(List.of(), List.of()));
    assertThat(changed(BOTH, BOTH + "|C,,4,2026-03-01,", "s/a/l/m"))
        .as("a product that was never made")
        .isEqualTo(new Remade(List.of(), List.of()));
  }

  @Tag("soak")
  @Test
  void whatIsTheSameForAllMachinesOfALineIsMadeAgainAsOne() {
    String before = "A,,3,,";
    String[] machines = {"s/a/l/m", "s/a/l/n", "s/a/k/o"};
    assertThat(changed(before, "A,,3,,2026-03-02|A,,4,2026-03-03,", machines).again())
        .containsExactly(span("", "2026-03-03T00:00:00Z", "2026-03-04T13:00:00Z"));
    assertThat(changed(before, before + "|A,s/a/l/*,4,2026-03-03,2026-03-03", machines).again())
        .contains(span("s/a/l", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"))
        .noneMatch(span -> span.asset().equals("s/a/k/o"));
    assertThat(changed(before, before + "|A,m,4,2026-03-03,2026-03-03", machines).again())
        .anyMatch(span -> span.asset().equals("s/a/l/m"))
        .noneMatch(span -> span.asset().equals("s/a/l"));
  }

  @Test
  void whatIsOlderThanSixtyTwoDaysIsNamed() {
    Remade remade =
        changed("A,,3,2025-11-01,", "A,,3,2025-11-01,2025-11-30|A,,4,2025-12-01,", "s/a/l/m");
    assertThat(remade.again())
        .containsExactly(span("s/a/l/m", "2026-01-01T12:00:00Z", "2026-03-04T13:00:00Z"));
    assertThat(remade.not())
        .containsExactly(span("s/a/l/m", "2025-12-01T00:00:00Z", "2026-01-01T12:00:00Z"));
    assertThat(changed(BOTH, "A,,1,,", "s/a/l/m").not())
        .containsExactly(span("s/a/l/m", null, "2026-01-01T12:00:00Z"));
  }

  @Test
  void whatTheLogNoLongerHoldsIsNamed() {
    Remade remade =
        new Remade(
            List.of(
                span("a", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
                span("", "2026-03-01T00:00:00Z", "2026-03-04T00:00:00Z"),
                span("a", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z")),
            List.of(span("a", null, "2026-03-01T00:00:00Z")));
    Instant oldest = Instant.parse("2026-03-02T05:00:00Z");
    assertThat(remade.keptFrom(oldest).again())
        .containsExactly(
            span("", "2026-03-02T05:00:00Z", "2026-03-04T00:00:00Z"),
            span("a", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"));
    assertThat(remade.keptFrom(oldest).not())
        .containsExactly(
            span("", "2026-03-01T00:00:00Z", "2026-03-02T05:00:00Z"),
            span("a", null, "2026-03-02T00:00:00Z"));
    assertThat(remade.keptFrom(Instant.MIN).again()).isEqualTo(remade.again());
  }

  private static List<Message> readings(int hours) {
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    List<Message> messages = new ArrayList<>();
    for (long at = BEGIN; at < BEGIN + hours * HOUR; at += 50 * SECOND) {
      int total = (int) ((at - BEGIN) / (5 * SECOND));
      Object[] fields = {"state", "RUNNING", "total", total, "reject", 0, "product", "A"};
      messages.add(scenario.message("s/a/l/m", at, at, Quality.GOOD, fields));
    }
    return messages;
  }

  /** Without anyone asking, within an hour. */
  @Test
  void theRowsOfAPastDateBecomeThoseOfTheTableThatHoldsNow() throws IOException {
    List<Message> arrives = readings(40);
    String corrected = "A,,3,,2026-03-01|A,,4,2026-03-02,";
    RecomputedPlant always = new RecomputedPlant(config(corrected), new MemoryLog());
    always.runTo(BEGIN + 40 * HOUR, arrives);
    RecomputedPlant plant = new RecomputedPlant(config("A,,3,,"), new MemoryLog());
    plant.runTo(BEGIN + 36 * HOUR, arrives);
    String shift = "2026-03-02T14:00:00Z";
    Map<String, Object> before = plant.store.efficiency("s/a/l/m", "shift", "late", shift);
    Object oeeBefore = before.get("oee");
    plant.reload(config(corrected));
    plant.runTo(BEGIN + 40 * HOUR, arrives);
    plant.recomputeAll();
    Map<String, Object> row = plant.store.efficiency("s/a/l/m", "shift", "late", shift);
    Map<String, Object> right = always.store.efficiency("s/a/l/m", "shift", "late", shift);
    assertThat(oeeBefore).isNotEqualTo(right.get("oee"));
    assertThat(row).containsEntry("oee", right.get("oee")).containsEntry("origin", "log");
    assertThat(row.get("ideal_good_s")).isEqualTo(right.get("ideal_good_s"));
    assertThat(plant.revisions.fell).isEmpty();
  }
}
