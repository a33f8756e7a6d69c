package io.weir.gateway.efficiency.model;

import java.util.Map;

/** What a machine told at one instant. */
public record Told(String asset, long time, Map<String, Object> values) {

  /** The metrics of all simulated machines. */
  public static final String STATE = "state";

  public static final String REASON = "reason";
  public static final String PRODUCT = "product";
  public static final String ORDER = "order_id";
  public static final String QUANTITY = "order_quantity";
  public static final String TOTAL = "total";
  public static final String GOOD = "good";
  public static final String SCRAP = "reject";
  public static final String ENERGY = "energy";
  public static final String TEMPERATURE = "temperature";
}
