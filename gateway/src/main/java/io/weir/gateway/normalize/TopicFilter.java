package io.weir.gateway.normalize;

import java.util.ArrayList;
import java.util.List;

/**
 * One topic filter that a source subscribes to. The filters of one source never overlap, for a
 * broker may send a message once for each subscription it matches.
 *
 * @param filter an MQTT topic filter
 * @param qos the highest of the routes behind it
 * @param widened whether it also lets in topics of no route, because two of them overlapped
 */
public record TopicFilter(String filter, int qos, boolean widened) {

  /** What the source subscribes to for its routes; in their order, overlapping ones merged. */
  public static List<TopicFilter> of(List<RouteConfig> routes, String source) {
    List<TopicFilter> apart = new ArrayList<>();
    for (RouteConfig route : routes) {
      if (route.source() == null || route.source().equals(source)) {
        add(apart, new TopicFilter(TopicPattern.parse(route.topic()).filter(), route.qos(), false));
      }
    }
    return List.copyOf(apart);
  }

  /** Adds one, merged with what it overlaps; what comes of that may overlap others in turn. */
  private static void add(List<TopicFilter> apart, TopicFilter added) {
    TopicFilter next = added;
    int i = 0;
    while (i < apart.size()) {
      if (Filters.overlap(apart.get(i).filter(), next.filter())) {
        next = apart.remove(i).merge(next);
        i = 0;
      } else {
        i++;
      }
    }
    apart.add(next);
  }

  private TopicFilter merge(TopicFilter other) {
    String common = Filters.common(filter, other.filter);
    boolean wider = !common.equals(filter) && !common.equals(other.filter);
    boolean inherited =
        (common.equals(filter) && widened) || (common.equals(other.filter) && other.widened);
    return new TopicFilter(common, Math.max(qos, other.qos), wider || inherited);
  }
}
