package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A span of the past whose figures a changed configuration makes in another way, with those of the
 * levels above.
 *
 * @param asset a machine, line, area or site, as a recompute takes it; "" for all
 * @param from whole hour, or when the change begins to hold; {@code null} where it holds for all
 *     time before
 * @param to behind it; what of it is still open follows when it has ended
 */
public record PastSpan(String asset, @Nullable Instant from, Instant to) {

  static PastSpan of(RecomputeSpan span) {
    return new PastSpan(
        path(span.asset()),
        Instant.ofEpochSecond(0, span.from()),
        Instant.ofEpochSecond(0, span.to()));
  }

  static String path(Asset asset) {
    return asset.place();
  }

  /** Whether a part of it is before an instant. */
  boolean beginsBefore(Instant instant) {
    return from == null || from.isBefore(instant);
  }
}
