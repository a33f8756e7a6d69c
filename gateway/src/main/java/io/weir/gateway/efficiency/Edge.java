package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the live figures are: what is before it they change no more.
 *
 * @param next the offset of the next record of readings
 * @param closed by machine, the instant before which no row of it changes
 * @param signals by signal whose statistics are kept, the same for its windows
 * @param levelsTo the same for lines, areas and sites: their rows were given up
 * @param nextCorrection the id of the first entry of the log of corrections that they do not have:
 *     what it changes is noted when they take it
 */
record Edge(
    long next,
    Map<Asset, Long> closed,
    Map<Series, Long> signals,
    long levelsTo,
    long nextCorrection) {

  /**
   * Before which instant all that a span means is finished; of a part of the plant, but silent
   * machines.
   */
  long closedTo(RecomputeSpan span) {
    return span.asset().machine() == null
        ? levelsTo
        : Math.min(levelsTo, closed.getOrDefault(span.asset(), Long.MAX_VALUE));
  }

  /**
   * What is left of a span that was folded, of machines that are silent: the end is still theirs.
   */
  List<RecomputeSpan> stillOpen(RecomputeSpan span, long doneTo) {
    List<RecomputeSpan> left = new ArrayList<>();
    if (span.asset().machine() != null || !span.below()) {
      return left;
    }
    closed.forEach(
        (machine, closedTo) -> {
          long from = Math.max(span.from(), closedTo);
          long to = Math.min(span.to(), doneTo);
          if (from < to && span.selects(machine)) {
            left.add(new RecomputeSpan(machine, false, from, to, 0, false));
          }
        });
    return left;
  }
}
