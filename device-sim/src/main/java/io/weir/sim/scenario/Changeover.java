package io.weir.sim.scenario;

import io.weir.sim.plant.Controls;
import io.weir.sim.plant.State;

/**
 * The machine is set up for another product and makes it from then on.
 *
 * @param product its name
 * @param cycleFactor its ideal cycle against that of the product before
 */
record Changeover(String product, double cycleFactor) implements Kind.Disturbance {

  static Changeover read(Fields fields) {
    return new Changeover(fields.text("product"), fields.number("cycle-factor", 0.1, 10));
  }

  @Override
  public void begin(Controls machine, long at, long until) {
    machine.stop(State.SETUP, "changeover to " + product, at, until);
    machine.product(product, Math.max(1, Math.round(machine.idealCycleMs() * cycleFactor)));
  }
}
