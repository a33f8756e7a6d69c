package io.weir.gateway.normalize;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Value;
import io.weir.gateway.plugin.NoKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of a topic become.
 *
 * @param topic the pattern, such as {@code factory/{site}/{line}/{machine}/telemetry}
 * @param source name of the only source this route serves, or {@code null} for all
 * @param format a decoder's name
 * @param qos 0 or 1
 * @param measurement the store's measurement
 * @param metrics what is renamed, typed, converted and checked; empty where all keep their names
 * @param unlisted what happens to metrics that are not listed
 * @param fields what becomes of fields of the payload that are no metrics
 * @param reporting which readings of metrics that are not listed are kept
 * @param asset where the readings belong, or {@code null}: as topic and payload say
 * @param trust what a field of the payload says of all its values, or {@code null}
 * @param dedup how long the same payload on the same topic counts as sent again, if it has no time
 *     of its own; zero for never
 * @param retained what becomes of what the broker has kept, where it has no time of its own
 * @param retention what becomes of its readings when the log has no more space
 * @param devices what is expected of its devices
 * @param options what the format's own keys say, as its reader made it
 */
public record RouteConfig(
    String topic,
    @Nullable String source,
    String format,
    int qos,
    String measurement,
    EventTime time,
    List<Metric> metrics,
    Unlisted unlisted,
    Fields fields,
    Reporting reporting,
    @Nullable AssetRule asset,
    @Nullable Trust trust,
    Duration dedup,
    Retained retained,
    Limits limits,
    Retention retention,
    Devices devices,
    Object options) {

  /** The names, in the payload, of the metrics that are declared to be texts. */
  public Set<String> texts() {
    return metrics.stream()
        .filter(metric -> metric.type() == Value.Type.STRING)
        .map(metric -> Pointer.toName(metric.from()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A route that says nothing beyond names and time. */
  public RouteConfig(
      String topic,
      @Nullable String source,
      String format,
      int qos,
      String measurement,
      EventTime time,
      List<Metric> metrics,
      Unlisted unlisted) {
    this(
        topic,
        source,
        format,
        qos,
        measurement,
        time,
        metrics,
        unlisted,
        Fields.METRICS,
        Reporting.EVERY,
        null,
        null,
        Duration.ZERO,
        Retained.DROP,
        Limits.DEFAULT,
        Retention.DEFAULT,
        Devices.UNKNOWN,
        NoKeys.NONE);
  }

  /** What becomes of retained messages without a time of their own. */
  public enum Retained {
    DROP,
    /** They count from when they are received. */
    KEEP
  }

  /**
   * Fields of the payload that are no metrics.
   *
   * @param tags fields that are tags of all beside them, by the key of the tag: a pointer, or a
   *     name
   * @param ignored names that are left out; {@code *} stands for any characters
   */
  public record Fields(Map<String, String> tags, List<String> ignored) {

    /** All fields are metrics. */
    public static final Fields METRICS = new Fields(Map.of(), List.of());
  }

  /** What becomes of metrics that a route does not list. */
  public enum Unlisted {
    KEEP,
    DROP
  }

  /**
   * Which readings of a series and metric are kept; the others are filtered. All rules must let it
   * through, and what differs in quality from the last one kept has changed.
   *
   * @param deadband how far a number must be from the last one kept to have changed, or {@code
   *     null} where it need not
   * @param maxSilence how long after the last one kept a reading is kept in any case, or {@code
   *     null}
   * @param maxRate how many are kept at most, or {@code null}
   */
  public record Reporting(
      @Nullable Deadband deadband, @Nullable Duration maxSilence, @Nullable Rate maxRate) {

    /** Keeps all. */
    public static final Reporting EVERY = new Reporting(null, null, null);
  }

  /**
   * How far a number must be from another to differ from it.
   *
   * @param amount 0 or more; in the unit of the store, or a share of the last value kept
   * @param relative whether it is a share
   */
  public record Deadband(double amount, boolean relative) {}

  /** At most this number of readings in this time. */
  public record Rate(int readings, Duration per) {}

  /** Lowest and highest value of a metric, in the unit of the store. */
  public record Range(double low, double high, OutOfRange otherwise) {}

  public enum OutOfRange {
    UNCERTAIN,
    REJECT
  }

  /** Where a name comes from. */
  public sealed interface Label {

    /** The same for all. */
    record Fixed(String text) implements Label {}

    /** The level of the topic that the pattern captures under that name. */
    record Captured(String name) implements Label {}

    /** A field of a JSON payload by its pointer, or a tag of other formats by its name. */
    record Field(String from) implements Label {}
  }

  /**
   * Where the readings of a route belong. A level that is {@code null} is as the table says, else
   * the topic, else the payload.
   */
  public record AssetRule(
      @Nullable Label site,
      @Nullable Label area,
      @Nullable Label line,
      @Nullable Label machine,
      @Nullable AssetTable table) {}

  /**
   * Where assets are, by an id that devices go by.
   *
   * @param id what is looked up
   * @param assets where each belongs, by id
   */
  public record AssetTable(Label id, Map<String, Asset> assets) {}

  /**
   * What a field of the payload says of all its values: its text is one of these lists. In none of
   * them it is as good as uncertain.
   */
  public record Trust(String from, Set<String> good, Set<String> uncertain, Set<String> bad) {}

  /**
   * What one message of a route may ask for.
   *
   * @param payload bytes; 0 for as many as the source takes
   * @param depth levels of nesting
   * @param samples samples, rejected and filtered parts together
   * @param newSeries series and metrics not seen before, of one topic in a minute; 0 for any number
   */
  public record Limits(int payload, int depth, int samples, int newSeries) {

    public static final Limits DEFAULT = new Limits(0, 32, 100_000, 0);
  }

  /**
   * What may go of a route's readings when the log is near its bound, if a store has not received
   * them yet.
   *
   * @param whenFull or {@code null}: as {@code buffer.when-full} says
   * @param thinning how {@link WhenFull#THIN} thins, else {@code null}
   * @param maxAge how long after its arrival a message may go before any younger one, or {@code
   *     null}: its age does not count
   * @param keep 1 to 9; readings of the lowest go first
   */
  public record Retention(
      @Nullable WhenFull whenFull,
      @Nullable Thinning thinning,
      @Nullable Duration maxAge,
      int keep) {

    /** The class of a route that says nothing. */
    public static final int USUAL_KEEP = 5;

    /** As {@code buffer.when-full} says, in the middle. */
    public static final Retention DEFAULT = new Retention(null, null, null, USUAL_KEEP);
  }

  /**
   * What happens to readings of a route that no store has received, when the log is nearly full.
   */
  public enum WhenFull {
    /** They stay; in the end no more are taken in. */
    BLOCK,
    /** The oldest are dropped. */
    DROP_OLDEST,
    /** Some stay of each time; when that is not enough, the oldest of those are dropped. */
    THIN
  }

  /** What stays of readings that are thinned out. */
  public sealed interface Thinning {

    /** The first message of a topic, and then one of this many. */
    record EveryNth(int messages) implements Thinning {}

    /** One reading of each metric in such a stretch of event time. */
    record WindowMean(Duration window) implements Thinning {}
  }

  /**
   * How the devices of a route send, so that what is missing shows.
   *
   * @param sequence the number that counts their messages, or {@code null}
   * @param period between two messages of a device, or {@code null}: learned
   * @param silentAfter how long a device may be silent, or {@code null}: by the period
   */
  public record Devices(
      @Nullable Sequence sequence, @Nullable Duration period, @Nullable Duration silentAfter) {

    public static final Devices UNKNOWN = new Devices(null, null, null);
  }

  /**
   * The field that a device counts its messages in.
   *
   * @param from its name in the payload (a JSON Pointer where it starts with a slash)
   * @param bits how wide the counter is; 0 where that is learned
   */
  public record Sequence(String from, int bits) {

    /** The largest number that a float holds beside all integers below it. */
    private static final double MOST_EXACT = 1L << 53;

    private static final int MOST_DIGITS = 18;

    /** The number that a sample says; -1 if it is another field, or no number. */
    long number(String name, Value value) {
      if (!name.equals(Pointer.toName(from))) {
        return -1;
      }
      if (value instanceof Value.Whole whole) {
        return whole.value();
      }
      if (value instanceof Value.Real real && real.value() <= MOST_EXACT) {
        long number = (long) real.value();
        return number == real.value() ? number : -1;
      }
      return value instanceof Value.Text text && isNumber(text.value())
          ? Long.parseLong(text.value())
          : -1;
    }

    private static boolean isNumber(String text) {
      return !text.isEmpty()
          && text.length() <= MOST_DIGITS
          && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }
  }

  /**
   * What a metric is named and typed in the store.
   *
   * @param from the metric's name in the payload (a JSON Pointer where it starts with a slash)
   * @param to its name in the store, or {@code null} to keep it
   * @param type the type declared, or {@code null} for the natural one (numbers are floats)
   * @param values what its values stand for, by their texts; empty where they are what they say
   * @param scale what a number is multiplied by, before anything else but that
   * @param offset what is added then; the number is in {@code unit} now
   * @param unit the unit as sent, or {@code null}: the one that the payload names
   * @param storeUnit the unit it is converted to, or {@code null} to keep it
   * @param range where it may lie after that, or {@code null}
   * @param reporting which readings are kept
   */
  public record Metric(
      String from,
      @Nullable String to,
      Value.@Nullable Type type,
      Map<String, Value> values,
      double scale,
      double offset,
      @Nullable String unit,
      @Nullable String storeUnit,
      @Nullable Range range,
      Reporting reporting) {

    /** A metric that is renamed and typed. */
    public Metric(String from, @Nullable String to, Value.@Nullable Type type) {
      this(from, to, type, Map.of(), 1, 0, null, null, null, Reporting.EVERY);
    }
  }
}
