package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.LineCalendar;
import io.weir.gateway.efficiency.config.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calendars of lines in the file. */
class LineCalendarConfigTest {

  private static final String START =
      """
      gateway: { id: a }
      sources: [ { name: p, type: http } ]
      sinks: [ { name: h, type: embedded } ]
      efficiency:
        defaults: { state: { metric: state, running: [RUN] } }
        shifts: [ { name: early, start: "06:00", end: "14:00" } ]
        overtime: [ { date: 2026-03-07, start: "15:00", end: "20:00" } ]
        holidays: [ 2026-12-25 ]
        closures: [ { from: 2026-03-04T10:00, to: 2026-03-04T12:00 } ]
        production-day: "06:00"
        calendars:
      """;

  /** A list beside that of the calendars. */
  private static final String TARGETS =
      """
      #targets:
      - { asset: "plant-a/*", oee: 0.8, from: 2026-03-01, to: %2$s }
      - { product: lid, shift: %1$s, oee: 0.7 }
      - { asset: "plant-a/*", oee: 0.9, from: 2026-07-01 }
      """;

  @TempDir Path folder;

  private Path write(String calendars) throws IOException {
    return Files.writeString(
        folder.resolve("gateway.yaml"),
        START + calendars.indent(4).replace("    #targets:", "  targets:"));
  }

  private EfficiencyConfig read(String calendars) throws Exception {
    return Objects.requireNonNull(
        ConfigLoader.load(write(calendars), Map.of(), List.of()).efficiency());
  }

  private List<String> problems(String calendars) throws IOException {
    Path file = write(calendars);
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(file, Map.of(), List.of()));
    return refused.problems().stream()
        .map(problem -> problem.toString().replace(file.toString(), "gateway.yaml"))
        .toList();
  }

  @Test
  void aCalendarHasWhatItSaysAndTheRestFromThePlant() throws Exception {
    EfficiencyConfig read =
        read(
            """
            - { asset: plant-a/hall-2/line-3, shifts: [ { name: day, start: "07:00", end: "15:30" } ] }
            - { asset: "plant-a/hall-2", holidays: [] , production-day: "00:00" }
            - asset: plant-b
              overtime: [ { date: 2026-03-08, start: "15:00", end: "20:00" } ]
            """);
    LineCalendar own = read.calendars().get(0);
    assertThat(own.calendar().shifts())
        .extracting(EfficiencyConfig.Shift::name)
        .containsOnly("day");
    assertThat(own.calendar().holidays()).containsExactly(LocalDate.of(2026, 12, 25));
    assertThat(own.calendar().closures()).hasSize(1);
    assertThat(own.calendar().productionDay()).isEqualTo(LocalTime.of(6, 0));
    EfficiencyConfig.Calendar others = read.calendars().get(1).calendar();
    assertThat(others.shifts()).isEqualTo(read.calendar().shifts());
    assertThat(others.holidays()).isEmpty();
    assertThat(others.productionDay()).isEqualTo(LocalTime.MIDNIGHT);
    assertThat(read.calendars().get(2).calendar().shifts())
        .extracting(EfficiencyConfig.Shift::name)
        .containsExactly("early", "overtime", "overtime");
    assertThat(read.calendarOf("plant-a/hall-2/line-3")).isEqualTo("plant-a/hall-2/line-3");
    assertThat(read.calendarOf("plant-a/hall-2/line-4")).isEqualTo("plant-a/hall-2");
    assertThat(read.calendarOf("plant-a/hall-21/line-4")).isEmpty();
    assertThat(read.calendarOf("plant-b/x/y")).isEqualTo("plant-b");
  }

  @Test
  void whatIsWrongIsNamedWithItsLine() throws IOException {
    assertThat(
            problems(
                """
                - asset: plant-a/hall-2/*
                  shifts: [ { name: day, start: "07:00", end: "15:30" },
                    { name: late, start: "15:00", end: "22:00" } ]
                - { asset: plant-a/hall-1/line-1/m-1, holidays: [ 2026-02-30 ] }
                - { asset: plant-a/hall-2/*, holidays: [] }
                - { asset: plant-c }
                - asset: plant-d
                  overtime: [ { date: 2026-03-09, start: "13:00", end: "18:00" } ]
                """))
        .containsExactlyInAnyOrder(
            "gateway.yaml:14: efficiency.calendars[0].shifts[late].start: overlaps the shift 'day'",
            "gateway.yaml:15: efficiency.calendars[1].asset: must be a pattern of site, area and"
                + " line such as plant-a/hall-1/*, or of the first of them; all machines of a line"
                + " have one calendar",
            "gateway.yaml:15: efficiency.calendars[1].holidays: there is no date '2026-02-30'",
            "gateway.yaml:16: efficiency.calendars[2].asset: is never used: it is already in line"
                + " 12",
            "gateway.yaml:17: efficiency.calendars[3].asset: has nothing beside it (add what"
                + " differs, such as shifts)",
            "gateway.yaml:19: efficiency.calendars[4].overtime[0].start: overlaps the shift"
                + " 'early'");
  }

  @Test
  void targetsAreReadAndWhatIsWrongWithThemIsNamedWithItsLine() throws Exception {
    EfficiencyConfig read =
        read(
            """
            - { asset: plant-b, shifts: [ { name: day, start: "07:00", end: "15:30" } ] }
            """
                + TARGETS.formatted("day", "2026-06-30"));
    assertThat(read.targets())
        .containsExactly(
            new Target(
                0.8, "plant-a/*", null, null, LocalDate.of(2026, 3, 1), LocalDate.of(2026, 6, 30)),
            new Target(0.7, null, "lid", "day", LocalDate.MIN, LocalDate.MAX),
            new Target(0.9, "plant-a/*", null, null, LocalDate.of(2026, 7, 1), LocalDate.MAX));
    assertThat(
            problems(
                "- { asset: plant-b, holidays: [] }\n" + TARGETS.formatted("eraly", "2026-07-01")))
        .containsExactlyInAnyOrder(
            "gateway.yaml:15: efficiency.targets[1].shift: no shift is called 'eraly'"
                + " (did you mean 'early'?)",
            "gateway.yaml:16: efficiency.targets[2].oee: the target in line 14 holds at the same"
                + " time");
    assertThat(
            problems(
                "- { asset: plant-b, holidays: [] }\n" + TARGETS.formatted("early", "2026-01-31")))
        .containsExactly("gateway.yaml:14: efficiency.targets[0].to: is before from");
  }

  @Test
  void aShiftHasOneLabelInEachLanguageWhateverCalendarNamesIt() throws Exception {
    String shift = "- { asset: plant-b, shifts: [ { name: early, start: '07:00', end: '15:00'";
    EfficiencyConfig read = read(shift + ", label: { de: Frühschicht, en: Morning } } ] }");
    assertThat(read.shiftLabels())
        .isEqualTo(Map.of("early", Map.of("de", "Frühschicht", "en", "Morning")));
    assertThat(read(shift + " } ] }").shiftLabels()).isEmpty();
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                read(
                    shift
                        + ", label: { de: Früh } } ] }\n"
                        + shift.replace("plant-b", "plant-c")
                        + ", label: { de: Frühschicht } } ] }"));
    assertThat(refused)
        .hasMessageContaining("label")
        .hasMessageContaining("differs from that of the same shift in");
  }
}
