package io.weir.sim.scenario;

import io.weir.sim.plant.MachineSample;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The device's clock is wrong. {@code by}: how far it is ahead; negative for behind. */
record ClockSkew(long byMs) implements EventEffect.DeviceFault {

  static ClockSkew read(YamlMapping mapping) {
    return new ClockSkew(mapping.signedDuration("by"));
  }

  @Override
  public UnaryOperator<MachineSample> begin(@Nullable MachineSample before) {
    return sample -> sample.stamped(sample.at() + byMs);
  }
}
