package io.weir.gateway.efficiency.config;

import java.time.Duration;
import java.util.List;

/**
 * What is learned from the figures and told as a hint. It changes no figure.
 *
 * @param enabled whether anything is learned
 * @param atLeast the share by which a cycle or an energy differs at least in a hint, above 0
 * @param threshold how many normal deviations from day to day a drift is at least
 * @param dismissedFor how long a dismissed hint stays away, unless the finding gets worse
 * @param signals whose drift is watched
 */
public record LearnedConfig(
    boolean enabled,
    double atLeast,
    double threshold,
    Duration dismissedFor,
    List<WatchedSignal> signals) {

  /** Nothing is learned. */
  public static final LearnedConfig OFF =
      new LearnedConfig(false, 0.05, 3.5, Duration.ofDays(90), List.of());

  /**
   * A signal whose drift is watched; its statistics are kept by {@code efficiency.signals}.
   *
   * @param asset pattern over the asset's path
   * @param metric a number
   * @param unit of its values, for people; may be empty
   * @param atLeast by how much it differs at least in a hint, in that unit
   */
  public record WatchedSignal(String asset, String metric, String unit, double atLeast) {}
}
