package io.weir.sim.scenario;

import io.weir.sim.plant.Sample;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The device's counters of pieces are narrow. {@code width}: the first value they cannot show. */
record CounterRollover(long width) implements Kind.DeviceFault {

  static CounterRollover read(Fields fields) {
    return new CounterRollover(fields.whole("width", 2, 1L << 53));
  }

  @Override
  public UnaryOperator<Sample> begin(@Nullable Sample before) {
    return sample ->
        sample.counting(
            sample.total() % width,
            sample.good() % width,
            sample.reject() % width,
            sample.energyKwh());
  }
}
