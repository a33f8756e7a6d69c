package io.weir.sim.scenario;

import java.util.List;
import java.util.Random;

/**
 * The way to the broker is cut; the machine works on. {@code messages}: {@code buffered} by the
 * device and delivered in order when the outage ends, or {@code lost}.
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
