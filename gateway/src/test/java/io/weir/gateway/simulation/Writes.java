package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;

/** Writes on their way to the stores: each arrives in some turn, in any order. */
final class Writes implements Executor {

  private final Random random;
  private final List<Runnable> underWay = new ArrayList<>();

  Writes(Random random) {
    this.random = random;
  }

  @Override
  public void execute(Runnable write) {
    underWay.add(write);
  }

  /** Whether none is under way. */
  boolean isEmpty() {
    return underWay.isEmpty();
  }

  /** Most of them arrive. */
  void turn() {
    List<Runnable> now = new ArrayList<>(underWay);
    Collections.shuffle(now, random);
    for (Runnable write : now) {
      if (random.nextInt(4) != 0) {
        underWay.remove(write);
        write.run();
      }
    }
  }

  /** The gateway died: some arrive, and nobody hears the answers. */
  void gatewayDied() {
    for (Runnable write : underWay) {
      if (random.nextBoolean()) {
        write.run();
      }
    }
    underWay.clear();
  }
}
