package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What people say of orders in a plant, from a seed. */
final class OrderGenerator {

  private static final long SECOND = WorkCalendar.SECOND;

  private final Plant plant;
  private final Random random;
  private final List<Told> told;
  private final List<PlantGenerator.Saying> all = new ArrayList<>();

  OrderGenerator(Plant plant, Random random, List<Told> told) {
    this.plant = plant;
    this.random = random;
    this.told = told;
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  /** Each is said at its instant, or some time later. */
  List<PlantGenerator.Saying> all() {
    for (int i = one(2) ? 0 : 1 + random.nextInt(8); i > 0; i--) {
      any();
    }
    return all;
  }

  private void any() {
    Told near = told.get(random.nextInt(told.size()));
    String machine = near.asset();
    String asset = one(3) ? machine.substring(0, machine.lastIndexOf('/')) : machine;
    long at = near.time() + SECOND / 3 + random.nextInt(600) * SECOND;
    boolean starts = random.nextInt(5) < 3;
    boolean named = starts || one(4);
    String order = named ? "" + (1 + random.nextInt(one(2) ? 4 : 12)) : "";
    say(asset, at, starts ? SaidOrder.Step.STARTED : end(), order);
    if (starts && one(8)) {
      say(asset, at + SECOND / 5, SaidOrder.Step.STARTED, order + "0"); // it was a slip
    }
  }

  private SaidOrder.Step end() {
    return one(2) ? SaidOrder.Step.PAUSED : SaidOrder.Step.FINISHED;
  }

  private void say(String asset, long at, SaidOrder.Step step, String order) {
    boolean starts = step == SaidOrder.Step.STARTED;
    String product = starts && plant.tellsProducts(asset) && one(2) ? one(2) ? "A" : "B" : "";
    double quantity = starts && one(2) ? 50 + random.nextInt(500) : Double.NaN;
    long later = one(3) ? 0 : (long) (random.nextDouble() * plant.lateness() * (one(6) ? 5 : 1));
    all.add(
        new PlantGenerator.Saying(
            at + later, 0, null, new SaidOrder(asset, at, step, order, product, quantity), false));
  }
}
