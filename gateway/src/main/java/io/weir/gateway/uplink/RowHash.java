package io.weir.gateway.uplink;

import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A hash of 64 bits of all that a row says: rows that differ have different ones, but for a chance
 * that does not count. It stands in logs, so it must never change. Belongs to one thread; for the
 * rows of one batch, which share series and names.
 */
public final class RowHash {

  private static final long PRIME = 0x100000001B3L;
  private static final long START = 0xCBF29CE484222325L;

  private final Map<Series, Long> series = new IdentityHashMap<>();
  private final Map<String, Long> names = new HashMap<>();

  /** The hash of a row, without its place in the log. */
  public long of(LinkRow row) {
    long hash = mixed(START, name(row.topic()));
    hash = mixed(hash, row.receivedMs());
    hash = mixed(hash, series.computeIfAbsent(row.series(), this::series));
    hash = mixed(hash, row.quality().ordinal());
    hash = mixed(hash, row.reason() == null ? 0 : name(row.reason()));
    hash = mixed(hash, row.timeNs());
    for (LinkRow.Field field : row.fields()) {
      hash = mixed(hash, name(field.metric()));
      Value value = field.value();
      if (value instanceof Value.Real real) {
        hash = mixed(mixed(hash, 1), Double.doubleToRawLongBits(real.value()));
      } else if (value instanceof Value.Whole whole) {
        hash = mixed(mixed(hash, 2), whole.value());
      } else if (value instanceof Value.Flag flag) {
        hash = mixed(mixed(hash, 3), flag.value() ? 1 : 0);
      } else if (value instanceof Value.Text text) {
        hash = mixed(mixed(hash, 4), text(text.value()));
      }
    }
    return hash;
  }

  private long series(Series of) {
    long hash = mixed(START, text(of.measurement()));
    hash = level(hash, of.asset().site());
    hash = level(hash, of.asset().area());
    hash = level(hash, of.asset().line());
    hash = level(hash, of.asset().machine());
    for (Map.Entry<String, String> tag : of.tags().entrySet()) {
      hash = mixed(mixed(hash, text(tag.getKey())), text(tag.getValue()));
    }
    return hash;
  }

  private static long level(long hash, @org.jspecify.annotations.Nullable String level) {
    return mixed(hash, level == null ? 0 : text(level));
  }

  private long name(String name) {
    return names.computeIfAbsent(name, RowHash::text);
  }

  private static long text(String text) {
    long hash = START ^ text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return mixed(hash, text.length());
  }

  private static long mixed(long hash, long with) {
    long bits = (hash ^ with) * 0x9E3779B97F4A7C15L;
    bits = (bits ^ bits >>> 32) * 0xD6E8FEB86659FD93L;
    return bits ^ bits >>> 29;
  }
}
