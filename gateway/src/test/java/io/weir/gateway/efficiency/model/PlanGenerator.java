package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** The orders that a file plans for a plant, from a seed. */
final class PlanGenerator {

  /** Machines tell the ids from 1 on. */
  private static final int ORDERS = 8;

  private final Plant plant;
  private final Random random;

  PlanGenerator(Plant plant, Random random) {
    this.plant = plant;
    this.random = random;
  }

  /** Most orders of some machines and lines; of the same order both may say something. */
  List<Plant.PlannedOrder> all() {
    TreeSet<String> assets = new TreeSet<>();
    for (Plant.Machine machine : plant.machines()) {
      assets.add(machine.asset());
      assets.add(machine.asset().substring(0, machine.asset().lastIndexOf('/')));
    }
    List<Plant.PlannedOrder> all = new ArrayList<>();
    for (String asset : assets) {
      boolean planned = random.nextBoolean();
      for (int order = 1; planned && order <= ORDERS; order++) {
        if (random.nextInt(4) > 0) {
          all.add(planned(asset, String.valueOf(order)));
        }
      }
    }
    return all;
  }

  private Plant.PlannedOrder planned(String asset, String order) {
    boolean product = plant.tellsProducts(asset) && random.nextBoolean();
    double quantity = random.nextInt(4) == 0 ? Double.NaN : 50 + random.nextInt(500);
    return new Plant.PlannedOrder(
        asset, order, product ? random.nextBoolean() ? "A" : "B" : "", quantity);
  }
}
