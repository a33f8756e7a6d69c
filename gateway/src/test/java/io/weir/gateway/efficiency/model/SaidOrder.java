package io.weir.gateway.efficiency.model;

/**
 * What a person says of the order that a machine, or each machine of a line, makes.
 *
 * @param at since when
 * @param order its id; "" where it is paused or finished without one
 * @param product "" for none
 * @param quantity NaN for none
 */
public record SaidOrder(
    String asset, long at, Step step, String order, String product, double quantity) {

  /** What happens to the order. */
  public enum Step {
    STARTED,
    PAUSED,
    FINISHED
  }

  /** The same of another instant. */
  SaidOrder from(long instant) {
    return new SaidOrder(asset, instant, step, order, product, quantity);
  }

  boolean isAbout(String machine) {
    return (machine + "/").startsWith(asset + "/");
  }
}
