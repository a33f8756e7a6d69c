package io.weir.gateway.efficiency;

/**
 * From one value of a counter to the next: how many pieces can have been made since, and whether it
 * rolled over, was reset, or is another counter.
 *
 * @param before NaN where none was read
 * @param sinceNs the time between them
 * @param cycleNs ideal cycle of the pieces, 0 where it is not known
 * @param rollover the first value that it cannot have, 0 where it never rolls over
 */
record CountStep(double before, double value, long sinceNs, long cycleNs, double rollover) {

  /** More pieces between two readings are a fault of the counter: flagged, and not counted. */
  static final double MOST_PIECES = 1e8;

  /** More than this many times what the ideal cycle allows is not plausible. */
  private static final long TOLERANCE = 2;

  double change() {
    return value - before;
  }

  /** Whether the ideal cycle is known and allows so many pieces. */
  boolean isPlausible(double pieces) {
    return cycleNs > 0 && isPlausible(pieces, cycleNs, sinceNs);
  }

  static boolean isPlausible(double pieces, long cycleNs, long sinceNs) {
    return pieces * cycleNs <= TOLERANCE * ((double) sinceNs + cycleNs);
  }

  boolean rollsOver() {
    return cycleNs > 0 ? isPlausible(rolled()) : rolled() <= rollover / 10;
  }

  /** The pieces made if it fell and rolled over; NaN where it cannot have rolled over. */
  double rolled() {
    return rolled(before, value, rollover);
  }

  static double rolled(double before, double value, double rollover) {
    return before < rollover ? rollover - before + value : Double.NaN;
  }

  /** Whether it was reset: it fell, did not roll over, and did not return from a fault. */
  boolean isReset() {
    double fall = before - value;
    return fall > 0 && !rollsOver() && (fall <= MOST_PIECES || (value >= 0 && isPlausible(value)));
  }

  /** Whether it fell a little, to more than can have been made since. */
  boolean isOfAnEarlierClock() {
    return value < before && value > before / 2 && cycleNs > 0 && !isPlausible(value);
  }

  /** Whether nobody can have made the difference, and it neither rolled over nor was reset. */
  boolean isOfTwoCounters() {
    return cycleNs > 0
        && !isPlausible(Math.abs(change()))
        && (change() > 0 || !(isPlausible(value) || rollsOver()));
  }
}
