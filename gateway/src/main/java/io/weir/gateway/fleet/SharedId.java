package io.weir.gateway.fleet;

/**
 * Finds out that two gateways report by one id. One that restarts begins later each time, and a
 * clock that is set back lets one seem to begin earlier, once; but two of them go back again and
 * again. Belongs to {@link Sites}, under its monitor.
 */
final class SharedId {

  /** What clocks and roundings make of one beginning. */
  private static final double SAME_S = 60;

  /** Reports from one step back to the next, by which they belong together. */
  private static final int WITHIN = 10;

  private double beganS = Double.NaN;
  private int sinceBack = WITHIN;
  private boolean shared;

  /**
   * Looks at a report that is newer than all before.
   *
   * @return whether another gateway has the id too
   */
  boolean isWith(GatewayReport report) {
    if (report.uptimeS() <= 0) { // it does not say
      return shared;
    }
    double began = report.timeNs() / 1e9 - report.uptimeS();
    boolean isBack = began < beganS - SAME_S;
    if (isBack) {
      shared = sinceBack < WITHIN;
      sinceBack = 0;
    } else {
      sinceBack = Math.min(WITHIN, sinceBack + 1);
      shared &= sinceBack < WITHIN;
    }
    beganS = began;
    return shared;
  }
}
