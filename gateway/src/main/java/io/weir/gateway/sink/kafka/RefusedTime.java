package io.weir.gateway.sink.kafka;

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

  boolean isAhead() {
    return ms > toMs;
  }

  /** Whether the time may be right by a clock, which says what it is now. */
  boolean mayBeRight(long nowMs) {
    return ms <= nowMs;
  }
}
