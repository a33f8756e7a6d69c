package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;
import io.weir.sim.plant.SimulatedState;

/**
 * The machine is down.
 *
 * @param reason the reason that the operator enters; "" for none
 */
record Breakdown(String reason) implements EventEffect.Disturbance {

  static Breakdown read(YamlMapping mapping) {
    return new Breakdown(mapping.text("reason", ""));
  }

  @Override
  public void begin(MachineControls machine, long at, long until) {
    machine.stop(SimulatedState.DOWN, reason, at, until);
  }
}
