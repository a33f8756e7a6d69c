package io.weir.sim.scenario;

import io.weir.sim.plant.Controls;
import io.weir.sim.plant.State;

/** No material comes to the machine. {@code reason}: what its operator says of it. */
record Starved(String reason) implements Kind.Disturbance {

  static Starved read(Fields fields) {
    return new Starved(fields.text("reason", ""));
  }

  @Override
  public void begin(Controls machine, long at, long until) {
    machine.stop(State.STARVED, reason, at, until);
  }
}
