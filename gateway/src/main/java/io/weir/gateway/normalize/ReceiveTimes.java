package io.weir.gateway.normalize;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * What is remembered of receive times: the last one, and each leap by more than an hour, because
 * the gateway was idle or off, or because the clock is wrong. A clock that turns out to have been
 * wrong goes back to before a leap. Times that ran ahead of the clock without a leap, because more
 * messages came than a store's precision can tell apart, do not go back. Owned by one thread.
 */
public final class ReceiveTimes {

  /** Beyond this the clock went ahead, or is behind what it was. */
  private static final long LEAP_NS = TimeUnit.HOURS.toNanos(1);

  /** How many leaps are remembered. */
  private static final int MOST_LEAPS = 16;

  /** From the last time before it to the first one after it. */
  private record Leap(long beforeNs, long afterNs) {}

  private long last;

  /** The newest first. */
  private final Deque<Leap> leaps = new ArrayDeque<>();

  /** Times of which only the last one is known. */
  public static ReceiveTimes upTo(long lastNs) {
    ReceiveTimes times = new ReceiveTimes();
    times.last = lastNs;
    return times;
  }

  /** The last receive time; 0 for none. */
  public long last() {
    return last;
  }

  /**
   * What the next time must be above: the last one, or the one before a leap that was wrong.
   *
   * @param now the wall clock
   */
  long floor(long now) {
    long floor = last;
    for (Leap leap : leaps) {
      if (leap.afterNs() - now <= LEAP_NS) {
        break;
      }
      floor = leap.beforeNs();
    }
    return floor;
  }

  /** Adds the time of a message, in the order of the log. */
  public void add(long timeNs) {
    long before = floor(timeNs);
    if (before < last) {
      while (!leaps.isEmpty() && leaps.element().afterNs() - timeNs > LEAP_NS) {
        leaps.pop();
      }
      last = before;
    }
    if (timeNs - last > LEAP_NS) {
      leaps.push(new Leap(last, timeNs));
      if (leaps.size() > MOST_LEAPS) {
        leaps.removeLast();
      }
    }
    last = Math.max(last, timeNs);
  }

  /** All of it as numbers, for a file: the last time, then both ends of each leap. */
  public long[] toNumbers() {
    long[] numbers = new long[1 + 2 * leaps.size()];
    int i = 0;
    numbers[i++] = last;
    for (Leap leap : leaps) {
      numbers[i++] = leap.beforeNs();
      numbers[i++] = leap.afterNs();
    }
    return numbers;
  }

  /** Takes the place of what was remembered; {@code numbers} are of {@link #toNumbers}. */
  public void restore(long[] numbers) {
    leaps.clear();
    last = numbers[0];
    for (int i = 1; i < numbers.length; i += 2) {
      leaps.addLast(new Leap(numbers[i], numbers[i + 1]));
    }
  }
}
