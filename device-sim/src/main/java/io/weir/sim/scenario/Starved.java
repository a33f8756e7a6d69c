package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;
import io.weir.sim.plant.SimulatedState;

/**
 * No material reaches the machine.
 *
 * @param reason the reason that the operator enters; "" for none
 */
record Starved(String reason) implements EventEffect.Disturbance {

  static Starved read(YamlMapping mapping) {
    return new Starved(mapping.text("reason", ""));
  }

  @Override
  public void begin(MachineControls machine, long at, long until) {
    machine.stop(SimulatedState.STARVED, reason, at, until);
  }
}
