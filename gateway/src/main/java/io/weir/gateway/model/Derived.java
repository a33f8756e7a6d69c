package io.weir.gateway.model;

import java.util.Set;

/**
 * The measurements that a gateway derives from readings, and may revise. Where they come from
 * another gateway they are stored as they are; nothing is derived from them.
 */
public final class Derived {

  /** What people said about a machine afterwards. */
  public static final String ANNOTATIONS = "annotations";

  /** How a gateway reports itself. */
  public static final String REPORT = "gateway_report";

  /** All of them, also of later versions: a store holds no readings in them. */
  public static final Set<String> MEASUREMENTS =
      Set.of(
          "efficiency",
          "efficiency_order",
          "efficiency_product",
          "machine_state",
          "signal_quality",
          "defects",
          ANNOTATIONS,
          REPORT,
          "stops");

  private Derived() {}

  /** Whether a measurement is one of them. */
  public static boolean is(String measurement) {
    return MEASUREMENTS.contains(measurement);
  }
}
