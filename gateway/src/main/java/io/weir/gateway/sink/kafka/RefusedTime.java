package io.weir.gateway.sink.kafka;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A record whose time a broker does not take, in milliseconds since the epoch. What it takes goes
 * by its own clock, which may be wrong.
 *
 * @param fromMs the oldest time that it takes, by its clock
 * @param toMs the newest time that it takes
 */
record RefusedTime(long ms, long fromMs, long toMs) {

  /** More than two clocks differ by, where nothing says how much they may. */
  private static final long MOST_AHEAD_MS = TimeUnit.DAYS.toMillis(1);

  private static final Pattern WORDS =
      Pattern.compile("^Timestamp (-?\\d+) .* within \\[(-?\\d+), (-?\\d+)]");

  /** As a broker's words have it; {@code null} where they say something else. */
  static @Nullable RefusedTime of(String words) {
    Matcher said = WORDS.matcher(words);
    try {
      return said.find()
          ? new RefusedTime(
              Long.parseLong(said.group(1)),
              Long.parseLong(said.group(2)),
              Long.parseLong(said.group(3)))
          : null;
    } catch (NumberFormatException e) { // no number of a broker
      return null;
    }
  }

  /** Else it is too old. The newest time is no measure: where it has no end, it is no number. */
  boolean isAhead() {
    return ms >= fromMs;
  }

  /** Whether the time may be right by a clock, which says what it is now. */
  boolean mayBeRight(long nowMs) {
    return ms <= nowMs;
  }

  /**
   * Whether it may be called too old only because the broker's clock is ahead, where nobody says
   * how old a time may be. A clock that is ahead moves both ends of what it takes, so it is ahead
   * by no more than the newest time is.
   *
   * @param nowMs by our clock
   */
  boolean mayBeOldByAClock(long nowMs) {
    boolean isEndless = toMs < fromMs; // beyond the largest number
    long ahead = isEndless ? MOST_AHEAD_MS : Math.min(MOST_AHEAD_MS, toMs - nowMs);
    return nowMs < fromMs || fromMs - ms <= ahead;
  }
}
