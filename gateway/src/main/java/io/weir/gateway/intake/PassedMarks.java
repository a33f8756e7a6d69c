package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.source.Passage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
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
 *
 * <p>Bytes, little-endian: u32 logs, the quietest first; each u32 length, UTF-8 name, i64 and u32
 * highest place in turn (offset -1 where there is none), marks; in format 7 of the ledger u32
 * ranges before their turn, each i64 first offset, i64 and u32 highest place, marks. Marks: u32
 * count, each i64 offset, u32 index, i64 hash. One with the index -1 is none: it says below which
 * place rows are stored that have no mark, by its offset and, in the place of the hash, its index,
 * and in the upper half how many of the marks behind it are the last ones of batches; earlier
 * versions take it for the mark of a row that never comes.
 */
final class PassedMarks {

  /** In memory, about 12 MB: half a batch of the usual size of each of 40 gateways. */
  static final int MOST_MARKS = 1 << 17;

  private static final int MOST_LOGS = 512;

  /** Of each log, besides the first. A sender has half as many at most, and another one a crash. */
  static final int MOST_RANGES = 32;

  private static final int BETWEEN_SWEEPS = MOST_MARKS / 32;

  /** Of each range at least, if it has them; they stand in each segment of the log. */
  private static final int LEAST_STORED = 256;

  /**
   * Of each range: three batches of the usual size, as records of 1,500 rows end in one of them.
   */
  private static final int MOST_STORED = 1 << 14;

  /** Of earlier batches in turn, the last mark of so many. */
  private static final int MOST_ENDS = 1024;

  /** In the place of the index of a mark that says below which place rows are forgotten. */
  private static final int FORGOTTEN = -1;

  private static final int PLACE_BYTES = Long.BYTES + Integer.BYTES;
  private static final int MARK_BYTES = PLACE_BYTES + Long.BYTES;

  private record At(long offset, int index) implements Comparable<At> {

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

  private record Mark(long hash, boolean durable) {}

  /** Places that came one after the other. */
  private static final class Range {
    final long since;

    /** On stable storage. */
    At highest = At.NOTHING;

    /**
     * Where the last batch begins that begins with a record. After a start that is not known, and
     * all may belong to it.
     */
    At batch = At.NOTHING;

    /** Rows below it that came are on stable storage. */
    At whole = At.NOTHING;

    /** The highest of which the mark was dropped; a row above it without a mark never came. */
    At dropped = At.NOTHING;

    /** The last rows of batches that were followed by another. */
    final NavigableSet<At> ends = new TreeSet<>();

    final NavigableMap<At, Mark> marks = new TreeMap<>();

    Range(long since) {
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
  }

  private static final class OfLog {
    final Range inTurn = new Range(0);

    /** By their first offset. */
    final NavigableMap<Long, Range> ahead = new TreeMap<>();

    List<Range> all() {
      List<Range> all = new ArrayList<>(ahead.values());
      all.add(inTurn);
      return all;
    }

    @Nullable Mark mark(At at) {
      Mark mark = inTurn.marks.get(at);
      Map.Entry<Long, Range> below = ahead.floorEntry(at.offset());
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
      List<Range> below = new ArrayList<>();
      for (Range range : ahead.values()) {
        if (!range.highest.isAbove(inTurn.highest)
            && range.marks.values().stream().allMatch(Mark::durable)) {
          below.add(range);
        }
      }
      for (Range range : below) {
        ahead.remove(range.since);
        range.marks.forEach(inTurn.marks::putIfAbsent);
      }
      return before - marks();
    }

    int marks() {
      int marks = inTurn.marks.size();
      for (Range range : ahead.values()) {
        marks += range.marks.size();
      }
      return marks;
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
    Range range = range(first);
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
    Range range = range(place);
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
    Range range = put(place, true);
    At at = At.of(place);
    if (at.isAbove(range.highest)) {
      range.highest = at;
    }
    OfLog log = logs.get(place.log());
    if (log != null && !log.ahead.isEmpty()) {
      marks -= log.absorb();
    }
  }

  private @Nullable Range range(Passage.Place place) {
    OfLog log = logs.get(place.log());
    return log == null ? null : place.isAhead() ? log.ahead.get(place.since()) : log.inTurn;
  }

  private Range put(Passage.Place place, boolean durable) {
    OfLog log = logs.computeIfAbsent(place.log(), absent -> new OfLog());
    Range range =
        place.isAhead() ? log.ahead.computeIfAbsent(place.since(), Range::new) : log.inTurn;
    if (range.marks.put(At.of(place), new Mark(place.hash(), durable)) == null) {
      marks++;
      sinceSweep++;
    }
    bound(range);
    return range;
  }

  /** Room for others. */
  private void bound(Range grown) {
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
      for (Range range : log.all()) {
        NavigableMap<At, Mark> settled = range.settled();
        int count = settled.size();
        drop(range, settled, Math.min(count / 2, count - LEAST_STORED));
      }
    }
  }

  /** Of the range that has most, which is the one that grows, mostly. */
  private void dropOldest(Range grown) {
    Range most = grown;
    for (OfLog log : logs.values()) {
      for (Range each : log.all()) {
        most = each.marks.size() > most.marks.size() ? each : most;
      }
    }
    drop(most, most.marks, Math.max(1, most.marks.size() / 8));
  }

  private void drop(Range range, NavigableMap<At, Mark> from, int count) {
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
    return logs.values().stream().anyMatch(log -> !stored(log).isEmpty());
  }

  private static List<Range> stored(OfLog log) {
    return log.ahead.values().stream().filter(range -> range.highest != At.NOTHING).toList();
  }

  /**
   * What is on stable storage.
   *
   * @param ahead whether with the ranges of what came before its turn
   * @param mostBytes that marks may take, about; where there are more, those of ranges that have
   *     few stay
   */
  synchronized byte[] toBytes(boolean ahead, long mostBytes) {
    Map<String, List<Stored>> all = new LinkedHashMap<>();
    int size = Integer.BYTES;
    for (Map.Entry<String, OfLog> each : logs.entrySet()) {
      OfLog log = each.getValue();
      if (log.isDurable()) {
        List<Stored> ranges = new ArrayList<>(List.of(Stored.of(log.inTurn)));
        (ahead ? stored(log) : List.<Range>of()).forEach(range -> ranges.add(Stored.of(range)));
        all.put(each.getKey(), ranges);
        size += Integer.BYTES + each.getKey().getBytes(UTF_8).length + Integer.BYTES;
        size += ranges.size() * (Long.BYTES + PLACE_BYTES + Integer.BYTES);
      }
    }
    int[] counts =
        all.values().stream().flatMap(List::stream).mapToInt(each -> each.marks().size()).toArray();
    int share = share(counts, mostBytes / MARK_BYTES);
    size += Arrays.stream(counts).map(count -> Math.min(count, share) + 1).sum() * MARK_BYTES;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(all.size());
    all.forEach(
        (log, ranges) -> {
          byte[] name = log.getBytes(UTF_8);
          out.putInt(name.length).put(name);
          ranges.get(0).write(out, share);
          if (ahead) {
            out.putInt(ranges.size() - 1);
            for (Stored range : ranges.subList(1, ranges.size())) {
              out.putLong(range.range().since);
              range.write(out, share);
            }
          }
        });
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /** How many each may have at most, so that all together are not more than so many. */
  private static int share(int[] counts, long most) {
    int[] rising = counts.clone();
    Arrays.sort(rising);
    long left = most;
    for (int i = 0; i < rising.length; i++) {
      long share = left / (rising.length - i);
      if (rising[i] > share) {
        return (int) share;
      }
      left -= rising[i];
    }
    return Integer.MAX_VALUE;
  }

  /** A range with its marks that stand in a segment, the newest first. */
  private record Stored(Range range, List<Map.Entry<At, Mark>> marks) {

    static Stored of(Range range) {
      return new Stored(range, last(range));
    }

    void write(ByteBuffer out, int most) {
      out.putLong(range.highest.offset()).putInt(range.highest.index());
      int count = Math.min(marks.size(), most);
      At stored = range.forgottenBelow(marks.subList(0, count));
      out.putInt(stored == At.NOTHING ? count : count + 1);
      if (stored != At.NOTHING) {
        out.putLong(stored.offset()).putInt(FORGOTTEN);
        out.putLong((long) ends(count) << Integer.SIZE | stored.index());
      }
      for (int i = count - 1; i >= 0; i--) {
        At at = marks.get(i).getKey();
        out.putLong(at.offset()).putInt(at.index());
        out.putLong(marks.get(i).getValue().hash());
      }
    }

    /** How many of the oldest of so many marks are ends of batches. */
    private int ends(int count) {
      int ends = 0;
      while (ends < count && range.ends.contains(marks.get(count - 1 - ends).getKey())) {
        ends++;
      }
      return ends;
    }
  }

  /**
   * The marks that stand in a segment: those of the last batch, some before, and of those before
   * that the last of each; newest first.
   */
  private static List<Map.Entry<At, Mark>> last(Range range) {
    List<Map.Entry<At, Mark>> last = new ArrayList<>();
    for (Map.Entry<At, Mark> each : range.marks.descendingMap().entrySet()) {
      boolean isBefore = range.batch.isAbove(each.getKey());
      if (last.size() >= (isBefore ? LEAST_STORED : MOST_STORED)) {
        addEnds(range, each.getKey(), last);
        break;
      }
      if (each.getValue().durable()) {
        last.add(each);
      }
    }
    return last;
  }

  private static void addEnds(Range range, At from, List<Map.Entry<At, Mark>> to) {
    for (At end : range.ends.headSet(from, true).descendingSet()) {
      Mark mark = range.marks.get(end);
      if (mark != null && mark.durable()) {
        to.add(Map.entry(end, mark));
      }
    }
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @param ahead whether with the ranges of what came before its turn
   */
  synchronized void read(ByteBuffer in, boolean ahead) {
    logs.clear();
    marks = 0;
    for (int left = in.getInt(); left > 0; left--) {
      byte[] name = new byte[in.getInt()];
      in.get(name);
      String log = new String(name, UTF_8);
      read(in, log, Passage.Place.IN_TURN);
      for (int ranges = ahead ? in.getInt() : 0; ranges > 0; ranges--) {
        read(in, log, in.getLong());
      }
    }
  }

  private void read(ByteBuffer in, String name, long since) {
    OfLog log = logs.computeIfAbsent(name, absent -> new OfLog());
    Range range =
        since == Passage.Place.IN_TURN ? log.inTurn : log.ahead.computeIfAbsent(since, Range::new);
    At highest = new At(in.getLong(), in.getInt());
    range.highest = highest.offset() < 0 ? At.NOTHING : highest;
    int ends = 0;
    for (int i = in.getInt(); i > 0; i--) {
      long offset = in.getLong();
      int index = in.getInt();
      long hash = in.getLong();
      if (index == FORGOTTEN) {
        range.whole = new At(offset, (int) hash);
        range.dropped = range.whole;
        ends = (int) (hash >>> Integer.SIZE);
      } else {
        put(new Passage.Place(name, offset, index, hash, since), true);
        if (ends-- > 0) {
          range.ends.add(new At(offset, index));
        }
      }
    }
  }
}
