package io.weir.sim.scenario;

import java.util.List;
import java.util.Random;

/**
 * Some messages arrive late, after newer ones.
 *
 * @param byMs the delay
 * @param share of the messages, 0 to 1
 */
record LateData(long byMs, double share) implements EventEffect.NetworkFault {

  static LateData read(YamlMapping mapping) {
    return new LateData(mapping.duration("by"), mapping.number("share", 0, 1));
  }

  @Override
  public List<Delivery> pass(long sent, long until, Random random) {
    return List.of(Delivery.whole(random.nextDouble() < share ? sent + byMs : sent));
  }
}
