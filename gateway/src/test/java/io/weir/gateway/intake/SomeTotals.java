package io.weir.gateway.intake;

/** Totals of a log that is not small, for tests that open one. */
public final class SomeTotals {

  private SomeTotals() {}

  /**
   * @param receiveMaximum messages that the broker of each source may have in flight
   */
  public static IntakeTotals of(int receiveMaximum) {
    return new IntakeTotals(source -> receiveMaximum, Long.MAX_VALUE);
  }
}
