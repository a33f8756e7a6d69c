package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows of a line are those of its machines put together, after each minute of a plant in which
 * machines fall silent and come back: nothing is compared but what stands in the store.
 */
class LineRowsTest {

  private static final int MINUTES = 200;
  private static final List<String> TIMES =
      List.of(
          "run_s",
          "setup_s",
          "micro_stop_s",
          "starved_s",
          "blocked_s",
          "down_s",
          "idle_s",
          "unknown_s",
          "planned_stop_s",
          "calendar_s",
          "planned_busy_s",
          "known_s");

  private final List<String> wrong = new ArrayList<>();
  private int compared;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aLineIsAtAnyTimeWhatItsMachinesAre(int seed) {
    SilentLine plant = new SilentLine(seed, MINUTES);
    long end = SilentLine.BEGIN + MINUTES * ShiftCalendar.MINUTE;
    plant.play(end, wallNs -> compare(plant.scenario.store, wallNs));
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(1000);
  }

  /** Compares the buckets that a line may still correct. */
  private void compare(StoredRows store, long wallNs) {
    if (Math.floorMod(wallNs / ShiftCalendar.MINUTE, 11) != 0) {
      return;
    }
    for (String line : List.of(SilentLine.LINE, SilentLine.SUM)) {
      store
          .rows("efficiency " + line + " {")
          .forEach(
              (name, row) -> {
                String bucket = name.substring(("efficiency " + line + " ").length());
                if (!bucket.startsWith("{bucket=minute") || isRecent(name, wallNs)) {
                  compare(store, line, bucket, row);
                }
              });
    }
  }

  private static boolean isRecent(String name, long wallNs) {
    long start = StoredRows.nanos(name.substring(name.lastIndexOf(' ') + 1));
    return wallNs - start < 80 * ShiftCalendar.MINUTE;
  }

  private void compare(StoredRows store, String line, String bucket, Map<String, Object> row) {
    Map<String, Map<String, Object>> machines = new TreeMap<>();
    String ofMachine = bucket.replace("level=line", "level=machine");
    for (String machine : SilentLine.MACHINES) {
      if (machine.startsWith(line + "/")) {
        int instant = ofMachine.lastIndexOf(' ');
        Map<String, Object> fields =
            store.row(
                "efficiency " + machine + " " + ofMachine.substring(0, instant),
                StoredRows.nanos(ofMachine.substring(instant + 1)));
        if (!fields.isEmpty()) {
          machines.put(machine.substring(line.length() + 1), fields);
        }
      }
    }
    compared++;
    check(line, bucket, "members", row, machines.size());
    check(line, bucket, "energy_kwh", row, sum(machines, "energy_kwh"));
    boolean serial = line.equals(SilentLine.LINE);
    for (String field : TIMES) {
      double expected =
          serial ? number(machines.getOrDefault("press", Map.of()), field) : sum(machines, field);
      check(line, bucket, field, row, expected);
    }
    if (serial && row.containsKey("total")) {
      Map<String, Object> output = machines.getOrDefault("pack", Map.of());
      double upstream =
          number(machines.getOrDefault("saw", Map.of()), "scrap")
              + number(machines.getOrDefault("press", Map.of()), "scrap");
      check(line, bucket, "total", row, number(output, "total") + upstream);
      check(line, bucket, "scrap", row, number(output, "scrap") + upstream);
      check(line, bucket, "good", row, number(output, "good"));
    }
  }

  private void check(
      String line, String bucket, String field, Map<String, Object> row, double expected) {
    double found = number(row, field);
    if (Math.abs(found - expected) > 1e-6 && wrong.size() < 8) {
      wrong.add(line + " " + bucket + " " + field + " is " + found + ", not " + expected);
    }
  }

  private static double sum(Map<String, Map<String, Object>> machines, String field) {
    return machines.values().stream().mapToDouble(row -> number(row, field)).sum();
  }

  private static double number(Map<String, Object> row, String field) {
    return row.get(field) instanceof Double number ? number : 0;
  }
}
