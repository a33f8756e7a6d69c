package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;

/** Figures and a configuration of figures, for tests of other packages. */
public final class InventedFigures {

  private static final long KNOWN_NS = 1_000_000_000_000L;

  private InventedFigures() {}

  /** Of a machine that ran all the time, and made of it what this OEE says; NaN for no cycle. */
  public static Figures oee(double oee) {
    long[] sums = Sums.none();
    sums[Sums.RUN] = KNOWN_NS;
    sums[Sums.IDEAL_GOOD] = Math.round(oee * KNOWN_NS);
    sums[Sums.CYCLE_KNOWN] = Double.isNaN(oee) ? 0 : 1;
    return new Figures(sums, Figures.Basis.MACHINE, 1);
  }

  public static EfficiencyConfig config() {
    return FoldedFigures.plant().build();
  }
}
