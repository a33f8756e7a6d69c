package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;

/** The machine runs slowly. {@code factor}: how many times as long a piece takes. */
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
