package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the machines of a line that ticks wrote while they were silent: each holds until the
 * machine writes another. They are no part of the state.
 *
 * <p>Mutable; belongs to its {@link LineFold}.
 */
final class ProvisionalRows {

  /** The provisional rows of one bucket, by machine. */
  record Overlay(BucketKey key, Map<String, Row> rows) {}

  /**
   * @param before the row that is part of the state, which this one stands for
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Row(long @Nullable [] before, long[] sums) {}

  /** By the start of the bucket. */
  private final Map<BucketKind, NavigableMap<Long, Overlay>> overlays =
      new EnumMap<>(BucketKind.class);

  /** By the start of the bucket. */
  NavigableMap<Long, Overlay> of(BucketKind kind) {
    return overlays.computeIfAbsent(kind, absent -> new TreeMap<>());
  }

  /** Those that lie over a bucket, which may have another end, or {@code null}. */
  @Nullable Overlay over(BucketKey key) {
    return of(key.kind()).get(key.start());
  }

  /**
   * @param before the last row of the machine, over which this one lies
   * @param most buckets of that kind that are kept, and as many more that are needed
   * @param needed those from this instant on are
   */
  void put(
      String machine, BucketKey key, long @Nullable [] before, long[] sums, int most, long needed) {
    NavigableMap<Long, Overlay> ofKind = of(key.kind());
    Overlay overlay =
        ofKind.computeIfAbsent(key.start(), start -> new Overlay(key, new TreeMap<>()));
    overlay.rows.put(machine, shared(machine, ofKind.lowerEntry(key.start()), before, sums));
    while (ofKind.size() > most && (ofKind.firstKey() < needed || ofKind.size() > 2L * most)) {
      ofKind.pollFirstEntry();
    }
  }

  /** The minutes of a silence are alike: they share one row, so that long silences take little. */
  private static Row shared(
      String machine,
      Map.@Nullable Entry<Long, Overlay> earlier,
      long @Nullable [] before,
      long[] sums) {
    Row last = earlier == null ? null : earlier.getValue().rows.get(machine);
    return last != null && last.before == null && before == null && Arrays.equals(last.sums, sums)
        ? last
        : new Row(before, sums);
  }

  /** A machine writes another row. */
  void end(String machine, BucketKey key) {
    Overlay overlay = over(key);
    if (overlay != null) {
      overlay.rows.remove(machine);
    }
  }
}
