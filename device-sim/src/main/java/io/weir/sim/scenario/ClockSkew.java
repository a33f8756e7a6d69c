package io.weir.sim.scenario;

import io.weir.sim.plant.MachineSample;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the device is wrong.
 *
 * @param byMs how far it is ahead; negative if it is behind
 */
record ClockSkew(long byMs) implements EventEffect.DeviceFault {

  static ClockSkew read(YamlMapping mapping) {
    return new ClockSkew(mapping.signedDuration("by"));
  }

  @Override
  public UnaryOperator<MachineSample> begin(@Nullable MachineSample before) {
    return sample -> sample.withTime(sample.at() + byMs);
  }
}
