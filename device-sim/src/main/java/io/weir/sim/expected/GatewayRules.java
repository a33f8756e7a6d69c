package io.weir.sim.expected;

import java.time.ZoneId;
import java.util.Set;

/**
 * The settings of the gateway. The shifts are those of the simulator.
 *
 * @param silentAfterMs a machine without a reading for longer than this is unknown
 * @param microStopMs a stop shorter than this is a micro-stop
 * @param latenessMs a reading that is older than the newest by more than this does not count
 * @param reasons the reasons that the tree of reasons has; none where there is no tree
 */
public record GatewayRules(
    ZoneId zone, long silentAfterMs, long microStopMs, long latenessMs, Set<String> reasons) {

  /** The defaults of the gateway: 60 s, 120 s, 10 minutes. */
  public static GatewayRules defaults(ZoneId zone) {
    return new GatewayRules(zone, 60_000, 120_000, 600_000, Set.of());
  }

  /** The same, with a tree of reasons. */
  public GatewayRules withReasons(Set<String> words) {
    return new GatewayRules(zone, silentAfterMs, microStopMs, latenessMs, words);
  }
}
