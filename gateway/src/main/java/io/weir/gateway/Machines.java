package io.weir.gateway;

import io.weir.gateway.http.MachineView;
import io.weir.gateway.http.StateHistory;
import io.weir.gateway.http.StopList;
import io.weir.gateway.model.Asset;
import org.jspecify.annotations.Nullable;

/** What the API tells of machines beyond the present, from the parts that know it. */
final class Machines implements MachineView {

  private final @Nullable MachineStates states;

  /**
   * @param states {@code null} where no figures are made
   */
  Machines(@Nullable MachineStates states) {
    this.states = states;
  }

  @Override
  public @Nullable StateHistory history(Asset within, int hours) {
    return states == null ? null : states.history(within, hours);
  }

  @Override
  public @Nullable StopList stops(StopQuery query) {
    return states == null ? null : states.stops(query);
  }
}
