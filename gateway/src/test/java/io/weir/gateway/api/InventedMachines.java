package io.weir.gateway.api;

import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.live.SignalQuery;
import io.weir.gateway.model.Asset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Machines that a test makes up; keeps what it was asked last. */
public final class InventedMachines implements MachineView {

  public volatile @Nullable AssetFigures figures;
  public volatile @Nullable StateHistory history;
  public volatile @Nullable StopList stops;
  public volatile @Nullable ReasonList reasons;
  public volatile SignalList signals = new SignalList(0, 0, 0, List.of(), List.of(), false);
  public volatile QualityList quality = new QualityList(List.of(), false, List.of());
  public volatile @Nullable Object asked;

  @Override
  public @Nullable AssetFigures figures(Scope scope) {
    asked = scope.asset().path();
    return figures;
  }

  @Override
  public @Nullable StateHistory history(Scope scope, int hours) {
    asked = scope + " " + hours;
    return history;
  }

  @Override
  public @Nullable StopList stops(StopQuery query) {
    asked = query;
    return stops;
  }

  @Override
  public @Nullable ReasonList reasons(Asset machine) {
    asked = machine.path();
    return reasons;
  }

  @Override
  public SignalList signals(Scope scope, SignalQuery query) {
    asked = query;
    return signals;
  }

  @Override
  public QualityList quality(Scope scope, int limit) {
    asked = scope + " " + limit;
    return quality;
  }
}
