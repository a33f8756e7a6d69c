package io.weir.gateway.api;

import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.model.Asset;
import io.weir.gateway.past.PastException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A past whose answers a test sets, by the name of the question. */
public final class InventedPast implements PastView {

  private static final long DAY_MS = 86_400_000;

  public final Map<String, PastAnswer<?>> answers = new HashMap<>();

  /** What was asked, as text. */
  public final List<String> asked = new ArrayList<>();

  private volatile @Nullable ProblemDocument fails;

  /** A question waits until it is open, as for a slow store. */
  public volatile CountDownLatch open = new CountDownLatch(0);

  /** From now on it cannot be told, for this reason. */
  public void fail(String why) {
    fails = new ProblemDocument(503, "The past is not there", why);
  }

  @SuppressWarnings("unchecked")
  private <T> @Nullable PastAnswer<T> answer(String name, Object... what) throws PastException {
    asked.add(name + " " + List.of(what));
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    ProblemDocument failure = fails;
    if (failure != null) {
      throw failure;
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
    List<ShiftPlan.Day> days = new ArrayList<>();
    for (long day = Math.floorDiv(fromMs, DAY_MS); day * DAY_MS < toMs; day++) {
      long start = day * DAY_MS;
      days.add(
          new ShiftPlan.Day(
              LocalDate.ofEpochDay(day).toString(),
              start,
              start + DAY_MS,
              List.of(
                  new ShiftPlan.Shift("early", start + DAY_MS / 4, start + DAY_MS / 12 * 7),
                  new ShiftPlan.Shift("late", start + DAY_MS / 12 * 7, start + DAY_MS / 12 * 11))));
    }
    return new ShiftPlan("UTC", days);
  }
}
