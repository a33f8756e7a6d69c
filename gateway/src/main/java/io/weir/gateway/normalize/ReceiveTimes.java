package io.weir.gateway.normalize;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * What is remembered of receive times: the last one, and each leap by more than an hour, because
 * the gateway was idle or off, or because the clock is wrong. A clock that turns out to have been
 * wrong goes back to before a leap. Times that ran ahead of the clock without a leap, because more
 * messages came than a store's precision can tell apart, do not go back.
 *
 * <p>Which times were left in this way is remembered too: a clock that was set back by mistake
 * comes to them again. Owned by one thread.
 */
public final class ReceiveTimes {

  /** Beyond this the clock went ahead, or is behind what it was. */
  private static final long LEAP_NS = TimeUnit.HOURS.toNanos(1);

  /** How many leaps are remembered, and how many stretches that were left. */
  private static final int MOST = 16;

  /** From the last time before it to the first one after it. */
  private record Leap(long beforeNs, long afterNs) {}

  /** Times that were given and then left, when times went back; both ends are among them. */
  private record Stretch(long fromNs, long toNs) {}

  private long last;

  /** The newest first. */
  private final Deque<Leap> leaps = new ArrayDeque<>();

  /** The newest first. */
  private final Deque<Stretch> left = new ArrayDeque<>();

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

  /**
   * The last time of the stretch that was left and has this time in it; {@link Long#MIN_VALUE} if
   * no stretch has it, or if its end is more than an hour away.
   */
  long leftUpTo(long timeNs) {
    for (Stretch each : left) {
      if (each.fromNs() <= timeNs && each.toNs() >= timeNs && each.toNs() - timeNs <= LEAP_NS) {
        return each.toNs();
      }
    }
    return Long.MIN_VALUE;
  }

  /** Whether a time was given before times went back, and not since. */
  boolean isLeft(long timeNs) {
    Leap newest = leaps.peek();
    boolean isSince = timeNs <= last && (newest == null || timeNs >= newest.afterNs());
    return !isSince
        && left.stream().anyMatch(each -> each.fromNs() <= timeNs && each.toNs() >= timeNs);
  }

  /** The last time below this one that was left; {@link Long#MIN_VALUE} for none. */
  long leftBelow(long timeNs) {
    return left.stream()
        .mapToLong(Stretch::toNs)
        .filter(each -> each < timeNs)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /** Adds the time of a message, in the order of the log. */
  public void add(long timeNs) {
    long before = floor(timeNs);
    if (before < last) {
      while (!leaps.isEmpty() && leaps.element().afterNs() - timeNs > LEAP_NS) {
        Leap wrong = leaps.pop();
        push(left, new Stretch(wrong.afterNs(), last));
        last = wrong.beforeNs();
      }
    }
    if (timeNs - last > LEAP_NS) {
      push(leaps, new Leap(last, timeNs));
    }
    last = Math.max(last, timeNs);
  }

  private static <T> void push(Deque<T> newest, T one) {
    newest.push(one);
    if (newest.size() > MOST) {
      newest.removeLast();
    }
  }

  /**
   * All of it as numbers, for a file: the last time, how many leaps, both ends of each leap, then
   * of each stretch that was left.
   */
  public long[] toNumbers() {
    long[] numbers = new long[2 + 2 * leaps.size() + 2 * left.size()];
    int i = 0;
    numbers[i++] = last;
    numbers[i++] = leaps.size();
    for (Leap leap : leaps) {
      numbers[i++] = leap.beforeNs();
      numbers[i++] = leap.afterNs();
    }
    for (Stretch stretch : left) {
      numbers[i++] = stretch.fromNs();
      numbers[i++] = stretch.toNs();
    }
    return numbers;
  }

  /** Takes the place of what was remembered; {@code numbers} are of {@link #toNumbers}. */
  public void restore(long[] numbers) {
    leaps.clear();
    left.clear();
    last = numbers[0];
    int endOfLeaps = 2 + 2 * (int) numbers[1];
    for (int i = 2; i < endOfLeaps; i += 2) {
      leaps.addLast(new Leap(numbers[i], numbers[i + 1]));
    }
    for (int i = endOfLeaps; i < numbers.length; i += 2) {
      left.addLast(new Stretch(numbers[i], numbers[i + 1]));
    }
  }
}
