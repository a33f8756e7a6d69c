package io.weir.gateway.decode;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a SenML name means here. A name is unique in the world: it holds the device and what is
 * measured there. Where it is divided depends on the whole name, never on how a pack divides it
 * into base name and name, for both say the same.
 *
 * <ul>
 *   <li>A URN is a device: {@code urn:dev:ow:28ff641e8216035a} (RFC 9039, four parts), another URN
 *       of three parts. What follows it is the metric, or {@code value} where nothing does. A
 *       sensor, its position and its battery may share one name, which only the units {@code lon},
 *       {@code lat}, {@code %EL} and {@code EL} distinguish: there these are the metric.
 *   <li>Of another name the part behind the last slash or colon is the metric, what is before it
 *       the device. A name without one, or that begins with a slash, is the metric whole.
 * </ul>
 */
record SenmlName(@Nullable String device, String metric) {

  private static final Pattern URN =
      Pattern.compile("(urn:(?:dev:[^:]++:[^:/_]++|(?!dev:)[^:]++:[^:/]++))[:/_]?(.*)");

  /** Units of what a device says of itself beside what it measures. */
  private static final Set<String> TELLING = Set.of("lon", "lat", "%EL", "EL");

  /**
   * @param unit the record's own or the base's, {@code null} where there is none
   */
  static SenmlName of(String name, @Nullable String unit) {
    Matcher urn = URN.matcher(name);
    if (urn.matches()) {
      String unnamed = unit != null && TELLING.contains(unit) ? unit : "value";
      return new SenmlName(urn.group(1), urn.group(2).isEmpty() ? unnamed : urn.group(2));
    }
    int cut = Math.max(name.lastIndexOf('/'), name.lastIndexOf(':'));
    return name.startsWith("/") || cut <= 0 || cut == name.length() - 1
        ? new SenmlName(null, name)
        : new SenmlName(name.substring(0, cut), name.substring(cut + 1));
  }
}
