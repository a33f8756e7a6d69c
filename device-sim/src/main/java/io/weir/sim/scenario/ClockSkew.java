package io.weir.sim.scenario;

import io.weir.sim.plant.Sample;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The device's clock is wrong. {@code by}: how far it is ahead; negative for behind. */
record ClockSkew(long byMs) implements Kind.DeviceFault {

  static ClockSkew read(Fields fields) {
    return new ClockSkew(fields.signedDuration("by"));
  }

  @Override
  public UnaryOperator<Sample> begin(@Nullable Sample before) {
    return sample -> sample.stamped(sample.at() + byMs);
  }
}
