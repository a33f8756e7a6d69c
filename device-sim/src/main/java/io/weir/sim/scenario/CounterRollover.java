package io.weir.sim.scenario;

import io.weir.sim.plant.MachineSample;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The piece counters of the device overflow.
 *
 * @param width the number of values that they can show: after {@code width - 1} comes 0
 */
record CounterRollover(long width) implements EventEffect.DeviceFault {

  static CounterRollover read(YamlMapping mapping) {
    return new CounterRollover(mapping.whole("width", 2, 1L << 53));
  }

  @Override
  public UnaryOperator<MachineSample> begin(@Nullable MachineSample before) {
    return sample ->
        sample.withCounters(
            sample.total() % width,
            sample.good() % width,
            sample.reject() % width,
            sample.energyKwh());
  }
}
