package io.weir.gateway.discover;

import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.normalize.RouteConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A field has one type in a measurement. Where routes disagree, counters become numbers as they are
 * elsewhere; routes that still disagree get measurements of their own.
 */
final class Measurements {

  private final Trial trial;
  private final List<Proposal> proposals;

  private Measurements(Trial trial, List<Proposal> proposals) {
    this.trial = trial;
    this.proposals = new ArrayList<>(proposals);
  }

  static List<Proposal> apart(List<Proposal> proposals, Trial trial) {
    return new Measurements(trial, proposals).apart();
  }

  private List<Proposal> apart() {
    List<Integer> routed = new ArrayList<>();
    List<Topic> topics = new ArrayList<>();
    for (int i = 0; i < proposals.size(); i++) {
      if (proposals.get(i).route() != null) {
        routed.add(i);
        topics.addAll(proposals.get(i).topics());
      }
    }
    List<Trial.Outcome> outcomes = together(routed, topics);
    while (isUntyped(outcomes)) {
      outcomes = together(routed, topics);
    }
    for (int i = 0; i < outcomes.size(); i++) {
      Proposal each = proposals.get(routed.get(i));
      boolean isConflict = outcomes.get(i).rejects(Reason.TYPE_CONFLICT);
      Trial.Outcome alone = isConflict ? trial.of(route(each), each.topics()) : null;
      boolean isNew = alone != null && !alone.rejects(Reason.TYPE_CONFLICT);
      if (isNew) {
        proposals.set(routed.get(i), withMeasurement(each, outcomes.get(i)));
      }
    }
    return proposals;
  }

  /** What comes of all routes together; nothing where one is not good, which their check tells. */
  private List<Trial.Outcome> together(List<Integer> routed, List<Topic> topics) {
    List<RouteConfig> configs = new ArrayList<>();
    for (@Nullable RouteConfig config :
        trial.read(routed.stream().map(i -> route(proposals.get(i))).toList())) {
      if (config == null) {
        return List.of();
      }
      configs.add(config);
    }
    return trial.run(configs, topics);
  }

  /**
   * Makes numbers of counters that have fractions elsewhere, whichever comes first; whether there
   * were any.
   */
  private boolean isUntyped(List<Trial.Outcome> outcomes) {
    Set<String> names = new TreeSet<>();
    for (Trial.Outcome each : outcomes) {
      names.addAll(each.conflicting());
      names.addAll(each.counters.fractions());
    }
    boolean any = false;
    for (int i = 0; i < proposals.size() && !names.isEmpty(); i++) {
      Map<String, Object> before = proposals.get(i).route();
      Map<String, Object> route = before == null ? null : Counters.untyped(before, names);
      if (route != null && route != before) {
        proposals.set(i, proposals.get(i).with(route));
        any = true;
      }
    }
    return any;
  }

  private static Map<String, Object> route(Proposal routed) {
    return Objects.requireNonNull(routed.finding().route());
  }

  private static Proposal withMeasurement(Proposal each, Trial.Outcome outcome) {
    String last = "telemetry";
    for (String level : each.naming().pattern().split("/", -1)) {
      last = level.matches("[A-Za-z][A-Za-z0-9_-]*") ? level : last;
    }
    boolean isTaken = last.equals("telemetry") || Derived.is(last);
    String name = isTaken ? last + "_" + each.format() : last;
    Map<String, Object> route = new LinkedHashMap<>();
    Map<String, Object> own = Objects.requireNonNull(each.route());
    for (String first : List.of("preset", "format")) {
      if (own.get(first) != null) {
        route.put(first, own.get(first));
      }
    }
    route.put("measurement", name);
    own.forEach(route::putIfAbsent);
    List<String> remarks = new ArrayList<>(each.remarks());
    Rejected first = outcome.first.values().iterator().next();
    remarks.add(
        "it has a measurement of its own: another route has a field of the same name and another type ("
            + first.detail()
            + ")");
    return new Proposal(each.topics(), each.naming(), each.format(), route, remarks, each.rivals());
  }
}
