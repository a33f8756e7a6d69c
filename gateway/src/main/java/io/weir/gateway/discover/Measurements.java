package io.weir.gateway.discover;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.normalize.RouteConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A field has one type in a measurement; routes that disagree get measurements of their own. */
final class Measurements {

  private Measurements() {}

  static List<Proposal> apart(List<Proposal> proposals, Trial trial) {
    List<Proposal> routed = proposals.stream().filter(each -> each.route() != null).toList();
    List<Map<String, Object>> routes = new ArrayList<>();
    List<Topic> topics = new ArrayList<>();
    for (Proposal each : routed) {
      routes.add(Objects.requireNonNull(each.finding().route()));
      topics.addAll(each.topics());
    }
    List<RouteConfig> configs = new ArrayList<>();
    for (@Nullable RouteConfig config : trial.read(routes)) {
      if (config == null) {
        return proposals; // told by the check of what is written
      }
      configs.add(config);
    }
    List<Trial.Outcome> outcomes = trial.run(configs, topics);
    List<Proposal> apart = new ArrayList<>(proposals);
    for (int i = 0; i < routed.size(); i++) {
      Proposal each = routed.get(i);
      boolean isConflict = outcomes.get(i).rejects(Reason.TYPE_CONFLICT);
      Trial.Outcome alone = isConflict ? trial.of(routes.get(i), each.topics()) : null;
      boolean isNew = alone != null && !alone.rejects(Reason.TYPE_CONFLICT);
      if (isNew) {
        apart.set(apart.indexOf(each), withMeasurement(each, outcomes.get(i)));
      }
    }
    return apart;
  }

  private static Proposal withMeasurement(Proposal each, Trial.Outcome outcome) {
    String last = "telemetry";
    for (String level : each.naming().pattern().split("/", -1)) {
      last = level.matches("[A-Za-z][A-Za-z0-9_-]*") ? level : last;
    }
    String name = last.equals("telemetry") ? "telemetry_" + each.format() : last;
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
