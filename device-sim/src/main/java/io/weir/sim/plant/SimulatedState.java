package io.weir.sim.plant;

/** What a machine is doing, in the words it publishes. */
public enum SimulatedState {
  /** Making pieces. */
  RUNNING,
  /** Being changed over to another product. */
  SETUP,
  /** Stopped for less than a minute or so: a jam, a missing label, nobody there. */
  IDLE,
  /** No pieces come from the machine before. */
  STARVED,
  /** The machine after takes no pieces. */
  BLOCKED,
  /** Broken down; never shorter than {@link MachineModel#SHORTEST_BREAKDOWN_MS}. */
  DOWN,
  /** Planned maintenance. */
  MAINTENANCE
}
