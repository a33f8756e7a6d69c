package io.weir.sim.scenario;

import java.util.List;
import java.util.Random;

/**
 * Some messages arrive twice.
 *
 * @param afterMs how long after the first the second arrives
 * @param share of the messages, 0 to 1
 */
record DuplicateData(long afterMs, double share) implements EventEffect.NetworkFault {

  static DuplicateData read(YamlMapping mapping) {
    return new DuplicateData(mapping.duration("after"), mapping.number("share", 0, 1));
  }

  @Override
  public List<Delivery> pass(long sent, long until, Random random) {
    Delivery first = Delivery.whole(sent);
    return random.nextDouble() < share
        ? List.of(first, Delivery.whole(sent + afterMs))
        : List.of(first);
  }
}
