package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The identities between the figures of ISO 22400-2 hold for any sums, in what is stored. */
class FigureIdentitiesTest {

  private static final Asset MACHINE = new Asset("s", "a", "l", "m");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void ofAnySums(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      Map<String, Object> row = row(sums(random));
      hold(row);
      // none of the identities holds only because a figure is absent
      assertThat(row)
          .containsKeys(
              "oee", "nee", "mttf_s", "technical_efficiency", "rework_ratio", "equipment_load");
    }
  }

  private static long[] sums(Random random) {
    long[] sums = Sums.none();
    for (int time = 0; time < Sums.BUSY_TIMES; time++) {
      sums[time] = (random.nextInt(7200) + (time == Sums.RUN ? 1 : 0)) * ShiftCalendar.SECOND;
    }
    sums[Sums.CALENDAR] = Sums.plannedBusy(sums) + random.nextInt(3600) * ShiftCalendar.SECOND;
    boolean performance = random.nextBoolean();
    sums[Sums.APT] = sums[Sums.RUN] + (performance ? sums[Sums.MICRO_STOP] : 0);
    sums[Sums.REPAIR] = sums[Sums.DOWN];
    sums[Sums.FAILURES] = 1 + random.nextInt(9);
    int total = 1 + random.nextInt(5000);
    int scrap = random.nextInt(total);
    sums[Sums.TOTAL] = total * 1_000_000L;
    sums[Sums.SCRAP] = scrap * 1_000_000L;
    sums[Sums.REWORK] = random.nextInt(scrap + 1) * 1_000_000L;
    long cycle = 1 + random.nextInt(2_000_000_000);
    sums[Sums.IDEAL_TOTAL] = total * cycle;
    sums[Sums.IDEAL_SCRAP] = scrap * cycle;
    sums[Sums.CYCLE_KNOWN] = 1;
    Sums.complete(sums, 0b1101, false, true);
    return sums;
  }

  private static Map<String, Object> row(long[] sums) {
    FigureRows rows = new FigureRows(1, false, List.of(), null);
    BucketKey key = new BucketKey(BucketKind.SHIFT, 0, ShiftCalendar.HOUR, "early");
    rows.figures(MACHINE, key, new Figures(sums, Figures.Basis.MACHINE, 1));
    Map<String, Object> row = new TreeMap<>();
    for (Reading reading : rows.take()) {
      row.put(
          reading.metric(), reading.value() instanceof Value.Real real ? real.value() : "not real");
    }
    return row;
  }

  /** All identities whose figures a stored row has. */
  static void hold(Map<String, Object> row) {
    double utilization = get(row, "utilization_efficiency");
    double setup = get(row, "setup_ratio");
    double known = get(row, "known_s");
    equal("A", get(row, "availability"), utilization * get(row, "allocation_efficiency"));
    equal("OEE of NEE", get(row, "oee"), get(row, "nee") * (1 - setup) * seen(row));
    equal("load", get(row, "equipment_load"), get(row, "availability") * get(row, "effectiveness"));
    double technical = get(row, "technical_efficiency");
    if (utilization > 0) {
      equal("utilization", 1 / utilization, 1 / technical + setup / (1 - setup));
    }
    equal("scrap", 1, get(row, "quality_ratio") + get(row, "scrap_ratio"));
    double lost = get(row, "production_loss_ratio") + get(row, "rework_ratio");
    equal("loss", 1, get(row, "quality_ratio") + lost);
    double untilFailures = get(row, "mttf_s") * get(row, "failures");
    equal("MTTF", untilFailures + get(row, "down_s"), known - get(row, "idle_s"));
    double uses = get(row, "energy_planned_stop_kwh");
    for (String use : List.of("run", "setup", "stop", "unknown")) {
      uses += get(row, "energy_" + use + "_kwh");
    }
    equal("energy", uses, get(row, "energy_kwh"));
    double process = utilization * get(row, "allocation_ratio");
    equal("production process", get(row, "production_process_ratio"), process);
    equal("TEEP", get(row, "teep") * get(row, "calendar_s"), get(row, "oee") * known);
  }

  /** The OEE leaves out pieces of unknown time, which the quality ratio includes. */
  private static double seen(Map<String, Object> row) {
    double good = get(row, "ideal_good_s") / get(row, "ideal_total_s");
    return good / get(row, "quality_ratio");
  }

  /** Of an absent figure nothing is said. */
  private static void equal(String name, double one, double other) {
    if (!Double.isNaN(one) && !Double.isNaN(other)) {
      assertThat(one).as(name).isEqualTo(other, within(1e-9 * Math.max(1, Math.abs(one))));
    }
  }

  private static double get(Map<String, Object> row, String figure) {
    return row.get(figure) instanceof Double number ? number : Double.NaN;
  }

  /** 60 s less these two times is not 0 in floating point. */
  @Test
  void whereAllTimeIsSetupAndIdleThereIsNoTechnicalEfficiency() {
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    long at = StoredRows.nanos("2026-03-02T06:00:00Z");
    scenario.from(FoldScenario.MACHINE, at, "state", "SETUP");
    scenario.from(FoldScenario.MACHINE, at + 3_918_830_372L, "state", "IDLE");
    scenario.from(FoldScenario.MACHINE, at + ShiftCalendar.MINUTE, "state", "IDLE");
    for (int i = 2; i < 9; i++) {
      scenario.from(FoldScenario.MACHINE, at + i * ShiftCalendar.MINUTE, "state", "IDLE");
    }
    Map<String, Object> minute =
        scenario.flush().store.efficiency(FoldScenario.MACHINE, "minute", "all", at);
    assertThat(minute).containsEntry("setup_ratio", 1.0).doesNotContainKey("technical_efficiency");
  }
}
