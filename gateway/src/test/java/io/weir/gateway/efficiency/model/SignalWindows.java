package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of {@code signal_quality} of one signal. */
final class SignalWindows {

  /** So many readings a window needs for the rules of the next one. */
  private static final int ENOUGH = 20;

  /** A window of which all readings are known that were counted in it. */
  private static final class Window {
    final List<Double> values = new ArrayList<>();
    final int[] broken = new int[4];
    int late;
    double center = Double.NaN;
    double sigma = Double.NaN;

    void take(double value, boolean counts) {
      if (counts) {
        values.add(value);
      } else {
        late++;
      }
    }
  }

  private final Plant.Signal signal;
  private final long lateness;
  private final TreeMap<Long, Window> windows = new TreeMap<>();

  /** Distances from the center of the newest readings. */
  private final List<Double> distances = new ArrayList<>();

  private @Nullable Long newest;

  SignalWindows(Plant.Signal signal, long lateness) {
    this.signal = signal;
    this.lateness = lateness;
  }

  private long start(long time) {
    return Math.floorDiv(time, signal.window()) * signal.window();
  }

  /** Whether no reading can join a window any more. */
  private boolean isFinal(long start) {
    return isFinal(start, lateness);
  }

  private boolean isFinal(long start, long lateness) {
    long end = start + signal.window();
    return newest != null && (newest >= end + lateness || windows.tailMap(start, false).size() > 1);
  }

  void take(Told told) {
    Object value = told.values().get(Told.TEMPERATURE);
    if (value == null || !told.asset().equals(signal.asset())) {
      return;
    }
    long time = told.time();
    double number = ((Number) value).doubleValue();
    if (newest != null && time < newest) {
      takeOlder(time, number);
      return;
    }
    if (newest != null && time == newest) {
      return; // of one instant the first counts
    }
    newest = time;
    Window window = windows.get(start(time));
    if (window == null) {
      window = new Window();
      rulesOf(window);
      windows.put(start(time), window);
    }
    window.take(number, true);
    judge(window, number);
  }

  /** In its window it counts where that is the present one, or the one before and not final. */
  private void takeOlder(long time, double value) {
    long present = windows.lastKey();
    long start = start(time);
    Long before = windows.lowerKey(present);
    boolean near = start == present || before != null && start == before && !isFinal(start);
    windows.get(near ? start : present).take(value, near);
  }

  /** What is configured, or the mean and the deviation of the newest window that had enough. */
  private void rulesOf(Window window) {
    Window before = windows.isEmpty() ? null : windows.lastEntry().getValue();
    if (!Double.isNaN(signal.center())) {
      window.center = signal.center();
      window.sigma = signal.sigma();
    } else if (before != null && before.values.size() >= ENOUGH) {
      window.center = mean(before.values);
      window.sigma = deviation(before.values);
    } else if (before != null) {
      window.center = before.center;
      window.sigma = before.sigma;
    }
  }

  private void judge(Window window, double value) {
    if (Double.isNaN(window.center)) {
      return;
    }
    distances.add(0, (value - window.center) / window.sigma);
    window.broken[0] += Math.abs(distances.get(0)) > 3 ? 1 : 0;
    window.broken[1] += either(2, 3, 2) ? 1 : 0;
    window.broken[2] += either(4, 5, 1) ? 1 : 0;
    window.broken[3] += either(8, 8, 0) ? 1 : 0;
  }

  private boolean either(int least, int of, double sigmas) {
    return holds(least, of, d -> d > sigmas) || holds(least, of, d -> d < -sigmas);
  }

  /** Whether the newest one is beyond, and enough of the newest ones are. */
  private boolean holds(int least, int of, DoublePredicate beyond) {
    List<Double> last = distances.subList(0, Math.min(of, distances.size()));
    return beyond.test(last.get(0)) && last.stream().filter(beyond::test).count() >= least;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(each -> each).average().orElse(Double.NaN);
  }

  /** Of the sample. */
  private static double deviation(List<Double> values) {
    double mean = mean(values);
    double squares = values.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum();
    return values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
  }

  /** Those that are final, by their names. */
  Map<String, Map<String, Double>> rows() {
    Map<String, Map<String, Double>> rows = new TreeMap<>();
    windows.forEach(
        (start, window) -> {
          if (isFinal(start)) {
            rows.put(name(start), row(window));
          }
        });
    return rows;
  }

  private String name(long start) {
    return "signal_quality %s {metric=%s} %s"
        .formatted(signal.asset(), Told.TEMPERATURE, Instant.ofEpochSecond(0, start));
  }

  /** The names of those that no reading had closed if another lateness was in force. */
  Set<String> openWith(long former) {
    return windows.keySet().stream()
        .filter(start -> !isFinal(start, former))
        .map(this::name)
        .collect(Collectors.toSet());
  }

  private double outside(Window window) {
    double lower = signal.lower();
    double upper = signal.upper();
    boolean limited = !Double.isNaN(lower) || !Double.isNaN(upper);
    return limited
        ? window.values.stream().filter(v -> v > upper || v < lower).count()
        : Double.NaN;
  }

  private Map<String, Double> row(Window window) {
    Map<String, Double> row = new TreeMap<>();
    double mean = mean(window.values);
    double s = deviation(window.values);
    row.put("n", (double) window.values.size());
    row.put("mean", mean);
    row.put("s", s);
    row.put("min", window.values.stream().mapToDouble(each -> each).min().orElse(Double.NaN));
    row.put("max", window.values.stream().mapToDouble(each -> each).max().orElse(Double.NaN));
    row.put("cp", (signal.upper() - signal.lower()) / (6 * s));
    double above = (signal.upper() - mean) / (3 * s);
    double below = (mean - signal.lower()) / (3 * s);
    row.put(
        "cpk", Double.isNaN(above) ? below : Double.isNaN(below) ? above : Math.min(above, below));
    row.put("outside", outside(window));
    row.put("center", window.center);
    row.put("sigma", window.sigma);
    for (int i = 0; i < window.broken.length; i++) {
      row.put("rule_" + (i + 1), Double.isNaN(window.center) ? Double.NaN : window.broken[i]);
    }
    row.put("late", (double) window.late);
    row.values().removeIf(each -> each.isNaN() || each.isInfinite()); // all readings are equal
    return row;
  }
}
