package io.weir.gateway.normalize;

import io.weir.gateway.model.BoundedMap;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Weight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the configuration, in its order: the first that serves the source and matches the
 * topic counts. Immutable but for the memory of topics already looked up; shared by all source
 * threads.
 */
public final class Routes {

  /** What is found for a topic, beside the names in it. */
  private static final int BYTES_OF_MATCH = 200;

  /** Of a large heap. */
  private static final long AMPLE_BYTES = 32L << 20;

  private final List<RouteConfig> configured;
  private final List<TopicRoute> routes = new ArrayList<>();
  private final Map<String, List<String>> leaving;
  private final Match unrouted;
  private final boolean deduplicates;

  /** Topics found before; another one is looked up. */
  private final BoundedMap<OfTopic, Match> seen;

  private final ConcurrentHashMap<String, List<TopicPattern>> unasked = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if a topic pattern cannot be read
   */
  public Routes(List<RouteConfig> configured) {
    this(configured, Map.of());
  }

  /**
   * @param leaving by source, filters that are about to be unsubscribed: what still comes by them
   *     and matches no route was asked for by the routes of before
   * @throws IllegalArgumentException if a topic pattern cannot be read
   */
  public Routes(List<RouteConfig> configured, Map<String, List<String>> leaving) {
    this(configured, leaving, AMPLE_BYTES);
  }

  /** The same, with what normalizing remembers. */
  public Routes(
      List<RouteConfig> configured, Map<String, List<String>> leaving, NormalizerMemory memory) {
    this(configured, leaving, memory.topicBytes());
  }

  private Routes(List<RouteConfig> configured, Map<String, List<String>> leaving, long topicBytes) {
    // the names in a topic stand in it once more, as parts of a place or as tags
    this.seen = new BoundedMap<>(topicBytes, each -> BYTES_OF_MATCH + 2 * Weight.of(each.topic));
    this.leaving = Map.copyOf(leaving);
    this.configured = List.copyOf(configured);
    for (RouteConfig route : configured) {
      routes.add(new TopicRoute(route));
    }
    this.deduplicates = routes.stream().anyMatch(route -> route.dedupNs > 0);
    this.unrouted = new Match(-1, new TopicRoute(UNROUTED), "", "", Map.of());
  }

  /** The routes as the configuration has them; {@link Match#index} counts in their order. */
  public List<RouteConfig> configured() {
    return configured;
  }

  /** The rules for what a source names a format for and no route matches. */
  public static final RouteConfig UNROUTED =
      new RouteConfig(
          "#",
          null,
          "json",
          1,
          "telemetry",
          new EventTime(null, null, null, Duration.ofMinutes(10)),
          List.of(),
          RouteConfig.Unlisted.KEEP);

  /** What no route matches, taken by the rules of {@link #UNROUTED}. */
  public Match unrouted() {
    return unrouted;
  }

  /**
   * The first route that matches; {@code null} if there is none.
   *
   * @param source the source's name; {@code null} asks as if every source sent it
   */
  public @Nullable Match match(@Nullable String source, String topic) {
    Match known = seen.get(new OfTopic(source == null ? "" : source, topic));
    if (known != null) {
      return known;
    }
    Match found = find(source, topic);
    return found == null ? null : seen.putIfAbsent(found, found);
  }

  private @Nullable Match find(@Nullable String source, String topic) {
    for (int i = 0; i < routes.size(); i++) {
      TopicRoute route = routes.get(i);
      if (source == null || route.source == null || route.source.equals(source)) {
        Map<String, String> captures = route.pattern.match(topic);
        if (captures != null) {
          return new Match(i, route, source == null ? "" : source, topic, captures);
        }
      }
    }
    return null;
  }

  /**
   * A route that does not take a topic.
   *
   * @param index counted from 0 in the order of the configuration
   * @param level the first level of the topic that differs, counted from 1; 0 where it serves
   *     another source
   * @param why in words
   */
  public record Miss(int index, int level, String why) {}

  /** The routes that do not take the topic, in their order, up to the one that does. */
  public List<Miss> misses(@Nullable String source, String topic) {
    List<Miss> misses = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      TopicRoute route = routes.get(i);
      if (source != null && route.source != null && !route.source.equals(source)) {
        misses.add(new Miss(i, 0, "it serves only the source '" + route.source + "'"));
        continue;
      }
      TopicPattern.Departure departure = route.pattern.departure(topic);
      if (departure == null) {
        break;
      }
      misses.add(new Miss(i, departure.level(), departure.why()));
    }
    return misses;
  }

  /** The fields of a payload that the route of that index reads beside its values. */
  public Set<String> labels(int index) {
    return index < 0 ? Set.of() : routes.get(index).labels;
  }

  /** Whether any route looks for payloads that come again. */
  public boolean deduplicates() {
    return deduplicates;
  }

  /** The topic filters that the source subscribes to. */
  public List<TopicFilter> subscriptions(String source) {
    return TopicFilter.of(configured, source);
  }

  /** Whether that filter of the source brings messages to a route that is wanted. */
  public boolean serves(String source, String filter, Predicate<RouteConfig> wanted) {
    return configured.stream()
        .filter(route -> route.source() == null || route.source().equals(source))
        .filter(wanted)
        .anyMatch(route -> Filters.overlap(filter, TopicPattern.parse(route.topic()).filter()));
  }

  /**
   * Whether a topic that matches no route was let in only because overlapping filters were merged
   * into a wider one, or a filter is not yet unsubscribed: no route asks for it.
   */
  public boolean unasked(String source, String topic) {
    for (TopicPattern pattern : unasked.computeIfAbsent(source, this::unaskedFilters)) {
      if (pattern.match(topic) != null) {
        return true;
      }
    }
    return false;
  }

  private List<TopicPattern> unaskedFilters(String source) {
    return Stream.concat(
            subscriptions(source).stream().filter(TopicFilter::widened).map(TopicFilter::filter),
            leaving.getOrDefault(source, List.of()).stream())
        .map(TopicPattern::parse)
        .toList();
  }
}
