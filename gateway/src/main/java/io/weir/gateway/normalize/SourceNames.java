package io.weir.gateway.normalize;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The names that one source has brought: its series, their machines and tags, its fields. One
 * instance for each series, so that later stages can cache by identity. What is known is found
 * without a lock; what is new is let in up to the {@link NameLimits}, and refused beyond, where it
 * leaves nothing in memory. Shared by all threads.
 */
public final class SourceNames {

  /** What is counted by; a series with longer names counts as several. */
  private static final int CHARACTERS_OF_SERIES = 512;

  private static final long MINUTE_NS = 60_000_000_000L;

  private final String source;
  private final NameLimits limits;
  private final DurableLines lines;
  private final Set<Asset> before;

  private final ConcurrentHashMap<Series, Place> places = new ConcurrentHashMap<>();

  // The following are guarded by this.
  private final Set<Asset> machines = new HashSet<>();
  private final Map<String, Set<String>> tags = new HashMap<>();
  private int series;
  private int fields;

  /** New series and fields of this minute, by topic, where a route limits them. */
  private final Map<String, Integer> newOfTopic = new HashMap<>();

  private long minute = Long.MIN_VALUE;

  private final AtomicLongArray refused = new AtomicLongArray(NameLimits.Key.values().length);

  /**
   * @param before machines that are let in whatever the limit, because they were known before there
   *     was one
   */
  SourceNames(String source, NameLimits limits, DurableLines lines, Set<Asset> before) {
    this.source = source;
    this.limits = limits;
    this.lines = lines;
    this.before = before;
  }

  public String source() {
    return source;
  }

  public NameLimits limits() {
    return limits;
  }

  /** How many there are of those that are counted. */
  public synchronized int known(NameLimits.Key key) {
    return switch (key) {
      case MACHINES -> machines.size();
      case SERIES -> series;
      case FIELDS -> fields;
      case TEXT_LENGTH, NAME_LENGTH -> 0;
    };
  }

  /** Samples refused for a limit since the start. */
  public long refused(NameLimits.Key key) {
    return refused.get(key.ordinal());
  }

  /** The place of that name: the one instance of it if it is known, else one to {@link #admit}. */
  Place place(String measurement, Asset asset, Map<String, String> ofSeries) {
    Series wanted = new Series(measurement, asset, ofSeries);
    Place known = places.get(wanted);
    return known != null ? known : new Place(sorted(wanted), false);
  }

  private static Series sorted(Series series) {
    Map<String, String> tags =
        series.tags().isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new TreeMap<>(series.tags()));
    return new Series(series.measurement(), series.asset(), tags);
  }

  /**
   * What a route lets in of new series and fields.
   *
   * @param perMinute of the topic; 0 for any number
   */
  record Pace(String topic, int perMinute, long receiveNs) {}

  /** Lets in a place that is not known, or returns the known instance of it. */
  synchronized Place admit(Series wanted, Pace pace) throws Unfit {
    Place known = places.get(wanted);
    if (known != null) {
      return known;
    }
    int length = checkedLength(wanted);
    Asset asset = wanted.asset();
    boolean newMachine = asset.machine() != null && !machines.contains(asset);
    if (newMachine && machines.size() >= limits.machines() && !before.contains(asset)) {
      throw refuse(
          NameLimits.Key.MACHINES, "the machine '" + Excerpt.of(asset.path()) + "' is new");
    }
    int units = 1 + length / CHARACTERS_OF_SERIES;
    if (units > limits.series() - series) {
      throw refuse(
          NameLimits.Key.SERIES, "the series at '" + Excerpt.of(asset.path()) + "' is new");
    }
    List<String> newTags = newTags(wanted);
    if (newTags.size() > limits.fields() - fields) {
      throw refuse(NameLimits.Key.FIELDS, "the tag '" + Excerpt.of(newTags.get(0)) + "' is new");
    }
    count(pace);
    Place place = new Place(wanted, true);
    lines.add(line(wanted), false, () -> put(place));
    return place;
  }

  /** Takes over a series that was known before the start. */
  synchronized void recall(Series known) {
    if (!places.containsKey(known)) {
      put(new Place(sorted(known), true));
    }
  }

  private void put(Place place) {
    Series admitted = place.series();
    fields += newTags(admitted).size();
    tags.computeIfAbsent(admitted.measurement(), name -> new HashSet<>())
        .addAll(admitted.tags().keySet());
    series += 1 + length(admitted) / CHARACTERS_OF_SERIES;
    if (admitted.asset().machine() != null) {
      machines.add(admitted.asset());
    }
    places.put(admitted, place);
  }

  private List<String> newTags(Series of) {
    Set<String> known = tags.getOrDefault(of.measurement(), Set.of());
    List<String> added = new ArrayList<>(0);
    for (String tag : of.tags().keySet()) {
      if (!known.contains(tag)) {
        added.add(tag);
      }
    }
    return added;
  }

  /** Lets in a field that has no type yet. */
  synchronized void admitField(String field, Pace pace) throws Unfit {
    checkName("the metric", field);
    if (fields >= limits.fields()) {
      throw refuse(NameLimits.Key.FIELDS, "the metric '" + Excerpt.of(field) + "' is new");
    }
    count(pace);
    fields++;
  }

  /** Takes over a field that was known before the start. */
  synchronized void recallField() {
    fields++;
  }

  private void count(Pace pace) throws Unfit {
    if (pace.perMinute() == 0) {
      return;
    }
    long now = Math.floorDiv(pace.receiveNs(), MINUTE_NS);
    if (now != minute) {
      minute = now;
      newOfTopic.clear();
    }
    if (newOfTopic.merge(pace.topic(), 1, Integer::sum) > pace.perMinute()) {
      newOfTopic.put(pace.topic(), pace.perMinute());
      throw new Unfit(
          Reason.LIMIT,
          "more than " + pace.perMinute() + " new series and fields of this topic in a minute");
    }
  }

  /** Refuses a text that is too long; what no store keeps is refused elsewhere. */
  void check(Value value) throws Unfit {
    if (limits.textBytes() < ValueRules.LONGEST_TEXT
        && value instanceof Value.Text text
        && text.value().length() * 3L > limits.textBytes()
        && text.value().getBytes(UTF_8).length > limits.textBytes()) {
      throw refuse(
          NameLimits.Key.TEXT_LENGTH,
          "a text has " + text.value().getBytes(UTF_8).length + " bytes");
    }
  }

  private int checkedLength(Series of) throws Unfit {
    checkName("the measurement", of.measurement());
    checkLevel("site", of.asset().site());
    checkLevel("area", of.asset().area());
    checkLevel("line", of.asset().line());
    checkLevel("machine", of.asset().machine());
    for (Map.Entry<String, String> tag : of.tags().entrySet()) {
      checkName("the tag", tag.getKey());
      checkName("the value of the tag '" + Excerpt.of(tag.getKey()) + "'", tag.getValue());
    }
    return length(of);
  }

  private void checkLevel(String level, @Nullable String name) throws Unfit {
    if (name != null) {
      checkName("the " + level, name);
    }
  }

  private void checkName(String what, String name) throws Unfit {
    if (name.length() > limits.nameLength()) {
      throw refuse(
          NameLimits.Key.NAME_LENGTH,
          what + " '" + Excerpt.of(name) + "' has " + name.length() + " characters");
    }
  }

  private static int length(Series of) {
    int length = of.measurement().length() + of.asset().path().length();
    for (Map.Entry<String, String> tag : of.tags().entrySet()) {
      length += tag.getKey().length() + tag.getValue().length();
    }
    return length;
  }

  private Unfit refuse(NameLimits.Key key, String what) {
    refused.incrementAndGet(key.ordinal());
    String most =
        switch (key) {
          case TEXT_LENGTH, NAME_LENGTH -> ", more than the " + limits.of(key);
          default -> ", and there are " + known(key) + " already, the limit is " + limits.of(key);
        };
    return new Unfit(
        Reason.LIMIT, what + most + " of limits." + key.word() + " of source '" + source + "'");
  }

  // ---- As lines

  private String line(Series of) {
    StringBuilder line = new StringBuilder(source);
    line.append('\t').append(of.measurement());
    Asset asset = of.asset();
    for (@Nullable String level :
        new @Nullable String[] {asset.site(), asset.area(), asset.line(), asset.machine()}) {
      line.append('\t').append(level == null ? "" : level);
    }
    of.tags().forEach((key, value) -> line.append('\t').append(key).append('\t').append(value));
    return line.toString();
  }

  /** All series, as lines. */
  void lines(List<String> into) {
    places.keySet().forEach(each -> into.add(line(each)));
  }

  /** The series of a line without its source; {@code null} if there is none in it. */
  static @Nullable Series series(String[] parts) {
    if (parts.length < 6 || parts.length % 2 != 0) {
      return null;
    }
    Map<String, String> tags = new TreeMap<>();
    for (int i = 6; i < parts.length; i += 2) {
      tags.put(parts[i], parts[i + 1]);
    }
    return new Series(parts[1], new Asset(parts[2], parts[3], parts[4], parts[5]), tags);
  }
}
