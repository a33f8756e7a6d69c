package io.weir.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.maven.artifact.versioning.ComparableVersion;

/**
 * One entry of a list of vulnerabilities in the format of OSV (Open Source Vulnerability format, <a
 * href="https://ossf.github.io/osv-schema/">schema 1.7</a>). Of it are read the packages of the
 * ecosystem Maven, their versions and their ranges of the type ECOSYSTEM; versions are ordered as
 * Maven orders them.
 */
record Advisory(JsonNode entry) {

  private record Event(String kind, ComparableVersion version) {}

  String id() {
    return entry.path("id").asText();
  }

  /** The first identifier by which it is known elsewhere, as a rule a CVE. */
  String alias() {
    return entry.path("aliases").path(0).asText();
  }

  String summary() {
    return entry.path("summary").asText();
  }

  boolean isWithdrawn() {
    return entry.hasNonNull("withdrawn");
  }

  /**
   * Whether it concerns this version of a library.
   *
   * @param library group and name, with a colon between
   */
  boolean concerns(String library, String version) {
    for (JsonNode each : entry.path("affected")) {
      if (each.at("/package/ecosystem").asText().equals("Maven")
          && each.at("/package/name").asText().equals(library)
          && (names(each.path("versions"), version)
              || inRanges(each.path("ranges"), new ComparableVersion(version)))) {
        return true;
      }
    }
    return false;
  }

  /** The first version without it, if there is one above the given. */
  Optional<String> fixedIn(String library, String version) {
    List<ComparableVersion> fixes = new ArrayList<>();
    for (JsonNode each : entry.path("affected")) {
      if (each.at("/package/name").asText().equals(library)) {
        for (JsonNode fixed : each.findValues("fixed")) {
          fixes.add(new ComparableVersion(fixed.asText()));
        }
      }
    }
    return fixes.stream()
        .filter(each -> each.compareTo(new ComparableVersion(version)) > 0)
        .min(Comparator.naturalOrder())
        .map(ComparableVersion::toString);
  }

  private static boolean names(JsonNode versions, String version) {
    for (JsonNode each : versions) {
      if (each.asText().equals(version)) {
        return true;
      }
    }
    return false;
  }

  private static boolean inRanges(JsonNode ranges, ComparableVersion version) {
    for (JsonNode range : ranges) {
      if (range.path("type").asText().equals("ECOSYSTEM")
          && inRange(range.path("events"), version)) {
        return true;
      }
    }
    return false;
  }

  /** Walks the events in the order of their versions, up to the given one. */
  private static boolean inRange(JsonNode events, ComparableVersion version) {
    List<Event> sorted = new ArrayList<>();
    for (JsonNode event : events) {
      event
          .properties()
          .forEach(
              each ->
                  sorted.add(
                      new Event(each.getKey(), new ComparableVersion(each.getValue().asText()))));
    }
    sorted.sort(Comparator.comparing(Event::version));
    boolean concerned = false;
    for (Event event : sorted) {
      int order = version.compareTo(event.version());
      switch (event.kind()) {
        case "introduced" -> concerned |= order >= 0 || event.version().toString().equals("0");
        case "fixed" -> concerned &= order < 0;
        case "last_affected" -> concerned &= order <= 0;
        default -> {} // "limit" restricts ranges of git only
      }
    }
    return concerned;
  }
}
