package io.weir.sim.scenario;

import io.weir.sim.plant.MachineSample;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The device's counters of pieces are narrow. {@code width}: the first value they cannot show. */
record CounterRollover(long width) implements EventEffect.DeviceFault {

  static CounterRollover read(YamlMapping mapping) {
    return new CounterRollover(mapping.whole("width", 2, 1L << 53));
  }

  @Override
  public UnaryOperator<MachineSample> begin(@Nullable MachineSample before) {
    return sample ->
        sample.counting(
            sample.total() % width,
            sample.good() % width,
            sample.reject() % width,
            sample.energyKwh());
  }
}
