package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a fold of a past span leaves as they stand, since readings of their time are missing:
 * a row that was made of all readings is not replaced by one of a part of them. Where nothing
 * stands, there is nothing to keep, and what is there is written. Immutable.
 */
final class MissingRows {

  /** Nothing is missing. */
  static final MissingRows NONE = new MissingRows(Map.of(), Map.of(), Map.of());

  /** Of a text, so many machines are named. */
  private static final int NAMED = 5;

  /** By machine and level, in the order of time, and apart from each other. */
  private final Map<Asset, List<MissingTimes.Span>> spans;

  private final Map<Asset, List<MissingTimes.Span>> ofSignals;

  /** By machine and level, from where to where rows of shifts and days stand. */
  private final Map<Asset, List<MissingTimes.Span>> standing;

  private MissingRows(
      Map<Asset, List<MissingTimes.Span>> spans,
      Map<Asset, List<MissingTimes.Span>> ofSignals,
      Map<Asset, List<MissingTimes.Span>> standing) {
    this.spans = spans;
    this.ofSignals = ofSignals;
    this.standing = standing;
  }

  /**
   * @param missing by machine, where readings of the figures are missing
   * @param ofSignals by asset, where any readings are
   * @param history what stands
   */
  static MissingRows of(
      Map<Asset, List<MissingTimes.Span>> missing,
      Map<Asset, List<MissingTimes.Span>> ofSignals,
      History history) {
    if (missing.isEmpty() && ofSignals.isEmpty()) {
      return NONE;
    }
    Map<Asset, List<MissingTimes.Span>> standing = new HashMap<>();
    for (Asset machine : history.machinesWithShifts()) {
      history
          .shifts(machine)
          .keySet()
          .forEach(key -> add(standing, machine, new MissingTimes.Span(key.start(), key.end())));
    }
    Map<Asset, List<MissingTimes.Span>> kept = new HashMap<>();
    missing.forEach(
        (machine, all) ->
            all.forEach(each -> add(kept, machine, withStops(machine, each, history))));
    return new MissingRows(joined(kept), joined(ofSignals), joined(standing));
  }

  private static void add(
      Map<Asset, List<MissingTimes.Span>> to, Asset machine, MissingTimes.Span span) {
    to.computeIfAbsent(machine, absent -> new ArrayList<>()).add(span);
    for (Asset level : Lines.levelsOf(machine)) {
      to.computeIfAbsent(level, absent -> new ArrayList<>()).add(span);
    }
  }

  /** With what the machine did then, before and behind: what it is, and why, may be told later. */
  private static MissingTimes.Span withStops(
      Asset machine, MissingTimes.Span span, History history) {
    long from = history.standsSince(machine, span.from(), Long.MIN_VALUE);
    long to = span.to();
    for (History.StateInterval each : history.spans(machine, Long.MIN_VALUE, Long.MAX_VALUE)) {
      if (each.state() != MachineState.RUNNING) {
        from = each.start() < from && from <= each.end() ? each.start() : from;
        to = each.start() <= to && to < each.end() ? each.end() : to;
      }
    }
    return new MissingTimes.Span(from, to);
  }

  private static Map<Asset, List<MissingTimes.Span>> joined(
      Map<Asset, List<MissingTimes.Span>> all) {
    Map<Asset, List<MissingTimes.Span>> joined = new HashMap<>();
    all.forEach((asset, spans) -> joined.put(asset, joined(spans)));
    return joined;
  }

  private static List<MissingTimes.Span> joined(List<MissingTimes.Span> spans) {
    List<MissingTimes.Span> joined = new ArrayList<>();
    spans.stream()
        .sorted(Comparator.comparingLong(MissingTimes.Span::from))
        .forEach(
            span -> {
              int last = joined.size() - 1;
              if (last < 0 || joined.get(last).to() < span.from()) {
                joined.add(span);
              } else if (joined.get(last).to() < span.to()) {
                joined.set(last, new MissingTimes.Span(joined.get(last).from(), span.to()));
              }
            });
    return joined;
  }

  /** Whether a row of a time stays as it is. */
  boolean keeps(Asset asset, long start, long end) {
    return touches(spans.get(asset), start, end) && mayStand(asset, start, end);
  }

  /** The same of the statistics of a signal. */
  boolean keepsWindow(Series signal, long start, long end) {
    return touches(ofSignals.get(signal.asset()), start, end);
  }

  /**
   * Whether a row of a time may stand: of what is older than all that is known, nobody knows, and
   * what is newer is of a shift that goes on.
   */
  private boolean mayStand(Asset asset, long start, long end) {
    List<MissingTimes.Span> known = standing.get(asset);
    return known != null
        && (start < known.get(0).from()
            || end > known.get(known.size() - 1).to()
            || touches(known, start, end));
  }

  /** Whether one of the spans, which may be none, has a part of a time or an end of it. */
  private static boolean touches(@Nullable List<MissingTimes.Span> spans, long start, long end) {
    if (spans == null) {
      return false;
    }
    int low = 0;
    int high = spans.size();
    while (low < high) { // the first one that ends at the start or later
      int middle = (low + high) >>> 1;
      if (spans.get(middle).to() < start) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < spans.size() && spans.get(low).from() < Math.max(end, start + 1);
  }

  /** What stays of a time, as a sentence with a space behind it; "" where nothing does. */
  String inWords(long from, long until) {
    TreeMap<String, String> machines = new TreeMap<>();
    spans.forEach(
        (asset, all) -> {
          List<MissingTimes.Span> near =
              all.stream().filter(span -> span.from() < until && span.to() >= from).toList();
          if (asset.machine() != null && !near.isEmpty()) {
            machines.put(asset.place(), inWords(near, from, until));
          }
        });
    if (machines.isEmpty()) {
      return "";
    }
    List<String> named = new ArrayList<>();
    machines.forEach((machine, times) -> named.add(machine + " " + times));
    int more = named.size() - NAMED;
    return "Rows that stand of a time in which readings may be missing stay as they are, of machines"
        + " and of their lines, areas and sites: "
        + String.join("; ", named.subList(0, Math.min(NAMED, named.size())))
        + (more > 0 ? "; and " + more + " more machines" : "")
        + ". ";
  }

  private static String inWords(List<MissingTimes.Span> spans, long from, long until) {
    MissingTimes.Span first = spans.get(0);
    return "from "
        + RecomputeRun.instant(Math.max(from, first.from()))
        + " to "
        + RecomputeRun.instant(Math.min(until, first.to()))
        + (spans.size() > 1 ? " and " + (spans.size() - 1) + " more times" : "");
  }
}
