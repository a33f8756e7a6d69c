package io.weir.gateway.efficiency;

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

  /**
   * A window is compared with the newest one before it that has enough values, and a run of values
   * goes on from one to the next: so far back is mostly enough.
   */
  private static final int WINDOWS_BEFORE = 12;

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
    long closedTo = asset.machine() == null ? levelsTo : closed(asset).buckets();
    return key.start() >= begin
        && key.end() < Math.min(closedTo, until + 1)
        && (spans.stream().anyMatch(span -> span.touches(key) && span.selects(asset))
            || before(asset).stream().anyMatch(span -> span.touches(key)))
        && !missing.keeps(asset, key.start(), key.end());
  }

  private List<RecomputeSpan> before(Asset asset) {
    return before.getOrDefault(asset, List.of());
  }

  /** Whether it writes a window of a signal: one whose window before is whole, too. */
  boolean writesWindow(Series signal, long start, long end) {
    BucketKey key = new BucketKey(BucketKind.HOUR, start, end, "");
    return start - (end - start) >= wholeFrom
        && end <= signals.getOrDefault(signal, Long.MAX_VALUE)
        && !missing.keepsWindow(signal, start - WINDOWS_BEFORE * (end - start), end)
        && spans.stream().anyMatch(span -> span.touches(key) && span.selects(signal.asset()));
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
