package io.weir.gateway.simulation;

/**
 * One fault of a scenario.
 *
 * @param at the turn in which it begins
 * @param turns how long it lasts
 * @param variant which of its forms, or where it strikes
 */
record Fault(FaultKind kind, int at, int turns, int variant) {

  boolean isAt(int turn) {
    return turn >= at && turn < at + turns;
  }

  /** A crash of the whole machine, and not of the process alone. */
  boolean isPowerFailure() {
    return kind == FaultKind.CRASH && variant % 3 != 0;
  }

  /** Reads what {@link #toString} wrote. */
  static Fault parse(String text) {
    String[] parts = text.split("[@+/]");
    return new Fault(
        FaultKind.valueOf(parts[0]),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]));
  }

  @Override
  public String toString() {
    return kind + "@" + at + "+" + turns + "/" + variant;
  }
}
