package io.weir.gateway.past;

import io.weir.gateway.live.SignalList;
import io.weir.gateway.live.SignalList.Change;
import io.weir.gateway.live.SignalList.Point;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The signals of one machine in a span, by stretches of one length. Bounded by the number of
 * signals, and each by its stretches or changes.
 *
 * <p>Mutable; belongs to one question.
 */
final class SignalFold {

  private static final long NS_IN_MS = 1_000_000;
  private static final int MOST_CHANGES = 2_000;

  private final Asset machine;
  private final Set<String> metrics;
  private final long fromMs;
  private final long toMs;
  private final long stepMs;
  private final int most;
  private final Map<Name, TreeMap<Long, Point>> numbers = new TreeMap<>(Name.ORDER);
  private final Map<Name, TreeMap<Long, String>> words = new TreeMap<>(Name.ORDER);
  private boolean more;

  private record Name(String metric, String measurement, Map<String, String> tags) {
    static final Comparator<Name> ORDER =
        Comparator.comparing(Name::metric)
            .thenComparing(Name::measurement)
            .thenComparing(name -> name.tags.toString());
  }

  SignalFold(Asset machine, Set<String> metrics, long fromMs, long toMs, long stepMs, int most) {
    this.machine = machine;
    this.metrics = metrics;
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.stepMs = stepMs;
    this.most = most;
  }

  Asset machine() {
    return machine;
  }

  Set<String> metrics() {
    return metrics;
  }

  long fromMs() {
    return fromMs;
  }

  long toMs() {
    return toMs;
  }

  long stepMs() {
    return stepMs;
  }

  /** Whether signals are left out elsewhere. */
  void more(boolean is) {
    more |= is;
  }

  void take(Message message) {
    for (Reading reading : message.readings()) {
      Series series = reading.series();
      long ms = Math.floorDiv(reading.timeNs(), NS_IN_MS);
      boolean isIn = ms >= fromMs && ms < toMs && series.asset().equals(machine);
      if (isIn
          && reading.quality() != Quality.BAD
          && (metrics.isEmpty() || metrics.contains(reading.metric()))) {
        take(series, reading.metric(), reading.value(), ms);
      }
    }
  }

  private void take(Series series, String metric, Value value, long ms) {
    if (value instanceof Value.Real real) {
      double number = real.value();
      take(series.measurement(), metric, series.tags(), ms, number, number, number);
    } else if (value instanceof Value.Whole whole) {
      double number = whole.value();
      take(series.measurement(), metric, series.tags(), ms, number, number, number);
    } else {
      String word =
          value instanceof Value.Text text
              ? text.value()
              : String.valueOf(((Value.Flag) value).value());
      takeWord(new Name(metric, series.measurement(), series.tags()), ms, word);
    }
  }

  void take(
      String measurement,
      String metric,
      Map<String, String> tags,
      long ms,
      double min,
      double max,
      double last) {
    Name name = new Name(metric, measurement, tags);
    if (isLeftOut(numbers, name)) {
      return;
    }
    TreeMap<Long, Point> points = numbers.computeIfAbsent(name, absent -> new TreeMap<>());
    points.merge(
        (ms - fromMs) / stepMs,
        new Point(ms, min, max, last),
        (one, other) ->
            new Point(
                Math.max(one.ms(), other.ms()),
                Math.min(one.min(), other.min()),
                Math.max(one.max(), other.max()),
                other.ms() >= one.ms() ? other.last() : one.last()));
  }

  private void takeWord(Name name, long ms, String word) {
    if (isLeftOut(words, name)) {
      return;
    }
    TreeMap<Long, String> changes = words.computeIfAbsent(name, absent -> new TreeMap<>());
    Map.Entry<Long, String> before = changes.floorEntry(ms);
    if (before != null && before.getValue().equals(word)) {
      return;
    }
    if (changes.size() >= MOST_CHANGES) {
      more = true;
      return;
    }
    changes.put(ms, word);
  }

  private boolean isLeftOut(Map<Name, ?> all, Name name) {
    boolean leftOut = !all.containsKey(name) && numbers.size() + words.size() >= most;
    more |= leftOut;
    return leftOut;
  }

  SignalList list() {
    List<SignalList.Numbers> signals = new ArrayList<>();
    numbers.forEach(
        (name, points) ->
            signals.add(
                new SignalList.Numbers(
                    name.metric, name.measurement, name.tags, List.copyOf(points.values()))));
    List<SignalList.Texts> texts = new ArrayList<>();
    words.forEach(
        (name, changes) ->
            texts.add(
                new SignalList.Texts(
                    name.metric,
                    name.measurement,
                    name.tags,
                    changes.entrySet().stream()
                        .map(each -> new Change(each.getKey(), each.getValue()))
                        .toList())));
    return new SignalList(fromMs, toMs, fromMs, signals, texts, more);
  }
}
