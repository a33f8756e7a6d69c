package io.weir.gateway.efficiency.config;

import io.weir.gateway.model.Asset;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order that a file says is to be made.
 *
 * @param asset a machine; or a line: then any machine of it
 * @param order its id
 * @param product "" where none is given
 * @param quantity pieces; NaN where it is not given
 * @param start when it is to begin, or {@code null}
 * @param end when it is to be done, or {@code null}
 */
public record PlannedOrder(
    Asset asset,
    String order,
    String product,
    double quantity,
    @Nullable Instant start,
    @Nullable Instant end) {

  /** Whether it is for a machine, itself or as one of its line, or for that line. */
  public boolean isFor(Asset of) {
    return asset.equals(of) || asset.equals(of.toLine());
  }

  /**
   * The order of an id for an asset: one that names the machine, before one that names its line.
   */
  public static @Nullable PlannedOrder find(List<PlannedOrder> plan, Asset asset, String order) {
    PlannedOrder found = null;
    for (PlannedOrder each : plan) {
      if (each.order.equals(order) && each.isFor(asset)) {
        found = found == null || each.asset.machine() != null ? each : found;
      }
    }
    return found;
  }
}
