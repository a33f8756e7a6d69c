package io.weir.gateway.bench;

/**
 * A line of the table that {@code make bench} prints at its end. The script takes it out of the
 * output by its first character.
 */
final class BenchRow {

  private BenchRow() {}

  /**
   * Prints one.
   *
   * @param figure what was measured, with its unit
   * @param yardstick what ran beside it, "" for none
   * @param measured the median of the rounds
   * @param before what was measured when the goal was set, "" for nothing
   * @param goal what is to be reached
   */
  static void print(String figure, String yardstick, String measured, String before, String goal) {
    System.out.println(
        "= | " + String.join(" | ", figure, yardstick, measured, before, goal) + " |");
  }

  /** Prints one that could not be measured here. */
  static void notRun(String figure, String why, String before, String goal) {
    print(figure, "", "not run: " + why, before, goal);
  }
}
