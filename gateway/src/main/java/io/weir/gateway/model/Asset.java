package io.weir.gateway.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a reading comes from: the ISA-95 path site, area, line, machine. Any level may be missing
 * ({@code null}); a present level is never empty.
 */
public record Asset(
    @Nullable String site, @Nullable String area, @Nullable String line, @Nullable String machine) {

  public static final Asset NONE = new Asset(null, null, null, null);

  public Asset {
    site = emptyToNull(site);
    area = emptyToNull(area);
    line = emptyToNull(line);
    machine = emptyToNull(machine);
  }

  /** The present levels joined by slashes, or "" where none is known. */
  public String path() {
    StringBuilder path = new StringBuilder();
    for (String level : new @Nullable String[] {site, area, line, machine}) {
      if (level != null) {
        path.append(path.isEmpty() ? "" : "/").append(level);
      }
    }
    return path.toString();
  }

  /** The same, with the levels that it lacks taken from the other. */
  public Asset or(Asset other) {
    return new Asset(
        site != null ? site : other.site,
        area != null ? area : other.area,
        line != null ? line : other.line,
        machine != null ? machine : other.machine);
  }

  private static @Nullable String emptyToNull(@Nullable String level) {
    return level == null || level.isEmpty() ? null : level;
  }
}
