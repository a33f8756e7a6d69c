package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.Map;

/**
 * Which rows a fold of a past span writes: only those of the span, whose time the fold has whole,
 * and which the live figures have finished. So each bucket has one writer. Immutable.
 *
 * @param revision of all rows
 * @param spans what is folded again
 * @param begin what began before is not written: the fold has not all of it
 * @param closed by machine, before what instant the live figures change nothing; the rows of other
 *     machines are finished
 * @param levelsTo the same for lines, areas and sites
 * @param until what ends later is not written now
 * @param storeTo what began before is folded from what a store gave back, in part at least
 */
record Again(
    long revision,
    List<RecomputeSpan> spans,
    long begin,
    Map<Asset, Long> closed,
    long levelsTo,
    long until,
    long storeTo) {

  /** No store gave anything back. */
  static final long NO_STORE = Long.MIN_VALUE;

  /** From where the readings of the bucket that began at an instant came. */
  String originOf(long start) {
    return start < storeTo ? "store" : "log";
  }

  private long closedTo(Asset asset) {
    long closedTo = asset.machine() == null ? levelsTo : closed.getOrDefault(asset, Long.MAX_VALUE);
    return Math.min(closedTo, until + 1);
  }

  boolean writes(Asset asset, BucketKey key) {
    return key.start() >= begin
        && key.end() < closedTo(asset)
        && spans.stream().anyMatch(span -> span.touches(key) && span.selects(asset));
  }

  /** Whether it writes the state that began at an instant, or the stop. */
  boolean writes(Asset machine, long instant) {
    return instant >= begin
        && instant < closedTo(machine)
        && spans.stream().anyMatch(span -> span.holds(instant) && span.selects(machine));
  }
}
