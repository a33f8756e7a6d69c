package io.weir.gateway.efficiency;

import static io.weir.gateway.model.MachineState.MICRO_STOP;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.model.MachineState;

/**
 * Follows the states of a machine in the order of time, to find where a stop goes on after unknown
 * time.
 *
 * <p>Mutable; for one pass.
 */
final class StopMemory {

  private MachineState known = UNKNOWN;
  private boolean counted;
  private boolean isUnknown;

  /** The next part is in a state, and its stop is counted, there or before. */
  void take(MachineState state, boolean isCounted) {
    isUnknown = state == UNKNOWN;
    if (!isUnknown) {
      known = state;
      counted = isCounted;
    }
  }

  /**
   * A state was told that has no time, and so no row that could count it. What follows goes on with
   * it if it is of the same state: also what a person says of the silence that begins then.
   */
  void takeWithoutTime(MachineState state) {
    take(state, goesOnAs(state) && counted);
    isUnknown = true;
  }

  /** Whether a part in a state goes on with the stop before the unknown time. */
  boolean goesOnAs(MachineState next) {
    return isUnknown && next == known && Episode.isStop(next) && next != MICRO_STOP;
  }

  /** Whether the last stop is counted. */
  boolean isCounted() {
    return counted;
  }
}
