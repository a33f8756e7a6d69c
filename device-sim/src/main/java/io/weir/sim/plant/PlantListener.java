package io.weir.sim.plant;

/** Is told everything that is played, as it is played, machine by machine in order of time. */
public interface PlantListener {

  /**
   * A machine begins a state.
   *
   * @param at epoch ms
   */
  void begins(MachinePath path, SimulatedState state, long at);

  /**
   * A machine spent [from, to) in a state; a long stay comes in several pieces that join.
   *
   * @param watts its power all that time
   */
  void spent(MachinePath path, SimulatedState state, long from, long to, long watts);

  /** A machine finished a piece at the instant. */
  void piece(MachinePath path, long at, boolean good);
}
