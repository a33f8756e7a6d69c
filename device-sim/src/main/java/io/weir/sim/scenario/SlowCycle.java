package io.weir.sim.scenario;

import io.weir.sim.plant.Controls;

/** The machine runs slowly. {@code factor}: how many times as long a piece takes. */
record SlowCycle(double factor) implements Kind.Disturbance {

  static SlowCycle read(Fields fields) {
    return new SlowCycle(fields.number("factor", 0.1, 100));
  }

  @Override
  public void begin(Controls machine, long at, long until) {
    machine.slow(factor);
  }

  @Override
  public void end(Controls machine) {
    machine.slowNoMore(factor);
  }
}
