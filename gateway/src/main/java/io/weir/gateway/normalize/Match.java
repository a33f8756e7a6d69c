package io.weir.gateway.normalize;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Series;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a topic means under the route it matched: worked out once and kept for the next message.
 * Immutable, shared.
 */
public final class Match extends OfTopic {

  private final int index;
  private final Map<String, String> captures;
  final TopicRoute route;

  /** The metric that the topic names, or {@code null}. */
  private final @Nullable String metric;

  /** What the topic alone says of where a reading belongs. */
  private final Series series;

  /** The place of that, once its source may send there. */
  private volatile @Nullable Place known;

  Match(int index, TopicRoute route, String source, String topic, Map<String, String> captures) {
    super(source, topic);
    this.index = index;
    this.route = route;
    this.captures = Collections.unmodifiableMap(captures);
    Map<String, String> tags = new TreeMap<>(captures);
    String rest = tags.remove("metric");
    this.metric = rest == null ? null : rest.replace('/', '.');
    Asset asset =
        new Asset(
            tags.remove("site"), tags.remove("area"), tags.remove("line"), tags.remove("machine"));
    tags.values().removeIf(String::isEmpty);
    if (route.assets != null) {
      tags.keySet().removeAll(route.assets.captures());
    }
    this.series =
        new Series(
            route.measurement,
            asset,
            tags.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(tags)));
  }

  /** Which route it is, counted from 0 in the order of the configuration; -1 for none of them. */
  public int index() {
    return index;
  }

  /** What the names of the topic pattern stand for. */
  public Map<String, String> captures() {
    return captures;
  }

  /**
   * A metric's name before renaming: where the topic names the metric, its name; a payload with
   * more than the one value {@code value} adds its own names to that.
   *
   * @param name in the payload; "" for none
   */
  public String metric(String name) {
    if (metric == null) {
      return name.isEmpty() ? "value" : name;
    }
    return name.isEmpty() || name.equals("value") ? metric : metric + "." + name;
  }

  /** What the route does to the sample's number, in words; {@code null} for nothing. */
  public @Nullable String conditioning(Sample sample) {
    TopicRoute.Metric rule = route.metric(metric(sample.name()));
    return rule == null || rule.conditioning() == null
        ? null
        : rule.conditioning().words(sample.unit());
  }

  /**
   * Where a reading belongs; what the topic says goes before what the payload says.
   *
   * @param names of the source
   * @param fields what the payload says of it beside its values
   */
  Place place(
      SourceNames names,
      @Nullable String measurement,
      @Nullable Asset asset,
      Map<String, String> fields)
      throws Unfit {
    if (measurement == null && asset == null && fields.isEmpty() && route.assets == null) {
      Place place = known;
      return place != null ? place : new Place(series, false);
    }
    Map<String, String> tags = fields;
    if (!series.tags().isEmpty() || !route.labels.isEmpty()) {
      tags = new TreeMap<>(fields);
      tags.keySet().removeAll(route.labels);
      for (Map.Entry<String, String> tag : route.tags.entrySet()) {
        String value = fields.get(tag.getValue());
        if (value != null && !value.isEmpty()) {
          tags.put(tag.getKey(), value);
        }
      }
      tags.putAll(series.tags());
    }
    return names.place(
        measurement == null ? series.measurement() : measurement, asset(asset, fields), tags);
  }

  /** The asset of that place. */
  Asset asset(@Nullable Asset ofPayload, Map<String, String> fields) throws Unfit {
    Asset other = ofPayload == null ? Asset.NONE : ofPayload;
    return route.assets == null
        ? series.asset().or(other)
        : route.assets.place(captures, fields, series.asset(), other);
  }

  /** Notes a place that its source may send to. */
  @SuppressWarnings("ReferenceEquality") // the same instance is what is asked for
  void learn(Series asked, Place admitted) {
    if (asked == series) {
      known = admitted;
    }
  }
}
