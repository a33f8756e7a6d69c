package io.weir.gateway.intake;

import io.weir.gateway.intake.PassedRange.At;
import io.weir.gateway.intake.PassedRange.Mark;
import io.weir.gateway.source.Passage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of other gateways' logs a source has taken. Of each log the ranges of places are
 * known, and of the last rows of each range their hashes. A wrong match would lose a row, and a
 * missing one only stores it twice; so a row at a place that may have come before is known only by
 * its hash.
 *
 * <p>The first range begins with the log and ends with the highest place that came in turn: a
 * sender is done with all below it. Above are the ranges of what came before its turn, each from
 * the offset that the sender named. One that the first range has reached becomes a part of it.
 *
 * <p>Of a range in turn it is known too where its last batch begins that followed another: a sender
 * begins one once the one before is stored whole. So of a row below that place, whose mark was
 * dropped, only what it said is not known; it is the same one if a row behind it in the log of its
 * sender is. Above that place a row without a mark was perhaps never stored: a sync that failed, or
 * that a power cut tore, takes some of a batch and leaves others. So that there is such a row
 * behind, the last marks of earlier batches stay: what comes again ends with a batch as it did
 * before, or with the newest rows.
 *
 * <p>A mark is under way from just before the append until the end of the sync. Marks are bounded
 * in all. Those of a range's last batch are kept longest: a log without room takes a part of it,
 * and it comes again and again until it is stored whole. The oldest of what was before goes first,
 * then the oldest of the range that has most. Bounded are ranges of a log, too, and logs: of the
 * gateway that has most of them, the one that has been quiet for longest is forgotten, and all of
 * it would be taken again. Guarded by itself.
 */
final class PassedMarks {

  /** In memory, about 12 MB: half a batch of the usual size of each of 40 gateways. */
  static final int MOST_MARKS = 1 << 17;

  private static final int MOST_LOGS = 512;

  /** Of each log, besides the first. A sender has half as many at most, and another one a crash. */
  static final int MOST_RANGES = 32;

  private static final int BETWEEN_SWEEPS = MOST_MARKS / 32;

  private static final class OfLog {
    final PassedRange inTurn = new PassedRange(0);

    /** By their first offset. */
    final NavigableMap<Long, PassedRange> ahead = new TreeMap<>();

    List<PassedRange> all() {
      List<PassedRange> all = new ArrayList<>(ahead.values());
      all.add(inTurn);
      return all;
    }

    @Nullable Mark mark(At at) {
      Mark mark = inTurn.marks.get(at);
      Map.Entry<Long, PassedRange> below = ahead.floorEntry(at.offset());
      return mark == null && below != null ? below.getValue().marks.get(at) : mark;
    }

    boolean mayHaveCome(At at) {
      return inTurn.holds(at) || ahead.values().stream().anyMatch(range -> range.holds(at));
    }

    /** Whether rows of another range came between the beginning of this one and the place. */
    boolean isAnotherBetween(Passage.Place place) {
      return !ahead.subMap(place.since(), false, place.offset(), true).isEmpty();
    }

    /**
     * Ranges of which the first one has reached the end become a part of it.
     *
     * @return how many marks there are less
     */
    int absorb() {
      int before = marks();
      List<PassedRange> below = new ArrayList<>();
      for (PassedRange range : ahead.values()) {
        if (!range.highest.isAbove(inTurn.highest)
            && range.marks.values().stream().allMatch(Mark::durable)) {
          below.add(range);
        }
      }
      for (PassedRange range : below) {
        ahead.remove(range.since);
        range.marks.forEach(inTurn.marks::putIfAbsent);
      }
      return before - marks();
    }

    int marks() {
      int marks = inTurn.marks.size();
      for (PassedRange range : ahead.values()) {
        marks += range.marks.size();
      }
      return marks;
    }

    List<PassedRange> durableAhead() {
      return ahead.values().stream().filter(range -> range.highest != At.NOTHING).toList();
    }

    boolean isDurable() {
      return all().stream().anyMatch(range -> range.highest != At.NOTHING);
    }
  }

  /** By name, the quietest first. */
  private final Map<String, OfLog> logs = new LinkedHashMap<>(16, 0.75f, true);

  private int marks;

  /** Marks that came since those of earlier batches were looked through. */
  private int sinceSweep;

  synchronized Passage.Known known(Passage.Place place, boolean mustStand) {
    OfLog log = logs.get(place.log());
    if (log == null) {
      return Passage.Known.NEW;
    }
    At at = At.of(place);
    Mark mark = log.mark(at);
    Mark same = mark != null && mark.hash() == place.hash() ? mark : null;
    if (same != null && !same.durable()) {
      return Passage.Known.UNDER_WAY;
    }
    if (mustStand && at.isAbove(log.inTurn.highest)) {
      return Passage.Known.NEW; // if it came, then before its turn
    }
    if (same != null) {
      return Passage.Known.REPEATED;
    }
    if (mark == null && !place.isAhead() && log.inTurn.isForgotten(at)) {
      return Passage.Known.FORGOTTEN;
    }
    boolean isNew = !log.mayHaveCome(at) && !(place.isAhead() && log.isAnotherBetween(place));
    if (isNew && place.isAhead() && !log.ahead.containsKey(place.since())) {
      return log.ahead.size() < MOST_RANGES ? Passage.Known.NEW : Passage.Known.CROWDED;
    }
    return isNew ? Passage.Known.NEW : Passage.Known.DOUBTFUL;
  }

  /**
   * A batch begins. Where it begins within a record, so does what may come again where the sender
   * starts again too: it goes on from a whole record, which is in one of the batches before.
   *
   * @param first the place of its first row
   */
  synchronized void beginBatch(Passage.Place first) {
    PassedRange range = range(first);
    At at = At.of(first);
    if (range == null) {
      return;
    }
    boolean isNext = range.marks.isEmpty() || at.isAbove(range.marks.lastKey());
    if (isNext && !first.isAhead() && at.isAbove(range.whole)) {
      range.follows(at);
    }
    if (range.isBefore(first.offset()) || range.batch.isAbove(at)) {
      range.batch = at;
    }
  }

  synchronized void begin(Passage.Place place) {
    put(place, false);
  }

  /** It was not stored: its place is free again. */
  synchronized void undo(Passage.Place place) {
    OfLog log = logs.get(place.log());
    PassedRange range = range(place);
    if (log == null || range == null) {
      return;
    }
    if (range.marks.remove(At.of(place)) != null) {
      marks--;
    }
    if (place.isAhead() && range.marks.isEmpty() && range.highest == At.NOTHING) {
      log.ahead.remove(range.since);
    }
  }

  /** Keeps the mark of a row that is on the disk. */
  synchronized void keep(Passage.Place place) {
    PassedRange range = put(place, true);
    At at = At.of(place);
    if (at.isAbove(range.highest)) {
      range.highest = at;
    }
    OfLog log = logs.get(place.log());
    if (log != null && !log.ahead.isEmpty()) {
      marks -= log.absorb();
    }
  }

  private @Nullable PassedRange range(Passage.Place place) {
    OfLog log = logs.get(place.log());
    return log == null ? null : place.isAhead() ? log.ahead.get(place.since()) : log.inTurn;
  }

  private PassedRange put(Passage.Place place, boolean durable) {
    PassedRange range = grown(place.log(), place.since());
    if (range.marks.put(At.of(place), new Mark(place.hash(), durable)) == null) {
      marks++;
      sinceSweep++;
    }
    bound(range);
    return range;
  }

  /** The range of a log that a row is added to. */
  private PassedRange grown(String name, long since) {
    OfLog log = logs.computeIfAbsent(name, absent -> new OfLog());
    return since == Passage.Place.IN_TURN
        ? log.inTurn
        : log.ahead.computeIfAbsent(since, PassedRange::new);
  }

  /** Room for others. */
  private void bound(PassedRange grown) {
    while (marks > MOST_MARKS) {
      if (sinceSweep >= BETWEEN_SWEEPS) {
        dropSettled();
        sinceSweep = 0;
      } else {
        dropOldest(grown);
      }
    }
    while (logs.size() > MOST_LOGS) {
      OfLog out = logs.remove(quietest());
      marks -= out == null ? 0 : out.marks();
    }
  }

  /** Half of what each range has of batches before its last one, but for some. */
  private void dropSettled() {
    for (OfLog log : logs.values()) {
      for (PassedRange range : log.all()) {
        NavigableMap<At, Mark> settled = range.settled();
        int count = settled.size();
        drop(range, settled, Math.min(count / 2, count - PassedRange.LEAST_STORED));
      }
    }
  }

  /** Of the range that has most, which is the one that grows, mostly. */
  private void dropOldest(PassedRange grown) {
    PassedRange most = grown;
    for (OfLog log : logs.values()) {
      for (PassedRange each : log.all()) {
        most = each.marks.size() > most.marks.size() ? each : most;
      }
    }
    drop(most, most.marks, Math.max(1, most.marks.size() / 8));
  }

  private void drop(PassedRange range, NavigableMap<At, Mark> from, int count) {
    for (int left = count; left > 0; left--) {
      Map.Entry<At, Mark> gone = from.pollFirstEntry();
      if (gone == null) {
        return;
      }
      range.dropped = gone.getKey().isAbove(range.dropped) ? gone.getKey() : range.dropped;
      marks--;
    }
  }

  /** Of the gateway that has most: one that names its logs anew again and again has them all. */
  private String quietest() {
    Map<String, Integer> counts = new HashMap<>();
    logs.keySet().forEach(log -> counts.merge(gateway(log), 1, Integer::sum));
    int most = Collections.max(counts.values());
    return logs.keySet().stream()
        .filter(log -> Objects.equals(counts.get(gateway(log)), most))
        .findFirst()
        .orElseThrow();
  }

  /** A name of a log begins with that of its gateway, in which there is no slash. */
  private static String gateway(String log) {
    int end = log.indexOf('/');
    return end < 0 ? log : log.substring(0, end);
  }

  /** Whether there was ever one. */
  synchronized boolean isUsed() {
    return logs.values().stream().anyMatch(OfLog::isDurable);
  }

  /** Whether there are ranges of what came before its turn. */
  synchronized boolean isAnyAhead() {
    return logs.values().stream().anyMatch(log -> !log.durableAhead().isEmpty());
  }

  /**
   * What is on stable storage.
   *
   * @param ahead whether with the ranges of what came before its turn
   * @param mostBytes that marks may take, about; where there are more, those of ranges that have
   *     few stay
   */
  synchronized byte[] toBytes(boolean ahead, long mostBytes) {
    Map<String, List<PassedRange>> durable = new LinkedHashMap<>();
    logs.forEach(
        (name, log) -> {
          if (log.isDurable()) {
            List<PassedRange> ranges = new ArrayList<>(List.of(log.inTurn));
            ranges.addAll(log.durableAhead());
            durable.put(name, ranges);
          }
        });
    return PassedMarksCodec.encode(durable, ahead, mostBytes);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @param ahead whether with the ranges of what came before its turn
   */
  synchronized void read(ByteBuffer in, boolean ahead) {
    logs.clear();
    marks = 0;
    PassedMarksCodec.decode(
        in,
        ahead,
        new PassedMarksCodec.Target() {
          @Override
          public PassedRange range(String log, long since) {
            return grown(log, since);
          }

          @Override
          public void mark(Passage.Place place) {
            put(place, true);
          }
        });
  }
}
