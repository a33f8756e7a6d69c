package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import org.jspecify.annotations.Nullable;

/**
 * Selects machines by the levels of their path. Of each level {@code null} means any, and "" that
 * the machine has none.
 */
public record Scope(
    @Nullable String site, @Nullable String area, @Nullable String line, @Nullable String machine) {

  /** Whether an asset matches every level. */
  public boolean holds(Asset asset) {
    return agrees(site, asset.site())
        && agrees(area, asset.area())
        && agrees(line, asset.line())
        && agrees(machine, asset.machine());
  }

  /** The asset that has the given levels and no others. */
  public Asset asset() {
    return new Asset(site, area, line, machine);
  }

  private static boolean agrees(@Nullable String wanted, @Nullable String level) {
    return wanted == null || wanted.equals(level == null ? "" : level);
  }
}
