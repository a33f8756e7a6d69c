package io.weir.gateway.intake;

import io.weir.gateway.source.Passage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Places of a log that came one after the other, with the marks of the last ones. {@link
 * PassedMarks} says what a range is; it owns and guards all of them.
 */
final class PassedRange {

  /** Of each range at least, if it has them; they stand in each segment of the log. */
  static final int LEAST_STORED = 256;

  /**
   * Of each range: three batches of the usual size, as records of 1,500 rows end in one of them.
   */
  private static final int MOST_STORED = 1 << 14;

  /** Of earlier batches in turn, the last mark of each of this many. */
  private static final int MOST_ENDS = 1024;

  /** The place of a row in the log of its sender: offset of the record, and index within it. */
  record At(long offset, int index) implements Comparable<At> {

    private static final Comparator<At> ORDER =
        Comparator.comparingLong(At::offset).thenComparingInt(At::index);

    /** Below all. */
    static final At NOTHING = new At(-1, 0);

    static At of(Passage.Place place) {
      return new At(place.offset(), place.index());
    }

    @Override
    public int compareTo(At other) {
      return ORDER.compare(this, other);
    }

    boolean isAbove(At other) {
      return compareTo(other) > 0;
    }
  }

  /** Of a row at its place. */
  record Mark(long hash, boolean durable) {}

  final long since;

  /** On stable storage. */
  At highest = At.NOTHING;

  /**
   * Where the last batch begins that begins with a record. After a start that is not known, and all
   * may belong to it.
   */
  At batch = At.NOTHING;

  /** Rows below it that came are on stable storage. */
  At whole = At.NOTHING;

  /** The highest of which the mark was dropped; a row above it without a mark never came. */
  At dropped = At.NOTHING;

  /** The last rows of batches that were followed by another. */
  final NavigableSet<At> ends = new TreeSet<>();

  final NavigableMap<At, Mark> marks = new TreeMap<>();

  PassedRange(long since) {
    this.since = since;
  }

  /** Whether the place may have come before, on stable storage or not. */
  boolean holds(At at) {
    boolean isBelow = !at.isAbove(highest) || !marks.isEmpty() && !at.isAbove(marks.lastKey());
    return at.offset() >= since && isBelow;
  }

  /** Whether no row of a record is known, nor one behind it. */
  boolean isBefore(long record) {
    return marks.isEmpty() || marks.lastKey().offset() < record;
  }

  /** A batch begins behind all that came: so the one before is stored. */
  void follows(At first) {
    whole = first;
    if (!marks.isEmpty()) {
      ends.add(marks.lastKey());
    }
    if (ends.size() > MOST_ENDS) {
      ends.pollFirst();
    }
  }

  /** Whether a row without a mark is stored, if it came. */
  boolean isForgotten(At at) {
    return whole.isAbove(at) && !at.isAbove(dropped) && !at.isAbove(highest);
  }

  /**
   * Below which rows without a mark are forgotten ones, if only these marks are kept.
   *
   * @param kept the newest first
   */
  At forgottenBelow(List<Map.Entry<At, Mark>> kept) {
    At last = dropped;
    int next = 0;
    for (Map.Entry<At, Mark> each : marks.descendingMap().entrySet()) {
      if (next < kept.size() && kept.get(next).getKey().equals(each.getKey())) {
        next++;
      } else if (each.getValue().durable()) {
        last = each.getKey().isAbove(last) ? each.getKey() : last;
        break;
      }
    }
    At behind = last == At.NOTHING ? last : new At(last.offset(), last.index() + 1);
    return whole.isAbove(behind) ? behind : whole;
  }

  /** Those of batches before the last one. */
  NavigableMap<At, Mark> settled() {
    return marks.headMap(batch, false);
  }

  /**
   * The marks that stand in a segment: those of the last batch, some before, and of those before
   * that the last of each; newest first.
   */
  List<Map.Entry<At, Mark>> stored() {
    List<Map.Entry<At, Mark>> stored = new ArrayList<>();
    for (Map.Entry<At, Mark> each : marks.descendingMap().entrySet()) {
      boolean isBefore = batch.isAbove(each.getKey());
      if (stored.size() >= (isBefore ? LEAST_STORED : MOST_STORED)) {
        addEnds(each.getKey(), stored);
        break;
      }
      if (each.getValue().durable()) {
        stored.add(each);
      }
    }
    return stored;
  }

  private void addEnds(At from, List<Map.Entry<At, Mark>> to) {
    for (At end : ends.headSet(from, true).descendingSet()) {
      Mark mark = marks.get(end);
      if (mark != null && mark.durable()) {
        to.add(Map.entry(end, mark));
      }
    }
  }
}
