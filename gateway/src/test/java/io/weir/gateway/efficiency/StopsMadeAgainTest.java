package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stops that reach into hours that are made again. */
@Tag("slow")
class StopsMadeAgainTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T12:00:00Z");

  /**
   * A machine that stands from some seconds before an hour until a quarter past, and said a minute
   * after the hour that it runs.
   *
   * @param delay how much later that arrives
   */
  private static List<Message> readings(long hour, int before, String state, long delay) {
    FoldScenario scenario = new FoldScenario(plant());
    List<Message> messages = new ArrayList<>();
    int total = 0;
    for (long at = BEGIN; at < hour + 3 * HOUR; at += 20 * SECOND) {
      boolean stands = at >= hour - before * SECOND && at < hour + 15 * MINUTE;
      boolean late = at == hour + MINUTE;
      if (stands && !late && state.isEmpty()) {
        continue;
      }
      total += stands ? 0 : 5;
      messages.add(
          scenario.message(
              "s/a/l/m",
              at,
              late ? at + delay : at,
              Quality.GOOD,
              "state",
              stands && !late ? state : "RUNNING",
              "total",
              total));
    }
    messages.sort(Comparator.comparingLong(Message::receiveTimeNs));
    return messages;
  }

  private static EfficiencyConfigBuilder plant() {
    EfficiencyConfigBuilder plant = FoldedFigures.plant();
    plant.lines.clear(); // no machine is expected
    return plant;
  }

  /** What stands when all was made again that nobody asked for. */
  private static Map<String, Map<String, Object>> rows(
      long hour, int before, String state, long delay) throws IOException {
    RecomputedPlant plant = new RecomputedPlant(plant(), new MemoryLog(), BEGIN);
    plant.runTo(hour + 3 * HOUR, readings(hour, before, state, delay));
    for (int i = 0; i < 3; i++) {
      plant.now += 2 * HOUR;
      for (int step = 0; step < 200; step++) {
        plant.live.step();
        plant.recompute.step();
      }
    }
    Map<String, Map<String, Object>> rows = new TreeMap<>(plant.store.content());
    rows.keySet().removeIf(name -> name.matches(".*(bucket=day|bucket=shift.*late).*")); // open
    rows.keySet()
        .removeIf(
            name -> StoredRows.nanos(name.substring(name.lastIndexOf(' ') + 1)) >= hour + HOUR);
    rows.values().removeIf(row -> Double.valueOf(0).equals(row.get("duration_s"))); // taken back
    return rows;
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-02T13:00:00Z, 40, DOWN",
    "2026-03-02T13:00:00Z, 1800, DOWN",
    "2026-03-02T13:00:00Z, 40, ''",
    "2026-03-02T13:00:00Z, 1800, ''",
    "2026-03-02T13:00:00Z, 40, ODD",
    "2026-03-02T14:00:00Z, 40, DOWN",
  })
  void endWhereALateReadingSaysSo(String hour, int before, String state) throws IOException {
    long at = StoredRows.nanos(hour);
    assertThat(
            StoredRows.differences(
                rows(at, before, state, 0), rows(at, before, state, HOUR + 30 * MINUTE)))
        .isEmpty();
  }
}
