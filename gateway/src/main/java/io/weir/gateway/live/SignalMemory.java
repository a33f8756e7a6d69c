package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

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
 * <p>Shared between the thread that folds and the one that shows, under its own lock; both hold it
 * for memory work only.
 */
final class SignalMemory {

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

  private final Map<Asset, Map<Name, Signal>> machines = new HashMap<>();
  private int signals;
  private int sweptSignals;
  private long sweptMs;

  /** Of each trace, how many stretches a signal may keep; and bytes of its changes. */
  private final int[] most = FULL.clone();

  private final long boundBytes;
  private long share;

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

  /** The type of a metric is pinned, so one of both is almost always empty. */
  private static final class Signal {
    final Trace[] traces = new Trace[STEPS_MS.length];
    final TextHistory words = new TextHistory();

    Signal() {
      for (int i = 0; i < traces.length; i++) {
        traces[i] = new Trace(STEPS_MS[i]);
      }
    }

    long newestMs() {
      return Math.max(traces[0].newestMs(), words.newestMs());
    }

    List<SignalList.Point> points() {
      List<SignalList.Point> points = new ArrayList<>();
      for (int i = traces.length - 1; i >= 0; i--) {
        traces[i].addTo(points, i == 0 ? Long.MAX_VALUE : traces[i - 1].beginMs());
      }
      return points;
    }
  }

  /** Adds one message. */
  synchronized void fold(Message message) {
    for (Reading reading : message.readings()) {
      if (reading.series().asset().machine() != null && reading.quality() != Quality.BAD) {
        take(reading);
      }
    }
    long nowMs = message.receiveTimeNs() / 1_000_000;
    if (nowMs - sweptMs >= SWEEP_MS || signals > sweptSignals + sweptSignals / 4 + 100) {
      sweep(nowMs);
    }
  }

  private void take(Reading reading) {
    Map<Name, Signal> of =
        machines.computeIfAbsent(reading.series().asset(), machine -> new HashMap<>());
    Name name = new Name(reading.metric(), reading.series().measurement(), reading.series().tags());
    Signal signal = of.get(name);
    if (signal == null) {
      if (signals >= boundBytes / LEAST_BYTES) {
        return;
      }
      signal = new Signal();
      of.put(name, signal);
      signals++;
    }
    long ms = Math.floorDiv(reading.timeNs(), 1_000_000L);
    if (reading.value() instanceof Value.Text text) {
      String word = text.value();
      boolean cut = word.length() > LONGEST_WORD;
      signal.words.put(ms, cut ? word.substring(0, LONGEST_WORD) + "…" : word, share);
    } else if (reading.value() instanceof Value.Flag flag) {
      signal.words.put(ms, Boolean.toString(flag.value()), share);
    } else {
      double number =
          reading.value() instanceof Value.Real real
              ? real.value()
              : ((Value.Whole) reading.value()).value();
      for (int i = 0; Double.isFinite(number) && i < signal.traces.length; i++) {
        signal.traces[i].put(ms, number, most[i]);
      }
    }
  }

  /** Forgets signals that were silent for long, and divides the memory again. */
  private void sweep(long nowMs) {
    for (Map<Name, Signal> of : machines.values()) {
      of.values().removeIf(signal -> signal.newestMs() < nowMs - KEPT_MS);
    }
    machines.values().removeIf(Map::isEmpty);
    signals = machines.values().stream().mapToInt(Map::size).sum();
    sweptSignals = signals;
    sweptMs = nowMs;
    share = boundBytes / Math.max(1, signals);
    int points = (int) (Math.min(share, 1 << 20) / Trace.POINT_BYTES);
    most[2] = Math.min(FULL[2], points / 2);
    most[1] = Math.min(FULL[1], points / 4);
    most[0] = Math.min(FULL[0], points - most[2] - most[1]);
    for (Map<Name, Signal> of : machines.values()) {
      for (Signal signal : of.values()) {
        for (int i = 0; i < most.length; i++) {
          signal.traces[i].trim(most[i]);
        }
        signal.words.trim(share);
      }
    }
  }

  /** Bytes that points take, for tests of the bound. */
  synchronized long pointBytes() {
    return machines.values().stream()
        .flatMap(of -> of.values().stream())
        .flatMap(signal -> Arrays.stream(signal.traces))
        .mapToLong(trace -> (long) trace.size() * Trace.POINT_BYTES)
        .sum();
  }

  /** The signals of a machine. */
  synchronized SignalList list(SignalQuery query, long nowMs, long keptSinceMs) {
    Long end = query.toMs();
    long to = end == null ? nowMs : end;
    long from = to - TimeUnit.MINUTES.toMillis(query.minutes());
    List<SignalList.Numbers> numbers = new ArrayList<>();
    List<SignalList.Texts> words = new ArrayList<>();
    boolean more = false;
    Map<Name, Signal> of = new TreeMap<>(machines.getOrDefault(query.machine(), Map.of()));
    for (Map.Entry<Name, Signal> each : of.entrySet()) {
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
      List<SignalList.Change> changes = each.getValue().words.within(from, to, query.points());
      if (!changes.isEmpty()) {
        words.add(new SignalList.Texts(name.metric, name.measurement, name.tags, changes));
      }
    }
    return new SignalList(from, to, keptSinceMs, numbers, words, more);
  }
}
