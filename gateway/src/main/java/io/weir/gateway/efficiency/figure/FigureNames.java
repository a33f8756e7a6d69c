package io.weir.gateway.efficiency.figure;

import io.weir.gateway.model.Derived;

/**
 * Names of the measurements and fields of figures, by the schema of {@code
 * docs/reference/efficiency.md}.
 */
public final class FigureNames {

  public static final String EFFICIENCY = "efficiency";
  public static final String PRODUCT = "efficiency_product";
  public static final String ORDER = "efficiency_order";
  public static final String STATE = "machine_state";
  public static final String STOPS = "stops";
  public static final String SIGNAL = "signal_quality";
  public static final String DEFECTS = "defects";
  public static final String ANNOTATIONS = Derived.ANNOTATIONS;

  /** Of a shift or a day of a machine: from its start to the minute to which the row reaches. */
  public static final String REACH = "reach_s";

  private FigureNames() {}
}
