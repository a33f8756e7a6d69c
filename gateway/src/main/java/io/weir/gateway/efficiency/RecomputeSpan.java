package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.model.Asset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A span of time whose figures are to be folded again, of one machine or of a part of the plant.
 *
 * @param asset a machine, line, area or site; {@link Asset#NONE} for all
 * @param below whether the machines below it are meant too; its levels above always are
 * @param from nanoseconds since the epoch, 0 at least: what is before counts as that
 * @param to behind it
 * @param doneTo buckets that ended before were written already
 * @param asked whether a person asked for it or has said something of it; then it is not put off
 */
record RecomputeSpan(Asset asset, boolean below, long from, long to, long doneTo, boolean asked) {

  /** What a span is read into. */
  static final RecomputeSpan NONE = new RecomputeSpan(Asset.NONE, true, 0, 0, 0, false);

  /** Spans so near to each other are folded together. */
  private static final long NEAR = 2 * ShiftCalendar.HOUR;

  /** No reading is of before 1970, where days and shifts cannot be reckoned with nanoseconds. */
  RecomputeSpan {
    from = Math.max(0, from);
    to = Math.max(from, to);
  }

  RecomputeSpan exchange(StateCodec codec) {
    return new RecomputeSpan(
        codec.machine(asset),
        codec.flag(below),
        codec.number(from),
        codec.number(to),
        codec.number(doneTo),
        codec.flag(asked));
  }

  /**
   * Both as one, a new object, or {@code null} where they are not of the same asset or far from
   * each other.
   */
  @Nullable RecomputeSpan with(RecomputeSpan other) {
    boolean same = asset.equals(other.asset) && below == other.below;
    boolean near = other.from <= to + NEAR && from <= other.to + NEAR;
    if (!same || !near) {
      return null;
    }
    return new RecomputeSpan(
        asset,
        below,
        Math.min(from, other.from),
        Math.max(to, other.to),
        Math.min(doneTo, other.doneTo),
        asked || other.asked);
  }

  /** One that has both, of whatever asset. */
  RecomputeSpan around(RecomputeSpan other) {
    return new RecomputeSpan(
        Asset.NONE, true, Math.min(from, other.from), Math.max(to, other.to), 0, asked);
  }

  RecomputeSpan doneTo(long instant) {
    return new RecomputeSpan(asset, below, from, to, Math.max(doneTo, instant), false);
  }

  RecomputeSpan ask() {
    return new RecomputeSpan(asset, below, from, to, doneTo, true);
  }

  /** Whether rows of an asset are meant: its own, those of its levels, those below it. */
  boolean selects(Asset of) {
    return of.equals(asset) || isBelow(asset, of) || (below && isBelow(of, asset));
  }

  /** Whether an asset lies below a level. */
  private static boolean isBelow(Asset asset, Asset level) {
    if (level.machine() != null) {
      return false;
    }
    return (level.site() == null || level.site().equals(asset.site()))
        && (level.area() == null || level.area().equals(asset.area()))
        && (level.line() == null || level.line().equals(asset.line()))
        && !Objects.equals(asset, level);
  }

  /** Whether a bucket has any of its time. */
  boolean touches(BucketKey key) {
    return key.start() < to && key.end() > from && key.end() >= doneTo;
  }

  boolean holds(long instant) {
    return from <= instant && instant < to;
  }
}
