package io.weir.sim.expected;

import java.time.ZoneId;

/**
 * What a gateway is configured to. The shifts are the simulator's own.
 *
 * @param silentAfterMs without a reading for longer, a machine is unknown
 * @param microStopMs a shorter stop is a micro-stop
 * @param latenessMs a reading that is older than the newest by more counts for nothing
 */
public record GatewayRules(ZoneId zone, long silentAfterMs, long microStopMs, long latenessMs) {

  /** What a gateway does unless told otherwise: 60 s, 120 s, 10 minutes. */
  public static GatewayRules usual(ZoneId zone) {
    return new GatewayRules(zone, 60_000, 120_000, 600_000);
  }
}
