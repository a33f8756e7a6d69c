package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the rows of a line say while machines are silent for longer than it keeps minutes. */
class ProvisionalLinesTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final String ROWS = "efficiency s/a/l {bucket=%s, level=line, shift=";

  private final FoldScenario scenario = new FoldScenario(config());
  private long now = BEGIN;
  private int pieces = 2; // of each machine, every 20 s
  private int total;

  private static EfficiencyConfigBuilder config() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder().shift("early", "06:00", "14:00");
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("pack"), "press"));
    return config;
  }

  /** Minutes go by in which these machines send. */
  private void run(int minutes, String... machines) {
    for (int i = 0; i < minutes; i++) {
      for (long at = now; at < now + MINUTE; at += 20 * SECOND) {
        total += pieces;
        for (String machine : machines) {
          send(machine, at);
        }
      }
      now += MINUTE;
      scenario.flush();
      scenario.tick(now);
    }
  }

  private void send(String machine, long at) {
    scenario.from("s/a/l/" + machine, at, "state", "RUNNING", "total", total, "reject", 0);
  }

  private Map<String, Map<String, Object>> rows(String bucket) {
    return scenario.store.rows(ROWS.formatted(bucket));
  }

  private double sum(String bucket, String field) {
    return rows(bucket).values().stream().mapToDouble(row -> (double) row.get(field)).sum();
  }

  @Test
  void piecesOfMinutesThatAreForgottenStayDividedAsTheMinutesSaid() {
    run(70, "press", "pack");
    pieces = 20;
    run(10, "pack");
    pieces = 1;
    run(200, "pack");
    assertThat(sum("minute", "gap_total")).isGreaterThan(500);
    for (String field : List.of("total", "gap_total", "gap_good")) {
      assertThat(sum("hour", field)).as("%s of hours", field).isEqualTo(sum("minute", field));
      assertThat(sum("shift", field)).as("%s of shifts", field).isEqualTo(sum("minute", field));
    }
  }

  @Test
  void aMinuteThatAMachineWritesAgainHoursLaterStillHasTheOneThatIsSilent() {
    run(70, "press", "pack", "saw");
    run(30, "pack", "saw");
    long last = now;
    run(40, "saw");
    run(80);
    send("pack", last - 15 * SECOND);
    send("pack", now);
    scenario.flush();
    String minutes = "efficiency s/a/l {bucket=minute, level=line, shift=early}";
    Map<String, Object> row = scenario.store.row(minutes, last - MINUTE);
    assertThat(row).containsEntry("members", 3.0).containsEntry("calendar_s", 60.0);
  }
}
