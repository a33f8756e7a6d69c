package io.weir.sim.scenario;

import java.util.List;
import java.util.Random;

/**
 * Some messages never arrive.
 *
 * @param share of the messages, 0 to 1
 */
record LostMessages(double share) implements EventEffect.NetworkFault {

  static LostMessages read(YamlMapping mapping) {
    return new LostMessages(mapping.number("share", 0, 1));
  }

  @Override
  public List<Delivery> pass(long sent, long until, Random random) {
    return random.nextDouble() < share ? List.of() : List.of(Delivery.whole(sent));
  }
}
