package io.weir.sim.plant;

/** Receives everything that happens in a plant, for each machine in order of time. */
public interface PlantListener {

  /**
   * A machine enters a state.
   *
   * @param at epoch ms
   */
  void begins(MachinePath path, SimulatedState state, long at);

  /**
   * A machine was in a state during [from, to). A long stay is reported in several adjacent parts.
   *
   * @param watts its power during that time
   */
  void spent(MachinePath path, SimulatedState state, long from, long to, long watts);

  /** A machine finished a piece. */
  void piece(MachinePath path, long at, boolean good);
}
