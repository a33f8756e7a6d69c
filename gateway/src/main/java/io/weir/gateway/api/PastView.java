package io.weir.gateway.api;

import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.model.Asset;
import io.weir.gateway.past.PastException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was before the present shift, of any span. Implemented by the wiring; called by threads that
 * may wait for a store. Where no figures are made, all but signals are {@code null}.
 */
public interface PastView {

  /**
   * A span, milliseconds since the epoch.
   *
   * @param bucket shift or day: of which rows its figures are sums
   */
  record Span(String bucket, long fromMs, long toMs) {}

  /**
   * The plant in a span, as {@code /api/v1/efficiency} tells the present.
   *
   * @param against the span that stands in the place of the last shift, or {@code null}
   */
  @Nullable PastAnswer<EfficiencyResponse> efficiency(Span span, @Nullable Span against)
      throws PastException;

  /**
   * Row by row: hours, shifts or days of an asset.
   *
   * @param asset a machine, a line, or a place whose lines count as one
   */
  @Nullable PastAnswer<FigureTrend> figures(Asset asset, Span span) throws PastException;

  /** What machines did in a span. */
  @Nullable PastAnswer<StateHistory> states(Scope scope, long fromMs, long toMs)
      throws PastException;

  /** The stops of machines of which any part lies in a span. */
  @Nullable PastAnswer<StopList> stops(StopQuery query) throws PastException;

  /**
   * Signals of a machine.
   *
   * @param metrics none for all
   */
  PastAnswer<SignalList> signals(
      Asset machine, Set<String> metrics, long fromMs, long toMs, int points) throws PastException;

  /** The shifts and days that begin in a span, by the present calendar of an asset. */
  @Nullable ShiftPlan plan(Asset asset, long fromMs, long toMs);
}
