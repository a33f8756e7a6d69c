package io.weir.gateway.live;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Found;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The newest reading of every series and metric: a fold over messages without I/O. Newest is by
 * event time; of equal times, the last one received, as in the stores. One that came while the
 * clock of the gateway was ahead is older than all that come later. At its limit, it forgets what
 * was silent for longest, if that was a minute; else what is new is not taken, so that what is
 * shown stays.
 *
 * <p>A reading of what is known already changes numbers in place and allocates nothing.
 *
 * <p>Mutable; belongs to one thread, or to a lock of its user.
 */
public final class LatestReadings implements MessageReader {

  private static final int TEXT_SHOWN = 200;

  /** No receive time is further ahead of the clock, unless the clock was ahead. */
  private static final long AHEAD_NS = TimeUnit.HOURS.toNanos(1);

  /** What a metric takes beside its name and its text, while it is shown too. */
  private static final int BYTES_OF_ONE = 200;

  private static final int BYTES_OF_SERIES = 200;

  private static final Value.Type[] TYPES = Value.Type.values();
  private static final Quality[] QUALITIES = Quality.values();

  private final Found<Series, OfSeries> series = new Found<>();
  private final Room room;
  private final Time time;

  // Of the message and the line that are read.
  private long receiveTimeNs;
  private @Nullable OfSeries of;
  private Series ofLine = new Series("", Asset.NONE, Map.of());
  private long timeNs;
  private Quality quality = Quality.GOOD;
  private @Nullable String reason;

  /** The text and the reason of a reading that has one of them. */
  private record Words(@Nullable String text, @Nullable String reason) {
    static long weight(@Nullable Words words) {
      return words == null ? 0 : Weight.of(words.text) + Weight.of(words.reason);
    }

    boolean isOf(@Nullable String otherText, @Nullable String otherReason) {
      return Objects.equals(text, otherText) && Objects.equals(reason, otherReason);
    }
  }

  /** The newest readings of one series. */
  private static final class OfSeries extends Columns<Words> {
    private static final int BITS = 0;
    private static final int TIME_NS = 1;
    private static final int RECEIVED_NS = 2;

    /** Type and quality by their ordinals, and whether there are {@link Words}. */
    private static final int KIND = 3;

    private static final int WIDTH = 4;
    private static final int QUALITY_SHIFT = 8;
    private static final long WORDS = 1 << 16;

    OfSeries(Series series) {
      super(series, WIDTH);
    }

    /** Adds a metric that has no reading so far. */
    void addFirst(String metric) {
      int at = at(add(metric));
      numbers()[at + TIME_NS] = Long.MIN_VALUE;
    }

    /** Adds a reading; returns how much more it takes than the one before. */
    long put(
        int column,
        Value.Type type,
        long bits,
        @Nullable String text,
        long timeNs,
        Quality quality,
        @Nullable String reason) {
      long[] numbers = numbers();
      int at = at(column);
      long kind = type.ordinal() | (long) quality.ordinal() << QUALITY_SHIFT;
      long more = 0;
      if (text != null || reason != null) {
        kind |= WORDS;
        more = say(column, text, reason);
      } else if ((numbers[at + KIND] & WORDS) != 0) {
        more = -Words.weight(object(column));
        object(column, null);
      }
      numbers[at + BITS] = bits;
      numbers[at + TIME_NS] = timeNs;
      numbers[at + KIND] = kind;
      return more;
    }

    /** The same words as before are not written: the collector looks at all that is. */
    private long say(int column, @Nullable String text, @Nullable String reason) {
      Words before = object(column);
      if (before != null && before.isOf(text, reason)) {
        return 0;
      }
      Words now = new Words(text, reason);
      object(column, now);
      return Words.weight(now) - Words.weight(before);
    }

    long timeNs(int column) {
      return numbers()[at(column) + TIME_NS];
    }

    long receivedNs(int column) {
      return numbers()[at(column) + RECEIVED_NS];
    }

    void heard(int column, long receivedNs) {
      numbers()[at(column) + RECEIVED_NS] = receivedNs;
    }

    long weight(int column) {
      return BYTES_OF_ONE + Weight.of(metric(column)) + Words.weight(object(column));
    }

    Heard shown(int column, long nowNs) {
      long[] numbers = numbers();
      int at = at(column);
      Words words = object(column);
      AssetNode.Latest latest =
          new AssetNode.Latest(
              name().measurement(),
              name().tags(),
              metric(column),
              value(numbers[at + BITS], type(numbers[at + KIND]), words),
              Instant.ofEpochSecond(0, numbers[at + TIME_NS]),
              seconds(nowNs - numbers[at + TIME_NS]),
              quality(numbers[at + KIND]).name().toLowerCase(Locale.ROOT),
              words == null ? null : words.reason);
      return new Heard(name(), latest, numbers[at + RECEIVED_NS]);
    }

    private static Value.Type type(long kind) {
      return TYPES[(int) kind & ((1 << QUALITY_SHIFT) - 1)];
    }

    private static Quality quality(long kind) {
      return QUALITIES[(int) (kind & (WORDS - 1)) >> QUALITY_SHIFT];
    }

    private static Object value(long bits, Value.Type type, @Nullable Words words) {
      return switch (type) {
        case FLOAT -> Double.longBitsToDouble(bits);
        case INTEGER -> bits;
        case BOOLEAN -> bits != 0;
        case STRING -> Objects.requireNonNull(Objects.requireNonNull(words).text);
      };
    }
  }

  /** A metric that takes room. */
  private final class Taken implements Room.Taken {
    private final OfSeries in;
    private final String metric;
    private final long receivedNs;

    Taken(OfSeries in, int column) {
      this.in = in;
      metric = in.metric(column);
      receivedNs = in.receivedNs(column);
    }

    @Override
    public long receivedNs() {
      return receivedNs;
    }

    @Override
    public long forget() {
      int gone = in.column(metric);
      long bytes = in.weight(gone);
      in.remove(gone);
      if (in.isEmpty()) {
        series.remove(in);
        bytes += weight(in.name());
        of = in == of ? null : of;
      }
      return bytes;
    }
  }

  /** A metric as it was at one moment. */
  record Heard(Series series, AssetNode.Latest latest, long receiveTimeNs) {}

  /**
   * @param mostBytes of the heap that it may take, about
   */
  public LatestReadings(long mostBytes, Time time) {
    room = new Room(mostBytes, this::taken);
    this.time = time;
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
    OfSeries into = of;
    int column = into == null ? -1 : into.column(metric);
    if (into == null || column < 0) {
      into = add(metric);
      if (into == null) {
        return;
      }
      column = into.size() - 1;
    }
    long more = 0;
    if (timeNs >= into.timeNs(column) || isFromAhead(into.receivedNs(column))) {
      more = into.put(column, type, bits, text, timeNs, quality, reason);
    }
    into.heard(column, receiveTimeNs);
    if (more != 0) {
      room.change(more, receiveTimeNs);
    }
  }

  /** The clock is asked only where a message came before that one. */
  private boolean isFromAhead(long receivedNs) {
    return receivedNs - receiveTimeNs > AHEAD_NS && receivedNs - time.wallNs() > AHEAD_NS;
  }

  /** Where a new metric of this line was added; {@code null} where there is no room for it. */
  private @Nullable OfSeries add(String metric) {
    long more = BYTES_OF_ONE + Weight.of(metric);
    if (!room.isFor(of == null ? more + weight(ofLine) : more, receiveTimeNs)) {
      return null;
    }
    OfSeries into = of; // making room may have forgotten it
    if (into == null) {
      into = new OfSeries(ofLine);
      series.put(into);
      of = into;
      room.take(weight(ofLine));
    }
    into.addFirst(metric);
    room.take(more);
    return into;
  }

  private static long weight(Series series) {
    return BYTES_OF_SERIES + Weight.of(series);
  }

  private List<Taken> taken() {
    List<Taken> taken = new ArrayList<>();
    for (OfSeries each : series.values()) {
      for (int column = 0; column < each.size(); column++) {
        taken.add(new Taken(each, column));
      }
    }
    return taken;
  }

  /** All metrics as they are now. */
  List<Heard> heard(long nowNs) {
    List<Heard> all = new ArrayList<>();
    for (OfSeries each : series.values()) {
      for (int column = 0; column < each.size(); column++) {
        all.add(each.shown(column, nowNs));
      }
    }
    return all;
  }

  /** All metrics as a tree, with ages as of {@code nowNs}. */
  public List<AssetNode> tree(long nowNs) {
    return tree(heard(nowNs), nowNs);
  }

  /** Metrics as a tree, with ages as of {@code nowNs}. */
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
