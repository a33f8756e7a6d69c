package io.weir.gateway.live;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Smallest, largest and last value of a signal by stretches of time of one length. A stretch
 * without a value takes no room. Times are milliseconds since the epoch.
 *
 * <p>Mutable; belongs to its {@link SignalMemory}.
 */
final class Trace {

  /** Bytes of a stretch in memory. */
  static final int POINT_BYTES = 32;

  private static final int WIDTH = 4;
  private static final int MIN = 1;
  private static final int MAX = 2;
  private static final int LAST = 3;

  /** The part of a full trace that is forgotten at once, so that most values move none. */
  private static final int AT_ONCE = 16;

  final long stepMs;

  /** By stretch: time of the last value, then the bits of the values. */
  private long[] points = new long[0];

  private int size;

  /** Where the newest stretch begins: most values are of it. */
  private long newestBeginMs;

  /** Whether nothing was forgotten. */
  private boolean whole = true;

  Trace(long stepMs) {
    this.stepMs = stepMs;
  }

  int size() {
    return size;
  }

  long newestMs() {
    return size == 0 ? Long.MIN_VALUE : time(size - 1);
  }

  private long time(int index) {
    return points[index * WIDTH];
  }

  private double value(int index, int which) {
    return Double.longBitsToDouble(points[index * WIDTH + which]);
  }

  private void set(int index, int which, double value) {
    points[index * WIDTH + which] = Double.doubleToRawLongBits(value);
  }

  private long step(long ms) {
    return Math.floorDiv(ms, stepMs);
  }

  /** Whether an instant is of the newest stretch. */
  boolean isOfNewest(long ms) {
    return size > 0 && ms >= newestBeginMs && ms - newestBeginMs < stepMs;
  }

  /** Adds a value of any time; above {@code most} stretches the oldest is dropped. */
  void put(long ms, double value, int most) {
    put(ms, value, value, value, most);
  }

  /** Adds what the newest stretch of a finer trace has. */
  void putNewestOf(Trace finer, int most) {
    int newest = finer.size - 1;
    if (newest >= 0) {
      put(
          finer.time(newest),
          finer.value(newest, MIN),
          finer.value(newest, MAX),
          finer.value(newest, LAST),
          most);
    }
  }

  private void put(long ms, double min, double max, double last, int most) {
    if (isOfNewest(ms)) {
      join(size - 1, ms, min, max, last);
      return;
    }
    int at = size;
    while (at > 0 && step(time(at - 1)) > step(ms)) {
      at--;
    }
    if (at > 0 && step(time(at - 1)) == step(ms)) {
      join(at - 1, ms, min, max, last);
      return;
    }
    if (size >= most) {
      if (at == 0) {
        whole = false;
        return; // older than all that there is room for
      }
      int gone = Math.min(at, size - most + 1 + most / AT_ONCE);
      forget(gone);
      at -= gone;
    }
    if (size * WIDTH == points.length) {
      points = Arrays.copyOf(points, Math.min(most, Math.max(4, size * 2)) * WIDTH);
    }
    System.arraycopy(points, at * WIDTH, points, (at + 1) * WIDTH, (size - at) * WIDTH);
    points[at * WIDTH] = ms;
    set(at, MIN, min);
    set(at, MAX, max);
    set(at, LAST, last);
    size++;
    if (at == size - 1) {
      newestBeginMs = step(ms) * stepMs;
    }
  }

  private void join(int index, long ms, double min, double max, double last) {
    set(index, MIN, Math.min(value(index, MIN), min));
    set(index, MAX, Math.max(value(index, MAX), max));
    if (ms >= time(index)) {
      points[index * WIDTH] = ms;
      set(index, LAST, last);
    }
  }

  private void forget(int oldest) {
    whole = false;
    size -= oldest;
    System.arraycopy(points, oldest * WIDTH, points, 0, size * WIDTH);
  }

  /** Keeps the newest, in an array that has no room for more. */
  void trim(int most) {
    if (size > most) {
      forget(size - most);
    }
    if (points.length > most * WIDTH) {
      points = Arrays.copyOf(points, most * WIDTH);
    }
  }

  /** Since when it is complete: the beginning of the oldest stretch, or always. */
  long beginMs() {
    return whole ? Long.MIN_VALUE : size == 0 ? Long.MAX_VALUE : step(time(0)) * stepMs;
  }

  /** Adds the points that began before an instant and are later than those there already. */
  void addTo(List<SignalList.Point> all, long beforeMs) {
    long after = all.isEmpty() ? Long.MIN_VALUE : all.get(all.size() - 1).ms();
    for (int i = 0; i < size && step(time(i)) * stepMs < beforeMs; i++) {
      if (time(i) > after) {
        all.add(new SignalList.Point(time(i), value(i, MIN), value(i, MAX), value(i, LAST)));
      }
    }
  }

  /** The points of [fromMs, toMs], joined to this many at most. */
  static List<SignalList.Point> thinned(
      List<SignalList.Point> points, long fromMs, long toMs, int most) {
    long width = Math.max(1, (toMs - fromMs) / most + 1);
    List<SignalList.Point> thinned = new ArrayList<>();
    long stretch = -1;
    for (SignalList.Point point : points) {
      if (point.ms() < fromMs || point.ms() > toMs) {
        continue;
      }
      long of = (point.ms() - fromMs) / width;
      if (of == stretch) {
        SignalList.Point before = thinned.remove(thinned.size() - 1);
        thinned.add(
            new SignalList.Point(
                point.ms(),
                Math.min(before.min(), point.min()),
                Math.max(before.max(), point.max()),
                point.last()));
      } else {
        thinned.add(point);
      }
      stretch = of;
    }
    return thinned;
  }
}
