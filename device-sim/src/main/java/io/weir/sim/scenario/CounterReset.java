package io.weir.sim.scenario;

import io.weir.sim.plant.MachineSample;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The counters of the device start again at zero, right after its last sample: it was restarted.
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
            sample.withCounters(
                sample.total() - before.total(),
                sample.good() - before.good(),
                sample.reject() - before.reject(),
                sample.energyKwh().subtract(before.energyKwh()));
  }
}
