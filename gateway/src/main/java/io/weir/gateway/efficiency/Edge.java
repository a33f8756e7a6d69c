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
 * @param closed by machine, before what nothing of it changes
 * @param signals by signal whose statistics are kept, the same for its windows
 * @param live before what nothing of those machines changes that are not silent; the rows of lines,
 *     areas and sites were given up before that
 * @param nextCorrection the id of the first entry of the log of corrections that they do not have:
 *     what it changes is noted when they take it
 * @param retired the machines that were retired, each with the instant to which it has rows
 * @param cycles by machine, the ideal cycle by which it may be the bottleneck of its line
 */
record Edge(
    long next,
    Map<Asset, Closed> closed,
    Map<Series, Long> signals,
    Closed live,
    long nextCorrection,
    Map<Asset, Long> retired,
    Map<Asset, Long> cycles) {

  /**
   * Before what instants nothing of a machine changes.
   *
   * @param buckets no row of a bucket that ended before
   * @param states no state and no stop that began before. A state that goes on is not closed,
   *     however long ago it began: its row may still change, those of the buckets that it fills do
   *     not
   */
  record Closed(long buckets, long states) {

    /** Of what the live figures do not know. */
    static final Closed ALL = new Closed(Long.MAX_VALUE, Long.MAX_VALUE);

    Closed orEarlier(Closed other) {
      return new Closed(Math.min(buckets, other.buckets), Math.min(states, other.states));
    }

    Closed orLater(Closed other) {
      return new Closed(Math.max(buckets, other.buckets), Math.max(states, other.states));
    }
  }

  /** The instant before which rows of lines, areas and sites were given up. */
  long levelsTo() {
    return live.buckets;
  }

  /**
   * Before which instants all that a span means is finished; of a part of the plant, but silent
   * machines.
   */
  Closed closedTo(RecomputeSpan span) {
    if (span.asset().machine() == null) {
      return live;
    }
    Closed ofMachine = closed.getOrDefault(span.asset(), Closed.ALL);
    return new Closed(Math.min(live.buckets, ofMachine.buckets), ofMachine.states);
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
          long from = Math.max(span.from(), closedTo.states);
          long to = Math.min(span.to(), doneTo);
          if (from < to && span.selects(machine)) {
            left.add(new RecomputeSpan(machine, false, from, to, 0, false));
          }
        });
    return left;
  }
}
