package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The recent signals of machines: numbers by the second for ten minutes, by quarters of a minute
 * for an hour, by two minutes for eight hours; of texts, the changes. A fold over messages that
 * sees no clock and does no I/O.
 *
 * <p>Bounded: all signals share its bytes evenly, and a signal whose share is too small keeps less
 * of each, half of the share being for the eight hours: of {@link #BOUND_BYTES} all of it up to
 * about 2,000 signals of a value a second, the eight hours up to about 4,000. Beyond {@link
 * #MOST_SIGNALS}, or fewer in fewer bytes, new ones are not added until others have been silent for
 * long.
 *
 * <p>A number of a known signal within the last second allocates nothing.
 *
 * <p>Mutable; belongs to one thread, or to a lock of its user.
 */
final class SignalMemory implements MessageReader {

  static final long BOUND_BYTES = 64L << 20;
  static final int MOST_SIGNALS = 50_000;

  /** What a signal takes at least, about. */
  private static final long LEAST_BYTES = BOUND_BYTES / MOST_SIGNALS;

  static final int MOST_SHOWN = 50;

  static final long KEPT_MS = 8 * 3_600_000L;
  private static final long SWEEP_MS = 60_000;
  private static final int LONGEST_WORD = 200;

  /** Length of a stretch, and how many are kept; the finest first. */
  private static final long[] STEPS_MS = {1_000, 15_000, 120_000};

  private static final int[] FULL = {640, 256, 256};

  private final BySeries<ByMetric<Signal>> series = new BySeries<>();
  private final Map<Asset, List<ByMetric<Signal>>> machines = new HashMap<>();
  private int signals;
  private int sweptSignals;
  private long sweptMs;

  /** Of each trace, how many stretches a signal may keep; and bytes of its changes. */
  private final int[] most = FULL.clone();

  private final long boundBytes;
  private long share;

  // Of the message and the line that are read.
  private long receivedMs;
  private @Nullable Series ofLine;
  private @Nullable ByMetric<Signal> of;
  private long ms;

  SignalMemory() {
    this(BOUND_BYTES);
  }

  /**
   * @param boundBytes what all signals take together, about
   */
  SignalMemory(long boundBytes) {
    this.boundBytes = boundBytes;
    this.share = boundBytes;
  }

  private record Name(String metric, String measurement, Map<String, String> tags)
      implements Comparable<Name> {
    @Override
    public int compareTo(Name other) {
      return Comparator.comparing(Name::metric)
          .thenComparing(Name::measurement)
          .thenComparing(name -> new TreeMap<>(name.tags).toString())
          .compare(this, other);
    }
  }

  /**
   * The numbers and the words of one metric. Its type is pinned, so one is almost always missing.
   */
  private static final class Signal extends ByMetric.Kept<Signal> {
    private @Nullable Numbers numbers;
    private @Nullable TextHistory words;

    Signal(String metric) {
      super(metric);
    }

    void put(long ms, double value, int[] stretches) {
      Numbers known = numbers;
      if (known == null) {
        known = new Numbers();
        known.keep(stretches);
        numbers = known;
      }
      known.finest.put(ms, value);
    }

    void put(long ms, String word, long mostBytes) {
      TextHistory known = words;
      if (known == null) {
        known = new TextHistory();
        words = known;
      }
      known.put(ms, word, mostBytes);
    }

    /** How many stretches of each trace it may keep, and bytes of its changes. */
    void keep(int[] stretches, long changeBytes) {
      if (numbers != null) {
        numbers.keep(stretches);
      }
      if (words != null) {
        words.trim(changeBytes);
      }
    }

    long stretches() {
      return numbers == null ? 0 : numbers.size();
    }

    long newestMs() {
      return Math.max(
          numbers == null ? Long.MIN_VALUE : numbers.finest.newestMs(),
          words == null ? Long.MIN_VALUE : words.newestMs());
    }

    List<SignalList.Point> points() {
      return numbers == null ? List.of() : numbers.points();
    }

    List<SignalList.Change> changes(long fromMs, long toMs, int most) {
      return words == null ? List.of() : words.within(fromMs, toMs, most);
    }
  }

  /** The traces of a signal. */
  private static final class Numbers {
    final Trace longest = new Trace(STEPS_MS[2], null);
    final Trace middle = new Trace(STEPS_MS[1], longest);
    final Trace finest = new Trace(STEPS_MS[0], middle);

    void keep(int[] stretches) {
      finest.keep(stretches[0]);
      middle.keep(stretches[1]);
      longest.keep(stretches[2]);
    }

    long size() {
      return (long) finest.size() + middle.size() + longest.size();
    }

    List<SignalList.Point> points() {
      List<SignalList.Point> points = new ArrayList<>();
      longest.addTo(points, middle.beginMs());
      middle.addTo(points, finest.beginMs());
      finest.addTo(points, Long.MAX_VALUE);
      return points;
    }
  }

  @Override
  public void message(String source, String topic, long receiveTimeNs) {
    receivedMs = receiveTimeNs / 1_000_000;
  }

  @Override
  public void line(Series next, long timeNs, Quality quality, @Nullable String reason) {
    boolean isSignal = next.asset().machine() != null && quality != Quality.BAD;
    ofLine = isSignal ? next : null;
    of = isSignal ? series.get(next) : null;
    if (of != null) {
      of.begin();
    }
    ms = Math.floorDiv(timeNs, 1_000_000L);
  }

  @Override
  public void real(String metric, double value) {
    Signal signal = signal(metric);
    if (signal == null || !Double.isFinite(value)) {
      return;
    }
    signal.put(ms, value, most);
  }

  @Override
  public void whole(String metric, long value) {
    real(metric, value);
  }

  @Override
  public void flag(String metric, boolean value) {
    text(metric, Boolean.toString(value));
  }

  @Override
  public void text(String metric, String value) {
    Signal signal = signal(metric);
    if (signal != null) {
      boolean cut = value.length() > LONGEST_WORD;
      signal.put(ms, cut ? value.substring(0, LONGEST_WORD) + "…" : value, share);
    }
  }

  /** The signal of a metric of this line; {@code null} where it is none, or there are too many. */
  private @Nullable Signal signal(String metric) {
    Signal known = of == null ? null : of.get(metric);
    if (known != null || ofLine == null || signals >= boundBytes / LEAST_BYTES) {
      return known;
    }
    if (of == null) {
      of = new ByMetric<>(ofLine);
      series.put(of);
      machines.computeIfAbsent(ofLine.asset(), machine -> new ArrayList<>(1)).add(of);
    }
    Signal signal = new Signal(metric);
    of.put(signal);
    signals++;
    return signal;
  }

  @Override
  public void end() {
    if (receivedMs - sweptMs >= SWEEP_MS || signals > sweptSignals + sweptSignals / 4 + 100) {
      sweep(receivedMs);
    }
  }

  /** Forgets signals that were silent for long, and divides the memory again. */
  private void sweep(long nowMs) {
    for (List<ByMetric<Signal>> ofMachine : machines.values()) {
      for (ByMetric<Signal> each : ofMachine) {
        each.removeIf(signal -> signal.newestMs() < nowMs - KEPT_MS);
        if (each.isEmpty()) {
          series.remove(each);
        }
      }
      ofMachine.removeIf(each -> each.isEmpty());
    }
    machines.values().removeIf(List::isEmpty);
    signals = (int) all().count();
    sweptSignals = signals;
    sweptMs = nowMs;
    share = boundBytes / Math.max(1, signals);
    int points = (int) (Math.min(share, 1 << 20) / Trace.POINT_BYTES);
    most[2] = Math.min(FULL[2], points / 2);
    most[1] = Math.min(FULL[1], points / 4);
    most[0] = Math.min(FULL[0], points - most[2] - most[1]);
    all().forEach(signal -> signal.keep(most, share));
  }

  private Stream<Signal> all() {
    return machines.values().stream().flatMap(List::stream).flatMap(each -> each.values().stream());
  }

  /** Bytes that points take, for tests of the bound. */
  long pointBytes() {
    return all().mapToLong(Signal::stretches).sum() * Trace.POINT_BYTES;
  }

  /** The signals of a machine. */
  SignalList list(SignalQuery query, long nowMs, long keptSinceMs) {
    Long end = query.toMs();
    long to = end == null ? nowMs : end;
    long from = to - TimeUnit.MINUTES.toMillis(query.minutes());
    List<SignalList.Numbers> numbers = new ArrayList<>();
    List<SignalList.Texts> words = new ArrayList<>();
    boolean more = false;
    for (Map.Entry<Name, Signal> each : ofMachine(query.machine()).entrySet()) {
      Name name = each.getKey();
      if (!query.metrics().isEmpty() && !query.metrics().contains(name.metric)) {
        continue;
      }
      if (numbers.size() + words.size() >= MOST_SHOWN) {
        more = true;
        break;
      }
      List<SignalList.Point> points =
          Trace.thinned(each.getValue().points(), from, to, query.points());
      if (!points.isEmpty()) {
        numbers.add(new SignalList.Numbers(name.metric, name.measurement, name.tags, points));
      }
      List<SignalList.Change> changes = each.getValue().changes(from, to, query.points());
      if (!changes.isEmpty()) {
        words.add(new SignalList.Texts(name.metric, name.measurement, name.tags, changes));
      }
    }
    return new SignalList(from, to, keptSinceMs, numbers, words, more);
  }

  private Map<Name, Signal> ofMachine(Asset machine) {
    Map<Name, Signal> named = new TreeMap<>();
    for (ByMetric<Signal> each : machines.getOrDefault(machine, List.of())) {
      Series of = each.series();
      for (Signal signal : each.values()) {
        named.put(new Name(signal.metric(), of.measurement(), of.tags()), signal);
      }
    }
    return named;
  }
}
