package io.weir.sim.scenario;

import io.weir.sim.plant.Controls;
import io.weir.sim.plant.State;

/** The machine is down. {@code reason}: what its operator says of it. */
record Breakdown(String reason) implements Kind.Disturbance {

  static Breakdown read(Fields fields) {
    return new Breakdown(fields.text("reason", ""));
  }

  @Override
  public void begin(Controls machine, long at, long until) {
    machine.stop(State.DOWN, reason, at, until);
  }
}
