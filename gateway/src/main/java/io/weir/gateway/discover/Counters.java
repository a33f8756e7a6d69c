package io.weir.gateway.discover;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.Units;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which metrics count something: what they are called, and that they were whole numbers which only
 * grew. A route then gives them the type {@code integer}, as a count has no fractions.
 */
final class Counters {

  static final String INTEGER = "integer";

  /** Words for a count of things. */
  private static final Set<String> COUNTS =
      Set.copyOf(
          List.of(
              ("count counts counter good bad scrap scrapped reject rejects rejected pieces parts"
                      + " produced cycles strokes shots stroke shot pulses starts"
                      + " stueck gutteile schlechtteile ausschuss zaehler takte"
                      + " pieces rebuts compteur")
                  .split(" +")));

  /** Words for what may be a count, or a sum of something measured. */
  private static final Set<String> SUMS =
      Set.copyOf(List.of("total", "sum", "processed", "gesamt", "production", "output"));

  /** Words for what has fractions, however it is counted. */
  private static final Set<String> MEASURED =
      Set.copyOf(
          List.of(
              ("kwh wh mwh energy energie power volume water gas air steam hour hours time runtime"
                      + " uptime second seconds minutes litre litres liter l weight mass kg t"
                      + " distance length consumption flow cost rate ratio percent pct")
                  .split(" +")));

  private final Map<String, Double> last = new HashMap<>();
  private final Set<String> grown = new TreeSet<>();
  private final Set<String> fallen = new TreeSet<>();
  private final Set<String> fractions = new TreeSet<>();

  /** Looks at a reading; those of a series come in the order in which they were heard. */
  void add(Reading reading) {
    double value =
        reading.value() instanceof Value.Real real
            ? real.value()
            : reading.value() instanceof Value.Whole whole ? whole.value() : Double.NaN;
    if (value != Math.rint(value)) { // also what is no number
      fractions.add(reading.metric());
      return;
    }
    Double before = last.put(reading.series() + " " + reading.metric(), value);
    if (before != null && value > before) {
      grown.add(reading.metric());
    } else if (before != null && value < before) {
      fallen.add(reading.metric());
    }
  }

  /** The counters, each with whether its name leaves no doubt. */
  Map<String, Boolean> found() {
    Map<String, Boolean> found = new TreeMap<>();
    for (String metric : grown) {
      String name =
          metric.substring(Math.max(metric.lastIndexOf('.'), metric.lastIndexOf('/')) + 1);
      List<String> words = Words.parts(name);
      boolean isMeasured =
          Units.atEndOf(name) != null || words.stream().anyMatch(MEASURED::contains);
      boolean isCount = words.stream().anyMatch(COUNTS::contains);
      if (!fallen.contains(metric)
          && !fractions.contains(metric)
          && !isMeasured
          && (isCount || words.stream().anyMatch(SUMS::contains))) {
        found.put(metric, isCount);
      }
    }
    return found;
  }

  /** Metrics that were no whole numbers. */
  Set<String> fractions() {
    return fractions;
  }

  /** A remark on one whose name leaves a doubt. */
  static String doubt(String metric) {
    return metric
        + " is taken to be a count, for it only grew by whole numbers: see whether it is one";
  }

  /** A route whose metrics say it of those that have no type yet. */
  static Map<String, Object> typed(Map<String, Object> route, Set<String> names, String type) {
    List<Object> metrics = new ArrayList<>();
    Set<String> left = new TreeSet<>(names);
    for (Object each : metrics(route)) {
      Map<String, Object> metric = copied(each);
      if (left.remove(name(metric))) {
        metric.putIfAbsent("type", type);
      }
      metrics.add(metric);
    }
    left.forEach(name -> metrics.add(Shaping.typed(name, type)));
    return with(route, metrics);
  }

  /** A route in which these are numbers again; the same where none is a counter. */
  static Map<String, Object> untyped(Map<String, Object> route, Set<String> names) {
    List<Object> metrics = new ArrayList<>();
    boolean isChanged = false;
    for (Object each : metrics(route)) {
      Map<String, Object> metric = copied(each);
      if (names.contains(name(metric)) && metric.remove("type", INTEGER)) {
        isChanged = true;
      }
      if (metric.size() > 1) {
        metrics.add(metric);
      }
    }
    return isChanged ? with(route, metrics) : route;
  }

  private static Map<String, Object> with(Map<String, Object> route, List<Object> metrics) {
    Map<String, Object> with = new LinkedHashMap<>(route);
    with.put("metrics", metrics);
    if (metrics.isEmpty()) {
      with.remove("metrics");
    }
    return with;
  }

  private static List<?> metrics(Map<String, Object> route) {
    return route.get("metrics") instanceof List<?> list ? list : List.of();
  }

  private static Map<String, Object> copied(Object metric) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (metric instanceof Map<?, ?> map) {
      map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    }
    return copy;
  }

  /** As the store has it. */
  private static String name(Map<String, Object> metric) {
    return String.valueOf(metric.getOrDefault("to", metric.get("from")));
  }
}
