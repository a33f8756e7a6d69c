package io.weir.gateway.admin;

import io.weir.gateway.efficiency.PastSpan;
import io.weir.gateway.efficiency.Remade;
import io.weir.gateway.normalize.RouteConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a reload did, or would do.
 *
 * @param added topics of routes that are new
 * @param changed topics of routes that mean something else now
 * @param removed topics of routes that were removed
 * @param efficiency whether figures are made in another way from now on
 * @param madeAgain what of the past is made again within an hour because of it
 * @param notMadeAgain what of the past is made in another way now, and is older than the readings
 *     that are kept
 * @param needsRestart changed sections that were not applied
 * @param pending what was given on and has not been answered yet: sources whose broker has not, and
 *     {@code efficiency}, each with the reason
 */
record ReloadOutcome(
    List<String> added,
    List<String> changed,
    List<String> removed,
    boolean efficiency,
    List<MadeAgain> madeAgain,
    List<MadeAgain> notMadeAgain,
    List<String> needsRestart,
    List<String> pending) {

  private static final Logger LOG = LoggerFactory.getLogger(ReloadOutcome.class);

  /**
   * A span whose figures are made in another way.
   *
   * @param asset path of a machine, line, area or site; "" for all
   * @param from ISO 8601; {@code null} for all time before
   * @param to behind it, ISO 8601
   */
  record MadeAgain(String asset, @Nullable String from, String to) {

    private static List<MadeAgain> of(List<PastSpan> spans) {
      return spans.stream()
          .map(
              span ->
                  new MadeAgain(
                      span.asset(), Objects.toString(span.from(), null), span.to().toString()))
          .toList();
    }
  }

  /** Compares the routes before with those that hold now. */
  static ReloadOutcome of(
      List<RouteConfig> before,
      List<RouteConfig> now,
      boolean efficiency,
      Remade remade,
      List<String> needsRestart,
      List<String> pending) {
    Map<String, RouteConfig> was = byTopic(before);
    Map<String, RouteConfig> is = byTopic(now);
    List<String> added = new ArrayList<>(is.keySet());
    added.removeAll(was.keySet());
    List<String> removed = new ArrayList<>(was.keySet());
    removed.removeAll(is.keySet());
    // A new order is a change too: the first route that matches is used.
    List<String> order = new ArrayList<>(was.keySet());
    order.retainAll(is.keySet());
    List<String> kept = new ArrayList<>(is.keySet());
    kept.retainAll(was.keySet());
    List<String> changed = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      String topic = kept.get(i);
      if (!topic.equals(order.get(i)) || !Objects.equals(is.get(topic), was.get(topic))) {
        changed.add(topic);
      }
    }
    return new ReloadOutcome(
        added,
        changed,
        removed,
        efficiency,
        MadeAgain.of(remade.again()),
        MadeAgain.of(remade.not()),
        needsRestart,
        pending);
  }

  private static Map<String, RouteConfig> byTopic(List<RouteConfig> routes) {
    Map<String, RouteConfig> byTopic = new LinkedHashMap<>();
    for (RouteConfig route : routes) {
      String source = route.source();
      byTopic.put(source == null ? route.topic() : route.topic() + " of " + source, route);
    }
    return byTopic;
  }

  /**
   * Logs it.
   *
   * @param why what the reload was asked by
   * @param routes how many hold now
   */
  void log(String why, int routes) {
    LOG.info(
        "Reload ({}): {} routes, {} of them new and {} changed; {} removed{}",
        why,
        routes,
        added.size(),
        changed.size(),
        removed.size(),
        efficiency ? "; figures are made as configured now" : "");
    if (!needsRestart.isEmpty()) {
      LOG.warn("Changes that need a restart: {}", String.join(", ", needsRestart));
    }
    if (!notMadeAgain.isEmpty()) {
      LOG.warn(
          "Not made again, because older than the readings that are kept (weir efficiency"
              + " recompute): {}",
          notMadeAgain);
    }
    if (!pending.isEmpty()) {
      LOG.warn("Not yet changed: {}", String.join("; ", pending));
    }
  }
}
