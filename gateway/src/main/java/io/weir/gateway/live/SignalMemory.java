package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Found;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

  private final Found<Series, Signals> series = new Found<>();
  private final Map<Asset, List<Signals>> machines = new HashMap<>();
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
  private @Nullable Signals of;
  private long ms;

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

  /** The signals of one series: of each the second that goes on, and what was before it. */
  private static final class Signals extends Columns<Signal> {
    private static final int NEWEST_MS = 0;
    private static final int MIN = 1;
    private static final int MAX = 2;
    private static final int LAST = 3;
    private static final int WIDTH = 4;

    Signals(Series series) {
      super(series, WIDTH);
    }

    int addSignal(String metric) {
      int column = add(metric);
      object(column, new Signal());
      numbers()[at(column) + NEWEST_MS] = Long.MIN_VALUE;
      return column;
    }

    Signal signal(int column) {
      return Objects.requireNonNull(object(column));
    }

    void put(int column, long ms, double value, int[] stretches) {
      long[] numbers = numbers();
      int at = at(column);
      long newestMs = numbers[at + NEWEST_MS];
      long second = Math.floorDiv(ms, STEPS_MS[0]);
      long newestSecond = Math.floorDiv(newestMs, STEPS_MS[0]);
      if (second > newestSecond) {
        finish(column, stretches);
        set(at, ms, value, value, value);
      } else if (second < newestSecond) {
        signal(column).numbers(stretches).put(ms, value, value, value);
      } else {
        boolean isNewest = ms >= newestMs;
        set(
            at,
            isNewest ? ms : newestMs,
            Math.min(number(at + MIN), value),
            Math.max(number(at + MAX), value),
            isNewest ? value : number(at + LAST));
      }
    }

    private void set(int at, long ms, double min, double max, double last) {
      long[] numbers = numbers();
      numbers[at + NEWEST_MS] = ms;
      numbers[at + MIN] = Double.doubleToRawLongBits(min);
      numbers[at + MAX] = Double.doubleToRawLongBits(max);
      numbers[at + LAST] = Double.doubleToRawLongBits(last);
    }

    private double number(int at) {
      return Double.longBitsToDouble(numbers()[at]);
    }

    /** Puts the second that goes on where those before it are; that can be done many times. */
    void finish(int column, int[] stretches) {
      int at = at(column);
      long newestMs = numbers()[at + NEWEST_MS];
      if (newestMs != Long.MIN_VALUE) {
        signal(column)
            .numbers(stretches)
            .put(newestMs, number(at + MIN), number(at + MAX), number(at + LAST));
      }
    }

    long newestMs(int column) {
      return Math.max(numbers()[at(column) + NEWEST_MS], signal(column).newestMs());
    }
  }

  /**
   * The numbers and the words of one metric. Its type is pinned, so one is almost always missing.
   */
  private static final class Signal {
    private @Nullable Numbers numbers;
    private @Nullable TextHistory words;

    Numbers numbers(int[] stretches) {
      Numbers known = numbers;
      if (known == null) {
        known = new Numbers();
        known.keep(stretches);
        numbers = known;
      }
      return known;
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

    void put(long ms, double min, double max, double last) {
      finest.put(ms, min, max, last);
    }

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
    int column = column(metric);
    if (column >= 0 && Double.isFinite(value)) {
      Objects.requireNonNull(of).put(column, ms, value, most);
    }
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
    int column = column(metric);
    if (column >= 0) {
      boolean cut = value.length() > LONGEST_WORD;
      String word = cut ? value.substring(0, LONGEST_WORD) + "…" : value;
      Objects.requireNonNull(of).signal(column).put(ms, word, share);
    }
  }

  /** The column of a metric of this line; -1 where it is no signal, or there are too many. */
  private int column(String metric) {
    int known = of == null ? -1 : of.column(metric);
    if (known >= 0 || ofLine == null || signals >= boundBytes / LEAST_BYTES) {
      return known;
    }
    if (of == null) {
      of = new Signals(ofLine);
      series.put(of);
      machines.computeIfAbsent(ofLine.asset(), machine -> new ArrayList<>(1)).add(of);
    }
    signals++;
    return of.addSignal(metric);
  }

  @Override
  public void end() {
    if (receivedMs - sweptMs >= SWEEP_MS || signals > sweptSignals + sweptSignals / 4 + 100) {
      sweep(receivedMs);
    }
  }

  /** Forgets signals that were silent for long, and divides the memory again. */
  private void sweep(long nowMs) {
    for (List<Signals> ofMachine : machines.values()) {
      for (Signals each : ofMachine) {
        each.removeIf(column -> each.newestMs(column) < nowMs - KEPT_MS);
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
    return series.values().stream()
        .flatMap(each -> IntStream.range(0, each.size()).mapToObj(each::signal));
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
    for (Signals each : machines.getOrDefault(machine, List.of())) {
      Series of = each.name();
      for (int column = 0; column < each.size(); column++) {
        each.finish(column, most);
        named.put(new Name(each.metric(column), of.measurement(), of.tags()), each.signal(column));
      }
    }
    return named;
  }
}
