package io.weir.sim.scenario;

import io.weir.sim.plant.Controls;

/** The machine makes scrap. {@code probability}: of each piece. */
record ScrapBurst(double probability) implements Kind.Disturbance {

  static ScrapBurst read(Fields fields) {
    return new ScrapBurst(fields.number("probability", 0, 1));
  }

  @Override
  public void begin(Controls machine, long at, long until) {
    machine.scrap(probability);
  }

  @Override
  public void end(Controls machine) {
    machine.scrapNoMore(probability);
  }
}
