package io.weir.sim.expected;

import java.time.ZoneId;

/**
 * The settings of the gateway. The shifts are those of the simulator.
 *
 * @param silentAfterMs a machine without a reading for longer than this is unknown
 * @param microStopMs a stop shorter than this is a micro-stop
 * @param latenessMs a reading that is older than the newest by more than this does not count
 */
public record GatewayRules(ZoneId zone, long silentAfterMs, long microStopMs, long latenessMs) {

  /** The defaults of the gateway: 60 s, 120 s, 10 minutes. */
  public static GatewayRules defaults(ZoneId zone) {
    return new GatewayRules(zone, 60_000, 120_000, 600_000);
  }
}
