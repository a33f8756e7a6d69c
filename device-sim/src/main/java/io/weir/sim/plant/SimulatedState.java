package io.weir.sim.plant;

/** The state of a machine. It publishes the name. */
public enum SimulatedState {
  /** Making pieces. */
  RUNNING,
  /** Changeover to another product. */
  SETUP,
  /** Stopped for a minute at most, usually: a jam, a missing label, no operator. */
  IDLE,
  /** The machine before it delivers no pieces. */
  STARVED,
  /** The machine after it accepts no pieces. */
  BLOCKED,
  /** Broken down, by itself never shorter than {@link MachineModel#SHORTEST_BREAKDOWN_MS}. */
  DOWN,
  /** Planned maintenance. */
  MAINTENANCE
}
