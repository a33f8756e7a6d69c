package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which signals are asked for.
 *
 * @param metrics names; none for all
 * @param toMs the end of the time, milliseconds since the epoch; {@code null} for now
 * @param minutes its length
 * @param points of each signal at most, 1 to 2000
 */
public record SignalQuery(
    Asset machine, Set<String> metrics, @Nullable Long toMs, int minutes, int points) {

  /** The same of another machine. */
  public SignalQuery of(Asset other) {
    return new SignalQuery(other, metrics, toMs, minutes, points);
  }
}
