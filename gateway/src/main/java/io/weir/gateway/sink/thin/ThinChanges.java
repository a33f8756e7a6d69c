package io.weir.gateway.sink.thin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became other between two positions in the log: the metrics that were touched, in the order
 * in which they were last, each with its state at the later position or {@code null} where it is
 * forgotten. What it holds is not changed any more.
 */
public final class ThinChanges {

  final Map<SeriesMetric, @Nullable MetricState> states;
  final long tickedNs;
  final long evictedNs;

  ThinChanges(Map<SeriesMetric, @Nullable MetricState> states, long tickedNs, long evictedNs) {
    this.states = states;
    this.tickedNs = tickedNs;
    this.evictedNs = evictedNs;
  }

  /** These, and those up to a later position. */
  public ThinChanges and(ThinChanges later) {
    Map<SeriesMetric, @Nullable MetricState> all = new LinkedHashMap<>(states);
    later.states.forEach(
        (of, state) -> {
          all.remove(of);
          all.put(of, state);
        });
    return new ThinChanges(all, later.tickedNs, later.evictedNs);
  }
}
