package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.model.Weight;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest reading of every series and metric: a fold over messages without clock and I/O. Newest
 * is by event time; of equal times, the last one received, as in the stores. At its limit, it
 * forgets the entry that was silent for longest.
 *
 * <p>Shared between the thread that folds and the one that reads, under its own lock; both hold it
 * for memory work only.
 */
public final class LatestReadings {

  private static final int TEXT_SHOWN = 200;

  /** What one takes beside its names and its value, while it is shown too. */
  private static final int BYTES_OF_ONE = 200;

  /** So many metrics share a series, about. */
  private static final int SERIES_SHARED = 2;

  private final long mostBytes;
  private long bytes;

  /** In the order of last hearing, oldest first. */
  private final LinkedHashMap<Key, Heard> latest = new LinkedHashMap<>(256, 0.75f, true);

  private record Key(Series series, String metric) {}

  private record Heard(Reading reading, long receiveTimeNs) {}

  /**
   * @param mostBytes of the heap that it may take, about
   */
  public LatestReadings(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Adds one message. */
  public synchronized void fold(Message message) {
    for (Reading reading : message.readings()) {
      Key key = new Key(reading.series(), reading.metric());
      Heard before = latest.get(key);
      boolean newer = before == null || reading.timeNs() >= before.reading().timeNs();
      Reading newest = before == null || newer ? shortened(reading) : before.reading();
      latest.put(key, new Heard(newest, message.receiveTimeNs()));
      bytes += weight(newest) - (before == null ? 0 : weight(before.reading()));
      forget();
    }
  }

  private void forget() {
    Iterator<Heard> oldest = latest.values().iterator();
    while (bytes > mostBytes && oldest.hasNext()) {
      bytes -= weight(oldest.next().reading());
      oldest.remove();
    }
  }

  private static long weight(Reading reading) {
    return BYTES_OF_ONE
        + Weight.of(reading.metric())
        + Weight.of(reading.value())
        + Weight.of(reading.reason())
        + Weight.of(reading.series()) / SERIES_SHARED;
  }

  /** Cuts long texts: the limit is on entries, not on bytes. */
  private static Reading shortened(Reading reading) {
    return reading.value() instanceof Value.Text text && text.value().length() > TEXT_SHOWN
        ? new Reading(
            reading.series(),
            reading.metric(),
            new Value.Text(text.value().substring(0, TEXT_SHOWN) + "…"),
            reading.timeNs(),
            reading.quality(),
            reading.reason())
        : reading;
  }

  /** All entries as a tree, with ages as of {@code nowNs}. */
  public List<AssetNode> tree(long nowNs) {
    List<Heard> all;
    synchronized (this) {
      all = new ArrayList<>(latest.values());
    }
    Branch root = new Branch("");
    for (Heard heard : all) {
      root.at(heard.reading().series().asset()).take(heard);
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
        metrics.add(latest(one.reading(), nowNs));
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

  private static AssetNode.Latest latest(Reading reading, long nowNs) {
    return new AssetNode.Latest(
        reading.series().measurement(),
        reading.series().tags(),
        reading.metric(),
        plain(reading.value()),
        Instant.ofEpochSecond(0, reading.timeNs()),
        seconds(nowNs - reading.timeNs()),
        reading.quality().name().toLowerCase(Locale.ROOT),
        reading.reason());
  }

  private static Object plain(Value value) {
    if (value instanceof Value.Real real) {
      return real.value();
    }
    if (value instanceof Value.Whole whole) {
      return whole.value();
    }
    if (value instanceof Value.Flag flag) {
      return flag.value();
    }
    return ((Value.Text) value).value();
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e8) / 10.0;
  }
}
