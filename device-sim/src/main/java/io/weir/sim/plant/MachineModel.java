package io.weir.sim.plant;

import java.util.List;

/** A model of machine: the values on its nameplate, and how it behaves. */
enum MachineModel {
  PRESS("press", 0.94, 0.010, 18, 62, 4.2),
  ROBOT("robot", 1.00, 0.006, 7, 41, 1.1),
  PAINT("paint", 0.97, 0.018, 24, 78, 0.8),
  PACK("pack", 0.92, 0.004, 5, 35, 1.9);

  /** A breakdown is never so short that a gateway counts it as a micro-stop. */
  static final long SHORTEST_BREAKDOWN_MS = 150_000;

  /**
   * A cause that stops a machine by itself. Only running time counts towards the next stop.
   *
   * @param meanRunMs mean running time between two stops (exponential distribution)
   * @param shortestMs shortest duration
   * @param meanMs mean duration (the shortest plus an exponential rest)
   * @param reasons what an operator enters, one of them for each stop
   */
  record StopCause(
      SimulatedState state, long meanRunMs, long shortestMs, long meanMs, List<String> reasons) {}

  static final List<StopCause> STOPS =
      List.of(
          new StopCause(
              SimulatedState.IDLE,
              minutes(18),
              8_000,
              30_000,
              List.of("jam", "label missing", "nobody there")),
          new StopCause(
              SimulatedState.DOWN,
              minutes(240),
              SHORTEST_BREAKDOWN_MS,
              minutes(7),
              List.of("motor overload", "hydraulic leak", "sensor fault")),
          new StopCause(
              SimulatedState.SETUP, minutes(360), minutes(4), minutes(9), List.of("tool change")),
          new StopCause(
              SimulatedState.MAINTENANCE,
              minutes(1200),
              minutes(10),
              minutes(20),
              List.of("lubrication")));

  private final String prefix;
  private final double cycleFactor;
  private final double scrapProbability;
  private final int runningKilowatts;
  private final double workingCelsius;
  private final double runningMillimetresPerSecond;

  MachineModel(
      String prefix,
      double cycleFactor,
      double scrapProbability,
      int runningKilowatts,
      double workingCelsius,
      double runningMillimetresPerSecond) {
    this.prefix = prefix;
    this.cycleFactor = cycleFactor;
    this.scrapProbability = scrapProbability;
    this.runningKilowatts = runningKilowatts;
    this.workingCelsius = workingCelsius;
    this.runningMillimetresPerSecond = runningMillimetresPerSecond;
  }

  String prefix() {
    return prefix;
  }

  /** Its ideal cycle time, relative to that of its line. */
  double cycleFactor() {
    return cycleFactor;
  }

  double scrapProbability() {
    return scrapProbability;
  }

  /** Electric power. It is constant within a state, so that energy is exact. */
  long watts(SimulatedState state) {
    long running = runningKilowatts * 1000L;
    return switch (state) {
      case RUNNING -> running;
      case SETUP -> running * 45 / 100;
      case IDLE, STARVED, BLOCKED -> running * 30 / 100;
      case DOWN, MAINTENANCE -> running * 8 / 100;
    };
  }

  /** The temperature that it approaches in a state. */
  double celsius(SimulatedState state) {
    double ambient = 21;
    return switch (state) {
      case RUNNING -> workingCelsius;
      case SETUP, IDLE, STARVED, BLOCKED -> ambient + (workingCelsius - ambient) * 0.6;
      case DOWN, MAINTENANCE -> ambient;
    };
  }

  /** Mean vibration velocity. */
  double millimetresPerSecond(SimulatedState state) {
    return switch (state) {
      case RUNNING -> runningMillimetresPerSecond;
      case SETUP -> runningMillimetresPerSecond * 0.3;
      case IDLE, STARVED, BLOCKED -> runningMillimetresPerSecond * 0.1;
      case DOWN, MAINTENANCE -> 0.02;
    };
  }

  private static long minutes(int count) {
    return count * 60_000L;
  }
}
