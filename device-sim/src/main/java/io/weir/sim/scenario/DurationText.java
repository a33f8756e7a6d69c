package io.weir.sim.scenario;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads durations: {@code 500ms}, {@code 1s}, {@code 90m}, {@code 16h}, {@code 7d}. They have ten
 * years at most, so that times computed with them do not overflow.
 */
public final class DurationText {

  private static final Duration LONGEST = Duration.ofDays(3_650);
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private DurationText() {}

  /**
   * @throws IllegalArgumentException if the text is not a duration, or is too long
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a duration: a whole number and ms, s, m, h or d, such as 16h");
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration span =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    if (span.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "'%s' is longer than %d days".formatted(text, LONGEST.toDays()));
    }
    return span;
  }
}
