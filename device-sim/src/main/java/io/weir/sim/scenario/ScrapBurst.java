package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;

/** The machine makes scrap. {@code probability}: of each piece. */
record ScrapBurst(double probability) implements EventEffect.Disturbance {

  static ScrapBurst read(YamlMapping mapping) {
    return new ScrapBurst(mapping.number("probability", 0, 1));
  }

  @Override
  public void begin(MachineControls machine, long at, long until) {
    machine.scrap(probability);
  }

  @Override
  public void end(MachineControls machine) {
    machine.endScrap(probability);
  }
}
