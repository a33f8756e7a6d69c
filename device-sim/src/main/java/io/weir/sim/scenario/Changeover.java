package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;
import io.weir.sim.plant.SimulatedState;

/**
 * The machine is set up for another product and makes that product from then on.
 *
 * @param product its name
 * @param cycleFactor its ideal cycle time, relative to that of the product before
 */
record Changeover(String product, double cycleFactor) implements EventEffect.Disturbance {

  static Changeover read(YamlMapping mapping) {
    return new Changeover(mapping.text("product"), mapping.number("cycle-factor", 0.1, 10));
  }

  @Override
  public void begin(MachineControls machine, long at, long until) {
    machine.stop(SimulatedState.SETUP, "changeover to " + product, at, until);
    machine.product(product, Math.max(1, Math.round(machine.idealCycleMs() * cycleFactor)));
  }
}
