package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds readings in a store: by machine, label and field, whatever the other tags. */
final class StoreIndex {

  /** The measurement of readings; all others hold figures. */
  static final String READINGS = "telemetry";

  private static final String MACHINE = ",machine=";
  private static final String UNCERTAIN = ",quality=uncertain";
  private static final String LABEL = "," + Routing.LABEL + "=";

  /** By place, then by value. */
  private final Map<String, Map<String, List<Long>>> byValue = new HashMap<>();

  /** By place, then by instant. */
  private final Map<String, Map<Long, List<String>>> byInstant = new HashMap<>();

  /** Values of places that the gateway marked as not sure. */
  private final Set<String> unsure = new HashSet<>();

  private final long precisionNs;

  StoreIndex(StoreContent content) {
    precisionNs = content.precisionNs();
    content
        .series()
        .forEach(
            (series, points) -> {
              if (series.startsWith(READINGS + ",")) {
                String machine = machine(series);
                points.forEach((at, fields) -> add(machine, at, fields));
                if (series.contains(UNCERTAIN)) {
                  points.values().forEach(fields -> addUnsure(machine, fields));
                }
              }
            });
  }

  /** The machine of a place that has a label. */
  static String labelled(String machine, String label) {
    return machine + LABEL + label;
  }

  private static String machine(String series) {
    String machine = tag(series, MACHINE);
    String label = tag(series, LABEL);
    return label.isEmpty() ? machine : labelled(machine, label);
  }

  private static String tag(String series, String tag) {
    int from = series.indexOf(tag);
    if (from < 0) {
      return "";
    }
    int end = series.indexOf(',', from + 1);
    return series.substring(from + tag.length(), end < 0 ? series.length() : end);
  }

  private void add(String machine, long at, Map<String, String> fields) {
    fields.forEach(
        (field, value) -> {
          String place = machine + Fact.PLACE + field;
          byValue
              .computeIfAbsent(place, key -> new HashMap<>())
              .computeIfAbsent(value, key -> new ArrayList<>(1))
              .add(at);
          byInstant
              .computeIfAbsent(place, key -> new HashMap<>())
              .computeIfAbsent(at, key -> new ArrayList<>(1))
              .add(value);
        });
  }

  private void addUnsure(String machine, Map<String, String> fields) {
    fields.forEach((field, value) -> unsure.add(machine + Fact.PLACE + field + value));
  }

  /** Whether a place has a value, and nothing says that it may not belong there. */
  boolean isSure(String place, String value) {
    return !instants(place, value).isEmpty() && !unsure.contains(place + value);
  }

  /** The instants at which a place has a value. */
  List<Long> instants(String place, String value) {
    return byValue.getOrDefault(place, Map.of()).getOrDefault(value, List.of());
  }

  long precisionNs() {
    return precisionNs;
  }

  /** The values of a place at an instant: more than one if the other tags differ. */
  List<String> at(String place, long atNs) {
    long instant = Math.floorDiv(atNs, precisionNs) * precisionNs;
    return byInstant.getOrDefault(place, Map.of()).getOrDefault(instant, List.of());
  }
}
