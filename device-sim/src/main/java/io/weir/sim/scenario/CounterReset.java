package io.weir.sim.scenario;

import io.weir.sim.plant.MachineSample;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The device's counters begin anew at zero, right after its last sample: a restarted controller.
 */
record CounterReset() implements EventEffect.DeviceFault {

  static CounterReset read(YamlMapping mapping) {
    return new CounterReset();
  }

  @Override
  public UnaryOperator<MachineSample> begin(@Nullable MachineSample before) {
    return before == null
        ? UnaryOperator.identity()
        : sample ->
            sample.counting(
                sample.total() - before.total(),
                sample.good() - before.good(),
                sample.reject() - before.reject(),
                sample.energyKwh().subtract(before.energyKwh()));
  }
}
