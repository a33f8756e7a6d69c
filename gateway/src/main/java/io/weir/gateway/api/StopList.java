package io.weir.gateway.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.gateway.live.Place;
import java.util.List;

/**
 * Stops of machines of which any part lies between two instants, in milliseconds since the epoch. A
 * stop is cut where its shift or a break ends.
 *
 * @param stops newest first
 * @param more whether older stops were left out of {@code stops}
 * @param pareto the sums of all stops, the largest first; a hundred at most
 * @param uncoded how many of all of them have no reason of the tree of reasons, as far as people
 *     are asked for one: no micro-stops, no unknown time, and nothing that is provisional. 0 where
 *     there is no tree
 */
public record StopList(
    long fromMs, long toMs, List<Stop> stops, boolean more, List<Sum> pareto, long uncoded) {

  /**
   * A stop, or its part in one shift, with all of its time.
   *
   * @param place of the machine
   * @param reason why, "" if unknown
   * @param reasonCategory of the reason in the tree of reasons, "" where it has none
   * @param seconds its length, up to now where it goes on
   * @param open whether it goes on
   * @param provisional whether it may still turn out to be something else: a micro-stop, or where
   *     the machine is silent, what its readings say that come later
   */
  public record Stop(
      @JsonUnwrapped Place place,
      long startMs,
      double seconds,
      String state,
      String reason,
      String reasonCategory,
      String shift,
      boolean open,
      boolean provisional) {}

  /**
   * The stops of one state and reason.
   *
   * @param seconds of a stop that goes on, up to the machine's newest reading
   * @param reasonCategory of the reason in the tree of reasons, "" where it has none
   * @param provisionalSeconds how much of it may still turn out to be something else
   * @param count how many stops; the parts of one in several shifts are one
   */
  public record Sum(
      String state,
      String reason,
      String reasonCategory,
      double seconds,
      double provisionalSeconds,
      long count) {}
}
