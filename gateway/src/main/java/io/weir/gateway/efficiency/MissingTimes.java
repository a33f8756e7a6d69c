package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.signal.Signals;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In which time readings of each asset are missing in a log, found as a pass over the log meets
 * gaps. Nobody knows what was in a gap. Of an asset that sends in the order of time it lies between
 * the newest reading before the gap and the first one behind; and what a signal told in it holds
 * until that signal is told again, for {@link #LONGEST} at most. A signal that was not told in all
 * that time before the gap is one that the asset does not have.
 *
 * <p>Mutable; belongs to its {@link RecomputeRun}.
 */
final class MissingTimes {

  /** What was told earlier, and not since, is not known: so it is at the begin of a pass, too. */
  static final long LONGEST = 24 * ShiftCalendar.HOUR;

  /**
   * Where readings are missing.
   *
   * @param from {@link Long#MIN_VALUE} where no reading of before was found
   */
  record Span(long from, long to) {}

  /**
   * What an asset sends.
   *
   * @param all the signals that it may tell, a bit each
   * @param divided those whose value is divided by the time since it was told last
   * @param least so long a time without a reading says nothing
   */
  record Sends(long all, long divided, long least) {}

  private static final class Hole {
    private final long from;

    /** Readings from here on are behind it. */
    private long after;

    /** Signals that were told before it, and not since. */
    private long untold;

    /** The last signal so far was told again. */
    private long end;

    private long last;

    Hole(long from) {
      this.from = from;
    }

    long to() {
      return untold == 0 ? end : last;
    }

    Span span(long before) {
      return new Span(from == Long.MIN_VALUE ? from : from - before, to());
    }
  }

  private static final long[] NONE = {};

  private static final class Sender {
    private long first = Long.MIN_VALUE;
    private long newest = Long.MIN_VALUE;
    private Sends sends = new Sends(0, 0, 0);
    private long told;
    private int gaps;

    /** Which values that are divided were told, and when last; by signal. */
    private long divided;

    private long[] dividedAt = NONE;

    /** The latest of its readings came so long after a newer one. */
    private long latest;

    private final List<Hole> holes = new ArrayList<>(0);

    void divide(long signals, long time) {
      if (signals != 0 && dividedAt.length == 0) {
        dividedAt = new long[Signals.REWORK + 1]; // only meters and counters are divided
      }
      for (long left = signals; left != 0; left &= left - 1) {
        int signal = Long.numberOfTrailingZeros(left);
        boolean isFirst = !Signals.has(divided, signal);
        dividedAt[signal] = isFirst ? time : Math.max(dividedAt[signal], time);
      }
      divided |= signals;
    }

    /** From here on what a reading says may be of the time before it. */
    long dividedFrom() {
      long from = newest;
      for (long left = divided; left != 0; left &= left - 1) {
        from = Math.min(from, dividedAt[Long.numberOfTrailingZeros(left)]);
      }
      return from;
    }
  }

  private final Map<Asset, Sender> senders = new HashMap<>();

  /** Of the others it is known that nothing is missing. */
  private final Set<Asset> losers = new HashSet<>();

  private int gaps;
  private long firstGap = Long.MAX_VALUE;
  private long lastGap = Long.MIN_VALUE;

  boolean isEmpty() {
    return gaps == 0;
  }

  /** From where the first gap is, by the clock of the gateway. */
  long firstGap() {
    return firstGap;
  }

  long lastGap() {
    return lastGap;
  }

  /**
   * Readings are missing here.
   *
   * @param afterNs when the record before was received
   * @param beforeNs when the one behind was
   */
  void gap(long afterNs, long beforeNs) {
    gaps++;
    firstGap = Math.min(firstGap, afterNs);
    lastGap = Math.max(lastGap, beforeNs);
  }

  /** Readings of an asset may be among those that are missing. */
  void mayLack(Asset asset) {
    losers.add(asset);
  }

  /**
   * A reading was found.
   *
   * @param signals what it tells, a bit each
   */
  void take(Asset asset, long time, long signals, Sends sends) {
    Sender sender = senders.computeIfAbsent(asset, absent -> new Sender());
    sender.sends = sends;
    open(sender, time);
    for (int i = sender.holes.size() - 1; i >= 0 && sender.holes.get(i).last >= time; i--) {
      Hole hole = sender.holes.get(i);
      if (time > hole.after && (signals & (hole.untold | ~sender.told)) != 0) {
        hole.untold &= ~signals;
        hole.end = Math.max(hole.end, time);
      }
    }
    sender.told |= signals;
    sender.divide(signals & sends.divided, time);
    if (sender.newest == Long.MIN_VALUE) {
      sender.first = time;
    }
    sender.latest = Math.max(sender.latest, Math.max(sender.newest, time) - time);
    sender.newest = Math.max(sender.newest, time);
  }

  /** There is a newer reading again; opens a hole before it, if there was a gap. */
  private void open(Sender sender, long time) {
    boolean begins = sender.newest == Long.MIN_VALUE;
    boolean isLate = !begins && time <= sender.newest;
    if (sender.gaps == gaps || isLate) {
      return;
    }
    sender.gaps = gaps;
    if (!begins && time - sender.newest <= sender.sends.least) {
      return;
    }
    long from = sender.dividedFrom();
    int holes = sender.holes.size();
    if (holes == 0 || sender.holes.get(holes - 1).to() < from) {
      sender.holes.add(new Hole(from));
    }
    Hole hole = sender.holes.get(sender.holes.size() - 1);
    hole.after = sender.newest;
    boolean isNew = begins || sender.newest - sender.first < LONGEST;
    hole.untold = sender.told | (isNew ? sender.sends.all : 0);
    hole.end = Math.max(sender.newest, time);
    hole.last = hole.end + LONGEST;
  }

  /**
   * Ends the pass: the assets that may lack readings, each with where they are missing.
   *
   * @param lateness readings may be so late, or as late as any that was found
   */
  Map<Asset, List<Span>> spans(long lateness) {
    Map<Asset, List<Span>> spans = new HashMap<>();
    senders.forEach(
        (asset, sender) -> {
          open(sender, Math.max(lastGap, sender.newest + 1));
          if (losers.contains(asset) && !sender.holes.isEmpty()) {
            long before = Math.max(lateness, sender.latest);
            spans.put(asset, sender.holes.stream().map(hole -> hole.span(before)).toList());
          }
        });
    return spans;
  }

  /** Whether any reading of an asset was found. */
  boolean knows(Asset asset) {
    return senders.containsKey(asset);
  }
}
