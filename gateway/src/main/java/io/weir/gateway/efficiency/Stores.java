package io.weir.gateway.efficiency;

import java.util.List;

/**
 * The stores that figures go to, as a recompute knows them.
 *
 * @param readable those that give readings back, in the order in which they are asked
 * @param keepingBoth the names of those that keep a former value beside the one that replaces it
 */
public record Stores(List<StoredReadings> readable, List<String> keepingBoth) {

  /** No store gives anything back. */
  public static final Stores NONE = new Stores(List.of(), List.of());

  /** What no store gives back, or not in full; for people. */
  static final List<String> NOT_GIVEN_BACK =
      List.of(
          "when a reading was received: late ones are taken as if they had come in time",
          "readings of bad quality, and what was set aside because a field had another type",
          "what a deadband, a rate or a filter left out, which the log does not have either",
          "of two values of one metric at one instant, the first",
          "parts of a second finer than the precision of the store",
          "signs of life from measurements that hold no metric of the figures",
          "deaths of Sparkplug, ends that another asset tells, and when the gateway was away:"
              + " machines with alive hold what they told last",
          "statistics of signals: their rows are made again only from the log",
          "what the retention of the store has removed or thinned");
}
