package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;

/**
 * The machine makes scrap.
 *
 * @param probability of each piece to be scrap, 0 to 1
 */
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
