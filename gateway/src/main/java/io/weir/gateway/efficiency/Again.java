package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.List;
import java.util.Map;

/**
 * Which rows a fold of a past span writes: only those of the span, whose time the fold has whole,
 * and which the live figures have finished. So each bucket has one writer. Immutable.
 *
 * @param revision of all rows
 * @param spans what is folded again
 * @param before by machine and level, the time of stops that began before a span and reach into it
 * @param begin what began before is not written: the fold has not all of it
 * @param closed by machine, before what instant the live figures change nothing; the rows of other
 *     machines are finished
 * @param signals by signal, before what instant no window of its live statistics changes
 * @param levelsTo the same for lines, areas and sites
 * @param until what ends later is not written now
 * @param storeTo what began before is folded from what a store gave back, in part at least
 * @param wholeFrom from here on the fold has all readings of the log
 * @param fromFirst whether it begins with the first reading that there ever was
 * @param missing which rows stay as they are, since readings of their time are missing
 */
record Again(
    long revision,
    List<RecomputeSpan> spans,
    Map<Asset, List<RecomputeSpan>> before,
    long begin,
    Map<Asset, Edge.Closed> closed,
    Map<Series, Long> signals,
    long levelsTo,
    long until,
    long storeTo,
    long wholeFrom,
    boolean fromFirst,
    MissingRows missing) {

  /** No store gave anything back. */
  static final long NO_STORE = Long.MIN_VALUE;

  /** From where the readings of the bucket that began at an instant came. */
  String originOf(long start) {
    return start < storeTo ? "store" : "log";
  }

  private Edge.Closed closed(Asset machine) {
    return closed.getOrDefault(machine, Edge.Closed.ALL);
  }

  boolean writes(Asset asset, BucketKey key) {
    return key.start() >= begin
        && key.end() <= until
        && isAskedAndFinished(asset, key)
        && !missing.keeps(asset, key.start(), key.end());
  }

  /** Whether the live figures change a row no more. */
  boolean isFinished(Asset asset, BucketKey key) {
    return key.end() < (asset.machine() == null ? levelsTo : closed(asset).buckets());
  }

  private boolean isAskedAndFinished(Asset asset, BucketKey key) {
    return isFinished(asset, key)
        && (spans.stream().anyMatch(span -> span.touches(key) && span.selects(asset))
            || before(asset).stream().anyMatch(span -> span.touches(key)));
  }

  /** Of orders that began before, the fold does not have all. */
  long ordersFrom() {
    return fromFirst ? Long.MIN_VALUE : Math.min(begin, wholeFrom + RecomputeRun.LEAST_BEFORE);
  }

  /** Of orders that end behind it, the fold does not have all. */
  long ordersTo() {
    return until + RecomputeRun.BEHIND;
  }

  /**
   * Whether it writes the row of an order. It may have begun before the days of the span, and have
   * ended behind them.
   *
   * @param since from here on readings say when it began, and after which order
   * @param until up to here they may be of it
   */
  boolean writesOrder(Asset asset, BucketKey key, long since, long until) {
    return key.start() >= ordersFrom()
        && key.end() <= ordersTo()
        && isAskedAndFinished(asset, key)
        && !missing.keeps(asset, since, until);
  }

  private List<RecomputeSpan> before(Asset asset) {
    return before.getOrDefault(asset, List.of());
  }

  /**
   * Whether it writes a window of a signal: one whose window before is whole, too.
   *
   * @param since from here on readings say how often a rule was broken
   */
  boolean writesWindow(Series signal, BucketKey window, long since) {
    long length = window.end() - window.start();
    return window.start() - length >= wholeFrom
        && window.end() <= signals.getOrDefault(signal, Long.MAX_VALUE)
        && !missing.keepsWindow(signal, since, window.end())
        && spans.stream().anyMatch(span -> span.touches(window) && span.selects(signal.asset()));
  }

  /**
   * Whether it writes the state that began at an instant, or the stop.
   *
   * @param end of a stop; of a state, whose row says only how it begins, the instant
   */
  boolean writes(Asset machine, long instant, long end) {
    return instant >= begin
        && !missing.keeps(machine, instant, end)
        && instant < Math.min(closed(machine).states(), until + 1)
        && (spans.stream().anyMatch(span -> span.holds(instant) && span.selects(machine))
            || before(machine).stream().anyMatch(span -> span.holds(instant)));
  }
}
