package io.weir.gateway.model;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a reading comes from: the ISA-95 path site, area, line, machine. Any level may be missing
 * ({@code null}); a present level is never empty.
 */
public record Asset(
    @Nullable String site, @Nullable String area, @Nullable String line, @Nullable String machine) {

  public static final Asset NONE = new Asset(null, null, null, null);

  private static final int LEVELS = 4;

  private static final Pattern BETWEEN_LEVELS = Pattern.compile("(?<!\\\\)/");

  /** As people read them; two that have one path are still two. */
  public static final Comparator<Asset> BY_PATH =
      Comparator.comparing(Asset::path).thenComparing(Asset::levels, Asset::compare);

  public Asset {
    site = shared(site);
    area = shared(area);
    line = shared(line);
    machine = emptyToNull(machine);
  }

  /**
   * As records have it, but plain: it is asked for at every message, and Java's compilers do not
   * look through that of a record with so many parts.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Asset that
            && Objects.equals(machine, that.machine)
            && Objects.equals(line, that.line)
            && Objects.equals(area, that.area)
            && Objects.equals(site, that.site);
  }

  /** Plain too. */
  @Override
  public int hashCode() {
    return ((hash(site) * 31 + hash(area)) * 31 + hash(line)) * 31 + hash(machine);
  }

  private static int hash(@Nullable String level) {
    return level == null ? 0 : level.hashCode();
  }

  /** All four levels, "" for each that is missing. Two assets that differ have other levels. */
  public List<String> levels() {
    return Stream.of(site, area, line, machine).map(level -> level == null ? "" : level).toList();
  }

  /**
   * The present levels joined by slashes, or "" where none is known. Not a key: two machines that
   * lack different levels may have one path.
   */
  public String path() {
    StringBuilder path = new StringBuilder();
    for (String level : new @Nullable String[] {site, area, line, machine}) {
      if (level != null) {
        path.append(path.isEmpty() ? "" : "/").append(level);
      }
    }
    return path.toString();
  }

  /**
   * The levels joined by slashes, with nothing between two of them for one that is missing, such as
   * {@code plant-a//line-1/m-02}; without those at the end. Unlike the path it says which level is
   * missing.
   */
  public String place() {
    return String.join("/", levels()).replaceAll("/+$", "");
  }

  /**
   * The levels of a place that somebody wrote, four at most, "" for one that is missing. A slash in
   * the name of a site, area or line is written {@code \/}, which separates no levels, for no name
   * ends with a backslash. A machine's name is written as it is, also one with slashes.
   */
  public static List<String> levelsOf(String place) {
    String[] levels = BETWEEN_LEVELS.split(place, LEVELS);
    for (int i = 0; i < Math.min(levels.length, LEVELS - 1); i++) {
      levels[i] = levels[i].replace("\\/", "/");
    }
    return List.of(levels);
  }

  /** The same, with the levels that it lacks taken from the other. */
  public Asset or(Asset other) {
    return new Asset(
        site != null ? site : other.site,
        area != null ? area : other.area,
        line != null ? line : other.line,
        machine != null ? machine : other.machine);
  }

  /** The line that it is or is part of: the same without the machine. */
  public Asset toLine() {
    return new Asset(site, area, line, null);
  }

  /** The area that it is or is part of: the same without line and machine. */
  public Asset toArea() {
    return new Asset(site, area, null, null);
  }

  /** The site that it is or is part of: the same with no other level. */
  public Asset toSite() {
    return new Asset(site, null, null, null);
  }

  private static int compare(List<String> levels, List<String> others) {
    int first = 0;
    for (int i = 0; first == 0 && i < levels.size(); i++) {
      first = levels.get(i).compareTo(others.get(i));
    }
    return first;
  }

  /** A level that many machines have, each read from a text of its own. */
  private static @Nullable String shared(@Nullable String level) {
    return level == null || level.isEmpty() ? null : Names.shared(level);
  }

  private static @Nullable String emptyToNull(@Nullable String level) {
    return level == null || level.isEmpty() ? null : level;
  }
}
