package io.weir.gateway.api;

import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.model.Asset;
import io.weir.gateway.past.PastException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A past whose answers a test sets, by the name of the question. */
public final class InventedPast implements PastView {

  public final Map<String, PastAnswer<?>> answers = new HashMap<>();

  /** What was asked, as text. */
  public final List<String> asked = new ArrayList<>();

  public volatile @Nullable PastException fails;

  /** A question waits until it is open, as for a slow store. */
  public volatile CountDownLatch open = new CountDownLatch(0);

  @SuppressWarnings("unchecked")
  private <T> @Nullable PastAnswer<T> answer(String name, Object... what) throws PastException {
    asked.add(name + " " + List.of(what));
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (fails != null) {
      throw fails;
    }
    return (PastAnswer<T>) answers.get(name);
  }

  @Override
  public @Nullable PastAnswer<EfficiencyResponse> efficiency(Span span, @Nullable Span against)
      throws PastException {
    return answer("efficiency", span, String.valueOf(against));
  }

  @Override
  public @Nullable PastAnswer<FigureTrend> figures(Asset asset, Span span) throws PastException {
    return answer("figures", asset.path(), span);
  }

  @Override
  public @Nullable PastAnswer<StateHistory> states(Scope scope, long fromMs, long toMs)
      throws PastException {
    return answer("states", scope, fromMs, toMs);
  }

  @Override
  public @Nullable PastAnswer<StopList> stops(StopQuery query) throws PastException {
    return answer("stops", query);
  }

  @Override
  @SuppressWarnings("NullAway") // a test that asks has set it
  public PastAnswer<SignalList> signals(
      Asset machine, Set<String> metrics, long fromMs, long toMs, int points) throws PastException {
    return answer("signals", machine.path(), metrics, fromMs, toMs, points);
  }

  @Override
  public @Nullable ShiftPlan plan(Asset asset, long fromMs, long toMs) {
    return null;
  }
}
