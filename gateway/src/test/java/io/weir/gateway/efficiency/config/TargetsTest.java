package io.weir.gateway.efficiency.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.StoredRows;
import io.weir.gateway.model.Asset;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TargetsTest {

  private static final Asset LINE = new Asset("s", "a", "l", null);
  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final String MONDAY = "2026-03-02T06:00:00Z";

  private final EfficiencyConfigBuilder config =
      new EfficiencyConfigBuilder().shift("early", "06:00", "14:00");

  private TargetsTest aim(
      double oee, @Nullable String asset, @Nullable String product, @Nullable String shift) {
    config.targets.add(new Target(oee, asset, product, shift, LocalDate.MIN, LocalDate.MAX));
    return this;
  }

  private TargetsTest from(double oee, String from, String to) {
    config.targets.add(
        new Target(oee, null, null, null, LocalDate.parse(from), LocalDate.parse(to)));
    return this;
  }

  private double of(Asset asset, String product, String shift, String start) {
    return new Targets(config.build()).of(asset, product, shift, StoredRows.nanos(start));
  }

  @Test
  void withoutTargetsTheOneOfThePlantHolds() {
    assertThat(of(LINE, "", "early", MONDAY)).isEqualTo(0.75);
    aim(0.9, "s/b", null, null).aim(0.8, null, "lid", null).aim(0.7, null, null, "late");
    assertThat(of(LINE, "", "early", MONDAY)).isEqualTo(0.75);
  }

  @Test
  void theMostSpecificHoldsInWhateverOrderTheyStand() {
    aim(0.10, null, null, "early").aim(0.11, "s", null, null).aim(0.12, "s/*", null, null);
    aim(0.13, "s/a", null, null).aim(0.14, "s/a", null, "early").aim(0.15, null, "lid", null);
    aim(0.16, "s/a/l/m", null, null).aim(0.17, "s/a/l/m", "lid", null);
    assertThat(of(Asset.NONE, "", "early", MONDAY)).as("shift").isEqualTo(0.10);
    assertThat(of(new Asset("s", null, null, null), "", "early", MONDAY)).isEqualTo(0.11);
    assertThat(of(LINE, "", "late", MONDAY)).as("fewer stars").isEqualTo(0.13);
    assertThat(of(LINE, "", "early", MONDAY)).as("place, then shift").isEqualTo(0.14);
    assertThat(of(MACHINE, "", "early", MONDAY)).as("more levels before a shift").isEqualTo(0.16);
    assertThat(of(MACHINE, "lid", "early", MONDAY)).isEqualTo(0.17);
    assertThat(of(LINE, "lid", "early", MONDAY)).as("product before place").isEqualTo(0.15);
  }

  @Test
  void aTargetHoldsFromItsFirstDateOfProductionToItsLast() {
    config.productionDay = "06:00";
    from(0.8, "2026-03-02", "2026-03-03").from(0.9, "2026-03-03", "2026-03-31");
    assertThat(of(LINE, "", "early", "2026-03-02T05:59:00Z")).isEqualTo(0.75);
    assertThat(of(LINE, "", "early", MONDAY)).isEqualTo(0.8);
    assertThat(of(LINE, "", "early", "2026-03-03T05:59:00Z")).isEqualTo(0.8);
    assertThat(of(LINE, "", "early", "2026-03-03T06:00:00Z")).as("began last").isEqualTo(0.9);
    assertThat(of(LINE, "", "early", "2026-04-01T05:59:00Z")).isEqualTo(0.9);
    assertThat(of(LINE, "", "early", "2026-04-01T06:00:00Z")).isEqualTo(0.75);
  }

  @Test
  void theDateIsThatOfTheCalendarOfTheLine() {
    EfficiencyConfigBuilder late = new EfficiencyConfigBuilder();
    late.productionDay = "12:00";
    config.calendarOf("s/a/l", late);
    from(0.8, "2026-03-02", "2026-03-02");
    assertThat(of(MACHINE, "", "all", "2026-03-03T11:00:00Z")).isEqualTo(0.8);
    assertThat(of(new Asset("s", "a", "k", null), "", "x", "2026-03-03T11:00:00Z")).isEqualTo(0.75);
  }
}
