package io.weir.gateway.http;

import io.weir.gateway.model.Asset;
import org.jspecify.annotations.Nullable;

/** Machines that a test makes up; keeps what it was asked last. */
final class InventedMachines implements MachineView {

  volatile @Nullable StateHistory history;
  volatile @Nullable StopList stops;
  volatile @Nullable Object asked;

  @Override
  public @Nullable StateHistory history(Asset within, int hours) {
    asked = within + " " + hours;
    return history;
  }

  @Override
  public @Nullable StopList stops(StopQuery query) {
    asked = query;
    return stops;
  }
}
