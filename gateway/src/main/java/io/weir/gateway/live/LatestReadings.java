package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.model.Weight;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest reading of every series and metric: a fold over messages without clock and I/O. Newest
 * is by event time; of equal times, the last one received, as in the stores. At its limit, it
 * forgets the entry that was silent for longest, if that was a minute; else what is new is not
 * taken, so that what is shown stays.
 *
 * <p>A reading of what is known already changes its entry in place and allocates nothing.
 *
 * <p>Mutable; belongs to one thread, or to a lock of its user.
 */
public final class LatestReadings implements MessageReader {

  private static final int TEXT_SHOWN = 200;

  /** What an entry takes beside its names and its text, while it is shown too. */
  private static final int BYTES_OF_ONE = 200;

  private static final int BYTES_OF_SERIES = 200;

  /** A silence after which something new may take the place. */
  static final long SILENT_NS = 60_000_000_000L;

  private static final long ORDERED_TO_NS = 1_000_000_000L;

  private final long mostBytes;
  private long bytes;

  private final BySeries<ByMetric<Entry>> series = new BySeries<>();

  /**
   * Begins and ends the ring of all entries in the order of last hearing, oldest first; to a
   * second, so that what is heard all the time is not moved all the time.
   */
  private final Entry ring = new Entry();

  // Of the message and the line that are read.
  private long receiveTimeNs;
  private @Nullable ByMetric<Entry> of;
  private Series ofLine = new Series("", Asset.NONE, Map.of());
  private long timeNs;
  private Quality quality = Quality.GOOD;
  private @Nullable String reason;

  /** The newest reading of one metric, and its neighbours in the ring. */
  private static final class Entry extends ByMetric.Kept<Entry> {
    private final @Nullable ByMetric<Entry> of;
    private Value.Type type = Value.Type.FLOAT;
    private long bits;
    private @Nullable String text;
    private long timeNs = Long.MIN_VALUE;
    private Quality quality = Quality.GOOD;
    private @Nullable String reason;
    private long receiveTimeNs;

    /** When it got its place in the ring. */
    private long orderedNs;

    private Entry older = this;
    private Entry newer = this;

    /** The ring itself. */
    Entry() {
      super("");
      of = null;
    }

    Entry(ByMetric<Entry> of, String metric) {
      super(metric);
      this.of = of;
    }

    ByMetric<Entry> ofSeries() {
      return Objects.requireNonNull(of);
    }

    /** What changes of its weight. */
    long weight() {
      return Weight.of(text) + Weight.of(reason);
    }

    Object value() {
      return switch (type) {
        case FLOAT -> Double.longBitsToDouble(bits);
        case INTEGER -> bits;
        case BOOLEAN -> bits != 0;
        case STRING -> Objects.requireNonNull(text);
      };
    }

    boolean isAlone() {
      return older == this;
    }

    void unlink() {
      older.newer = newer;
      newer.older = older;
    }

    void linkBefore(Entry next) {
      older = next.older;
      newer = next;
      older.newer = this;
      next.older = this;
    }
  }

  /** An entry as it was at one moment. */
  record Heard(Series series, AssetNode.Latest latest, long receiveTimeNs) {}

  /**
   * @param mostBytes of the heap that it may take, about
   */
  public LatestReadings(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  @Override
  public void message(String source, String topic, long receivedNs) {
    receiveTimeNs = receivedNs;
  }

  @Override
  public void line(Series next, long at, Quality trust, @Nullable String why) {
    ofLine = next;
    of = series.get(next);
    if (of != null) {
      of.begin();
    }
    timeNs = at;
    quality = trust;
    reason = why;
  }

  @Override
  public void real(String metric, double value) {
    put(metric, Value.Type.FLOAT, Double.doubleToRawLongBits(value), null);
  }

  @Override
  public void whole(String metric, long value) {
    put(metric, Value.Type.INTEGER, value, null);
  }

  @Override
  public void flag(String metric, boolean value) {
    put(metric, Value.Type.BOOLEAN, value ? 1 : 0, null);
  }

  @Override
  public void text(String metric, String value) {
    boolean cut = value.length() > TEXT_SHOWN;
    put(metric, Value.Type.STRING, 0, cut ? value.substring(0, TEXT_SHOWN) + "…" : value);
  }

  private void put(String metric, Value.Type type, long bits, @Nullable String text) {
    Entry entry = entry(metric);
    if (entry == null) {
      return;
    }
    if (timeNs >= entry.timeNs) {
      if (text != null || entry.text != null || reason != null || entry.reason != null) {
        bytes -= entry.weight();
        entry.text = text;
        entry.reason = reason;
        bytes += entry.weight();
      }
      entry.type = type;
      entry.bits = bits;
      entry.timeNs = timeNs;
      entry.quality = quality;
    }
    if (entry.isAlone() || Math.abs(receiveTimeNs - entry.orderedNs) >= ORDERED_TO_NS) {
      moveToEnd(entry);
    }
    entry.receiveTimeNs = receiveTimeNs;
    if (bytes > mostBytes) { // longer texts than before
      moveToEnd(entry);
      while (bytes > mostBytes && ring.newer != entry) {
        forget(ring.newer);
      }
    }
  }

  private void moveToEnd(Entry entry) {
    entry.unlink();
    entry.linkBefore(ring);
    entry.orderedNs = receiveTimeNs;
  }

  /** The entry of a metric of this line; {@code null} where there is no room for a new one. */
  private @Nullable Entry entry(String metric) {
    Entry known = of == null ? null : of.get(metric);
    if (known != null) {
      return known;
    }
    long more = BYTES_OF_ONE + Weight.of(metric);
    if (!isRoomFor(of == null ? more + weight(ofLine) : more)) {
      return null;
    }
    ByMetric<Entry> lineOf = of; // making room may have forgotten it
    if (lineOf == null) {
      lineOf = new ByMetric<>(ofLine);
      series.put(lineOf);
      of = lineOf;
      bytes += weight(ofLine);
    }
    Entry entry = new Entry(lineOf, metric);
    lineOf.put(entry);
    bytes += more;
    return entry;
  }

  private static long weight(Series series) {
    return BYTES_OF_SERIES + Weight.of(series);
  }

  private boolean isRoomFor(long more) {
    while (bytes + more > mostBytes) {
      Entry oldest = ring.newer;
      if (oldest == ring || receiveTimeNs - oldest.receiveTimeNs < SILENT_NS) {
        return false;
      }
      forget(oldest);
    }
    return true;
  }

  private void forget(Entry gone) {
    ByMetric<Entry> from = gone.ofSeries();
    gone.unlink();
    from.remove(gone);
    bytes -= BYTES_OF_ONE + Weight.of(gone.metric()) + gone.weight();
    if (from.isEmpty()) {
      series.remove(from);
      bytes -= weight(from.series());
      of = from == of ? null : of;
    }
  }

  /** All entries as they are now, the longest silent first. */
  List<Heard> heard(long nowNs) {
    List<Heard> all = new ArrayList<>();
    for (Entry entry = ring.newer; entry != ring; entry = entry.newer) {
      all.add(heard(entry, nowNs));
    }
    return all;
  }

  private static Heard heard(Entry entry, long nowNs) {
    Series series = entry.ofSeries().series();
    AssetNode.Latest latest =
        new AssetNode.Latest(
            series.measurement(),
            series.tags(),
            entry.metric(),
            entry.value(),
            Instant.ofEpochSecond(0, entry.timeNs),
            seconds(nowNs - entry.timeNs),
            entry.quality.name().toLowerCase(Locale.ROOT),
            entry.reason);
    return new Heard(series, latest, entry.receiveTimeNs);
  }

  /** All entries as a tree, with ages as of {@code nowNs}. */
  public List<AssetNode> tree(long nowNs) {
    return tree(heard(nowNs), nowNs);
  }

  /** Entries as a tree, with ages as of {@code nowNs}. */
  static List<AssetNode> tree(List<Heard> all, long nowNs) {
    Branch root = new Branch("");
    for (Heard heard : all) {
      root.at(heard.series().asset()).take(heard);
    }
    return root.children(nowNs, root.heard.isEmpty() ? List.of() : List.of(root.node("", nowNs)));
  }

  /** A place while the tree is built. */
  private static final class Branch {
    private final String level;
    private final Map<Place, Branch> inside = new TreeMap<>();
    private final List<Heard> heard = new ArrayList<>();

    private record Place(String name, String level) implements Comparable<Place> {
      @Override
      public int compareTo(Place other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : level.compareTo(other.level);
      }
    }

    Branch(String level) {
      this.level = level;
    }

    Branch at(Asset asset) {
      return step("site", asset.site())
          .step("area", asset.area())
          .step("line", asset.line())
          .step("machine", asset.machine());
    }

    private Branch step(String childLevel, @Nullable String name) {
      return name == null
          ? this
          : inside.computeIfAbsent(new Place(name, childLevel), place -> new Branch(childLevel));
    }

    void take(Heard reading) {
      heard.add(reading);
    }

    List<AssetNode> children(long nowNs, List<AssetNode> first) {
      List<AssetNode> nodes = new ArrayList<>(first);
      inside.forEach((place, branch) -> nodes.add(branch.node(place.name(), nowNs)));
      return nodes;
    }

    AssetNode node(String name, long nowNs) {
      Double heardAge = null;
      List<AssetNode.Latest> metrics = new ArrayList<>(heard.size());
      for (Heard one : heard) {
        double age = seconds(nowNs - one.receiveTimeNs());
        heardAge = heardAge == null ? age : Math.min(heardAge, age);
        metrics.add(one.latest());
      }
      metrics.sort(
          Comparator.comparing(AssetNode.Latest::metric)
              .thenComparing(AssetNode.Latest::measurement)
              .thenComparing(metric -> metric.tags().toString()));
      boolean rootItself = level.isEmpty();
      return new AssetNode(
          level, name, heardAge, metrics, rootItself ? List.of() : children(nowNs, List.of()));
    }
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e8) / 10.0;
  }
}
