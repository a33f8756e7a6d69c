package io.weir.gateway.people;

import java.time.ZoneId;
import java.util.Set;

/**
 * How somebody wants to see the page, on every screen.
 *
 * @param language one of {@link #LANGUAGES}, or "" for that of the browser
 * @param zone of all times, such as {@code Europe/Berlin}, or "" for that of the plant
 */
public record Look(String language, String zone) {

  public static final Look NONE = new Look("", "");

  /** Those of the page. */
  public static final Set<String> LANGUAGES = Set.of("en", "de", "zh");

  /**
   * @throws IllegalArgumentException if there is no such language or zone; its message says so
   */
  public static Look of(String language, String zone) {
    if (!language.isEmpty() && !LANGUAGES.contains(language)) {
      throw new IllegalArgumentException("language is en, de, zh, or empty");
    }
    if (!zone.isEmpty() && !ZoneId.getAvailableZoneIds().contains(zone)) {
      throw new IllegalArgumentException("zone is a name such as Europe/Berlin, or empty");
    }
    return new Look(language, zone);
  }
}
