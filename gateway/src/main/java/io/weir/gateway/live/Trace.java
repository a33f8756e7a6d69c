package io.weir.gateway.live;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Smallest, largest and last value of a signal by stretches of time of one length. A stretch
 * without a value takes no room. Times are milliseconds since the epoch.
 *
 * <p>A value within the newest stretch touches this object alone. A coarser trace gets all of a
 * stretch once a newer one begins here, so that most values touch one trace; a late value goes to
 * each of them at once.
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

  private final long stepMs;

  /** Whose stretches are longer; {@code null} for the one with the longest. */
  private final @Nullable Trace coarser;

  private int most = Integer.MAX_VALUE;

  /** Whether nothing was forgotten. */
  private boolean whole = true;

  // The newest stretch: where it begins, the time of its last value, and its values.
  private boolean any;
  private long newestBeginMs;
  private long newestMs = Long.MIN_VALUE;
  private double newestMin;
  private double newestMax;
  private double newestLast;

  /** Of each stretch before it: time of the last value, then the bits of the values. */
  private long[] points = new long[0];

  private int before;

  Trace(long stepMs, @Nullable Trace coarser) {
    this.stepMs = stepMs;
    this.coarser = coarser;
  }

  int size() {
    return any ? before + 1 : 0;
  }

  long newestMs() {
    return newestMs;
  }

  private long time(int index) {
    return index == before ? newestMs : points[index * WIDTH];
  }

  private double value(int index, int which) {
    return Double.longBitsToDouble(points[index * WIDTH + which]);
  }

  private void set(int index, int which, double value) {
    points[index * WIDTH + which] = Double.doubleToRawLongBits(value);
  }

  private void set(int index, long ms, double min, double max, double last) {
    points[index * WIDTH] = ms;
    set(index, MIN, min);
    set(index, MAX, max);
    set(index, LAST, last);
  }

  private long step(long ms) {
    return Math.floorDiv(ms, stepMs);
  }

  /**
   * Adds values of any time within one stretch; above the stretches that it may keep the oldest is
   * dropped.
   *
   * @param ms the time of the last of them
   */
  void put(long ms, double min, double max, double last) {
    if (any && ms < newestBeginMs) {
      putLate(ms, min, max, last);
      if (coarser != null) {
        coarser.put(ms, min, max, last);
      }
    } else if (any && ms - newestBeginMs < stepMs) {
      newestMin = Math.min(newestMin, min);
      newestMax = Math.max(newestMax, max);
      if (ms >= newestMs) {
        newestMs = ms;
        newestLast = last;
      }
    } else {
      finishNewest();
      any = true;
      newestBeginMs = step(ms) * stepMs;
      newestMs = ms;
      newestMin = min;
      newestMax = max;
      newestLast = last;
    }
  }

  /** A newer stretch begins. */
  private void finishNewest() {
    if (!any) {
      return;
    }
    insert(before, newestMs, newestMin, newestMax, newestLast);
    if (coarser != null) {
      coarser.put(newestMs, newestMin, newestMax, newestLast);
    }
  }

  /** Adds to a stretch before the newest. */
  private void putLate(long ms, double min, double max, double last) {
    int at = before;
    while (at > 0 && step(time(at - 1)) > step(ms)) {
      at--;
    }
    if (at == 0 || step(time(at - 1)) < step(ms)) {
      insert(at, ms, min, max, last);
      return;
    }
    int same = at - 1;
    set(same, MIN, Math.min(value(same, MIN), min));
    set(same, MAX, Math.max(value(same, MAX), max));
    if (ms >= time(same)) {
      points[same * WIDTH] = ms;
      set(same, LAST, last);
    }
  }

  /** Makes a stretch before the newest. */
  private void insert(int index, long ms, double min, double max, double last) {
    int at = index;
    if (before + 1 >= most) {
      if (at == 0) {
        whole = false;
        return; // older than all that there is room for
      }
      int gone = Math.min(at, before + 1 - most + 1 + most / AT_ONCE);
      forget(gone);
      at -= gone;
    }
    if (before * WIDTH == points.length) {
      points = Arrays.copyOf(points, Math.min(most, Math.max(4, before * 2)) * WIDTH);
    }
    System.arraycopy(points, at * WIDTH, points, (at + 1) * WIDTH, (before - at) * WIDTH);
    set(at, ms, min, max, last);
    before++;
  }

  private void forget(int oldest) {
    whole = false;
    before -= oldest;
    System.arraycopy(points, oldest * WIDTH, points, 0, before * WIDTH);
  }

  /** Keeps the newest from now on, this many at most, in an array that has no room for more. */
  void keep(int stretches) {
    most = stretches;
    if (before + 1 > most) {
      forget(before + 1 - most);
    }
    if (points.length > most * WIDTH) {
      points = Arrays.copyOf(points, most * WIDTH);
    }
  }

  /** Since when it is complete: the beginning of the oldest stretch, or always. */
  long beginMs() {
    return whole ? Long.MIN_VALUE : any ? step(time(0)) * stepMs : Long.MAX_VALUE;
  }

  /** Adds the points that began before an instant and are later than those there already. */
  void addTo(List<SignalList.Point> all, long beforeMs) {
    long after = all.isEmpty() ? Long.MIN_VALUE : all.get(all.size() - 1).ms();
    for (int i = 0; i < size() && step(time(i)) * stepMs < beforeMs; i++) {
      if (time(i) > after) {
        all.add(
            i == before
                ? new SignalList.Point(newestMs, newestMin, newestMax, newestLast)
                : new SignalList.Point(time(i), value(i, MIN), value(i, MAX), value(i, LAST)));
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
