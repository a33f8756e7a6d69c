package io.weir.sim.scenario;

import java.util.List;
import java.util.Random;

/**
 * The network to the broker is down; the machine continues to work.
 *
 * @param lost whether messages are lost; otherwise the device buffers them and delivers them in
 *     order when the outage ends
 */
record NetworkOutage(boolean lost) implements EventEffect.NetworkFault {

  static NetworkOutage read(YamlMapping mapping) {
    return new NetworkOutage(
        mapping.choice("messages", List.of("buffered", "lost")).equals("lost"));
  }

  @Override
  public List<Delivery> pass(long sent, long until, Random random) {
    return lost ? List.of() : List.of(Delivery.whole(Math.max(sent, until)));
  }
}
