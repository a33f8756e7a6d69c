package io.weir.gateway.notify;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which causes are sent where.
 *
 * @param when the ids that it is about; {@link #ALARMS} for all alarms of the gateway, {@link
 *     #CRITICAL} for the critical ones
 * @param holds how long a cause must hold before it is sent
 * @param asset matches the paths of the machines and lines that it is about, or {@code null} for
 *     all; what has no path, such as a sink, always fits
 * @param under for {@code oee-under}: the OEE, 0 to 1; NaN for the target in force
 * @param moreThan for {@code uncoded-stops}: how many of a machine are too many
 * @param repeat after how long a cause that still holds is sent again; zero for never
 * @param to names of outlets
 */
public record Rule(
    String name,
    Set<String> when,
    Duration holds,
    @Nullable Asset asset,
    double under,
    int moreThan,
    Schedule during,
    Duration repeat,
    List<String> to) {

  static final String ALARMS = "alarms";
  static final String CRITICAL = "critical-alarms";

  /** What a pattern of assets matches; equal to another that was written the same. */
  public record Asset(String glob) {

    boolean matches(String path) {
      return Pattern.compile(regex()).matcher(path).matches();
    }

    /** {@code *} stands for any part of one level; all below what is matched fits too. */
    private String regex() {
      StringBuilder regex = new StringBuilder();
      for (String part : glob.split("\\*", -1)) {
        regex.append(regex.isEmpty() ? "" : "[^/]*").append(Pattern.quote(part));
      }
      return regex + "(/.*)?";
    }
  }

  /** Whether it asks for that kind. */
  boolean asksFor(String kind) {
    return when.contains(kind);
  }

  boolean fits(Cause cause) {
    return asset == null || cause.asset().path().isEmpty() || asset.matches(cause.asset().path());
  }
}
