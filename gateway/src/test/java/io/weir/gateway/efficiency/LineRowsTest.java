package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows of a line are those of its machines put together, after each minute of a plant in which
 * machines fall silent and come back: nothing is compared but what stands in the store.
 */
@Tag("slow")
class LineRowsTest {

  private static final int MINUTES = 200;
  private static final String BOTTLENECK = SilentLine.LINE + "/press";
  private static final List<String> TIMES =
      Stream.concat(StoredRows.TIMES.stream(), Stream.of("known_s")).toList();

  private static final long SHIFT = StoredRows.nanos("2026-03-02T06:00:00Z");
  private static final long PAUSE = StoredRows.nanos("2026-03-02T07:00:00Z");

  private final List<String> wrong = new ArrayList<>();
  private int compared;

  /** Minutes from then on are not over. */
  private long lastMinute;

  /** Until then the bottleneck has told what it did, or is known to be silent. */
  private long toldTo;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aLineIsAtAnyTimeWhatItsMachinesAre(int seed) {
    SilentLine plant = new SilentLine(seed, MINUTES);
    long end = SilentLine.BEGIN + MINUTES * ShiftCalendar.MINUTE;
    plant.play(end, wallNs -> compare(plant.scenario.store, wallNs));
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(1000);
  }

  /** Compares the buckets that a line may still correct. */
  private void compare(StoredRows store, long wallNs) {
    if (Math.floorMod(wallNs / ShiftCalendar.MINUTE, 13) != 0) {
      return;
    }
    lastMinute = wallNs;
    toldTo = Math.max(lastRow(store, "minute") + ShiftCalendar.MINUTE, hoursTo(store));
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

  /** The start of the newest row of the bottleneck. */
  private static long lastRow(StoredRows store, String bucket) {
    return store.rows("efficiency " + BOTTLENECK + " {bucket=" + bucket).keySet().stream()
        .mapToLong(name -> StoredRows.nanos(name.substring(name.lastIndexOf(' ') + 1)))
        .max()
        .orElse(SilentLine.BEGIN);
  }

  /** The minute up to which its hours go: beyond the first hour of a silence, minutes have none. */
  private static long hoursTo(StoredRows store) {
    long hour = lastRow(store, "hour");
    double seconds = number(store.efficiency(BOTTLENECK, "hour", "all", hour), "calendar_s");
    return ShiftCalendar.minute(hour + Math.round(seconds * ShiftCalendar.SECOND)).start();
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
      checkPiecesByTheMinute(store, bucket, row, machines);
    }
  }

  /** Pieces of the machines beside the bottleneck are divided as its time is, minute by minute. */
  private void checkPiecesByTheMinute(
      StoredRows store,
      String bucket,
      Map<String, Object> row,
      Map<String, Map<String, Object>> machines) {
    long start = StoredRows.nanos(bucket.substring(bucket.lastIndexOf(' ') + 1));
    long length =
        bucket.startsWith("{bucket=minute")
            ? ShiftCalendar.MINUTE
            : bucket.startsWith("{bucket=hour") ? ShiftCalendar.HOUR : 24 * ShiftCalendar.HOUR;
    double unseen = 0;
    double unseenGood = 0;
    double stock = 0;
    for (long at = start; at < start + length && at < lastMinute; at += ShiftCalendar.MINUTE) {
      boolean early = at >= SHIFT && at < SHIFT + 8 * ShiftCalendar.HOUR;
      if (bucket.startsWith("{bucket=shift") && early != bucket.contains("shift=early")) {
        continue;
      }
      String shift = early ? "early" : "none";
      Map<String, Object> press = store.efficiency(BOTTLENECK, "minute", shift, at);
      boolean pause = at >= PAUSE && at < PAUSE + 10 * ShiftCalendar.MINUTE;
      boolean awaited = at >= toldTo && at < toldTo + 2 * ShiftCalendar.MINUTE;
      double busy = number(press, "planned_busy_s");
      double share =
          !press.isEmpty()
              ? busy == 0 ? 0 : number(press, "unknown_s") / busy
              : pause || awaited ? 0 : 1;
      double made = made(store, "pack", shift, at, true) + madeScrap(store, "saw", shift, at);
      unseen += made * share;
      unseenGood += made(store, "pack", shift, at, false) * share;
      boolean still = press.isEmpty() ? pause : number(press, "run_s") == 0;
      stock += still ? made * (1 - share) : 0;
    }
    Map<String, Object> output = machines.getOrDefault("pack", Map.of());
    double gapScrap = 0;
    for (String upstream : List.of("saw", "press")) {
      Map<String, Object> of = machines.getOrDefault(upstream, Map.of());
      gapScrap += number(of, "gap_total") - number(of, "gap_good");
    }
    check(SilentLine.LINE, bucket, "gap_good", row, number(output, "gap_good") + unseenGood);
    check(
        SilentLine.LINE, bucket, "gap_total", row, number(output, "gap_total") + gapScrap + unseen);
    check(SilentLine.LINE, bucket, "stock_total", row, stock);
    check(
        SilentLine.LINE,
        bucket,
        "ideal_good_s",
        row,
        4 * (number(output, "ideal_good_s") / 3 - unseenGood));
  }

  private static double made(
      StoredRows store, String machine, String shift, long at, boolean total) {
    Map<String, Object> row =
        store.efficiency(SilentLine.LINE + "/" + machine, "minute", shift, at);
    return number(row, total ? "ideal_total_s" : "ideal_good_s") / 3;
  }

  private static double madeScrap(StoredRows store, String machine, String shift, long at) {
    return made(store, machine, shift, at, true) - made(store, machine, shift, at, false);
  }

  private void check(
      String line, String bucket, String field, Map<String, Object> row, double expected) {
    double found = number(row, field);
    if (Math.abs(found - expected) > 1e-4 && wrong.size() < 8) {
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
