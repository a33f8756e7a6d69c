package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;

/**
 * The machine runs slowly.
 *
 * @param factor multiplies its cycle time
 */
record SlowCycle(double factor) implements EventEffect.Disturbance {

  static SlowCycle read(YamlMapping mapping) {
    return new SlowCycle(mapping.number("factor", 0.1, 100));
  }

  @Override
  public void begin(MachineControls machine, long at, long until) {
    machine.slow(factor);
  }

  @Override
  public void end(MachineControls machine) {
    machine.endSlow(factor);
  }
}
