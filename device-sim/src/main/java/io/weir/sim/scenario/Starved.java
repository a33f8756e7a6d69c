package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;
import io.weir.sim.plant.SimulatedState;

/** No material comes to the machine. {@code reason}: what its operator says of it. */
record Starved(String reason) implements EventEffect.Disturbance {

  static Starved read(YamlMapping mapping) {
    return new Starved(mapping.text("reason", ""));
  }

  @Override
  public void begin(MachineControls machine, long at, long until) {
    machine.stop(SimulatedState.STARVED, reason, at, until);
  }
}
