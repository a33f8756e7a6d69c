package io.weir.gateway.retention;

import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.normalize.Match;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.RouteConfig.WhenFull;
import io.weir.gateway.normalize.Routes;
import java.time.Duration;
import java.util.Objects;

/**
 * What the routes of one configuration say about space. A route is its place in the configuration,
 * from 0; -1 stands for what no route matches.
 *
 * @param usual what holds for a route that says nothing
 */
record RouteRules(Routes routes, WhenFull usual) {

  /** The stage in which goes what is older than the {@code max-age} of its route. */
  static final int MAX_AGE = 0;

  /** The last stage there is. */
  static final int LAST = drop(9);

  private static final int UNROUTED = -1;

  /** The stage in which routes of a class are thinned. */
  static int thin(int keep) {
    return 2 * keep;
  }

  /** The stage in which all goes that routes of a class give up. */
  static int drop(int keep) {
    return 2 * keep + 1;
  }

  RouteConfig.Retention of(int route) {
    return route == UNROUTED
        ? RouteConfig.Retention.DEFAULT
        : routes.configured().get(route).retention();
  }

  WhenFull whenFull(int route) {
    return Objects.requireNonNullElse(of(route).whenFull(), usual);
  }

  String topic(int route) {
    return route == UNROUTED ? "-" : routes.configured().get(route).topic();
  }

  int routeOf(MessageCodec.Counts message) {
    return routeOf(message.source(), message.topic());
  }

  private int routeOf(String source, String topic) {
    Match match = routes.match(source, topic);
    return match == null ? UNROUTED : match.index();
  }

  /** Whether messages of a topic go at any time, for space or for their age. */
  boolean mayGiveUp(String source, String topic) {
    int route = routeOf(source, topic);
    return whenFull(route) != WhenFull.BLOCK || of(route).maxAge() != null;
  }

  boolean isTooOld(int route, long receivedNs, ClockSteps clock) {
    Duration maxAge = of(route).maxAge();
    return maxAge != null && clock.ageNs(receivedNs) > maxAge.toNanos();
  }

  /** Whether any route says anything. */
  boolean giveAnythingUp() {
    return routes.configured().stream()
        .map(RouteConfig::retention)
        .anyMatch(each -> !each.equals(RouteConfig.Retention.DEFAULT));
  }
}
