package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a line that are kept for corrections, and which were forgotten.
 *
 * <p>Mutable; belongs to its {@link LineFold}.
 */
final class LineBuckets {

  /** What is received so long after it happened is told of the past, such as an import. */
  private static final long PAST = 24 * ShiftCalendar.HOUR;

  /** For so long another machine of the line may tell its past as well. */
  private static final long PAST_IS_KEPT = 6 * ShiftCalendar.HOUR;

  /** A minute of a line in the heap. */
  private static final int MINUTE_BYTES = 700;

  private final Map<BucketKind, NavigableMap<Long, LineBucket>> buckets =
      new EnumMap<>(BucketKind.class);

  /** The start of the newest that was forgotten. */
  private final Map<BucketKind, Long> forgotten = new EnumMap<>(BucketKind.class);

  /** The start of the first bucket that it ever had. */
  private final Map<BucketKind, Long> first = new EnumMap<>(BucketKind.class);

  /** Those of a kind, by their start. */
  NavigableMap<Long, LineBucket> of(BucketKind kind) {
    return buckets.computeIfAbsent(kind, absent -> new TreeMap<>());
  }

  Collection<NavigableMap<Long, LineBucket>> all() {
    return buckets.values();
  }

  /** The one with that start, which may have another end. */
  @Nullable LineBucket at(BucketKey key) {
    return of(key.kind()).get(key.start());
  }

  /** Buckets that are kept for corrections: those of 90 minutes, 48 hours, 12 shifts, 4 days. */
  static int kept(BucketKind kind) {
    return switch (kind) {
      case MINUTE -> 90;
      case HOUR -> 48;
      case SHIFT -> 12;
      case DAY -> 4;
    };
  }

  /** Buckets of the past that are kept while they are told: those of 31 days, a quarter, a year. */
  private static int keptOfPast(BucketKind kind) {
    return switch (kind) {
      case MINUTE -> 31 * 24 * 60;
      case HOUR -> 92 * 24;
      case SHIFT -> 4 * 366;
      case DAY -> 366;
    };
  }

  /**
   * The bucket to which a row of a machine is added, made if absent.
   *
   * @param members whose bottleneck is that of a bucket that is made
   * @param receivedNs when the newest reading was received
   */
  LineBucket open(BucketKey key, LineMembers members, LineSums sumsOf, long receivedNs) {
    LineBucket bucket = at(key);
    long keptUntil = bucket == null ? 0 : bucket.keptUntil();
    if (receivedNs - key.end() > PAST) {
      keptUntil = receivedNs + PAST_IS_KEPT;
    }
    if (bucket == null) {
      bucket = new LineBucket(key, members.bottleneck(), sumsOf.none(), keptUntil);
      of(key.kind()).put(key.start(), bucket);
    } else if (bucket.keptUntil() != keptUntil || !bucket.key().equals(key)) {
      bucket = new LineBucket(key, bucket.bottleneck(), bucket.sums(), keptUntil);
      of(key.kind()).put(key.start(), bucket); // also where the calendar has moved its end
    }
    first.merge(key.kind(), key.start(), Math::min);
    return bucket;
  }

  boolean isForgotten(BucketKey key) {
    return key.start() <= forgotten.getOrDefault(key.kind(), Long.MIN_VALUE);
  }

  /** Whether there was the bucket and what was in it is forgotten. */
  boolean hasForgotten(BucketKey key) {
    return isForgotten(key) && first.getOrDefault(key.kind(), Long.MIN_VALUE) <= key.start();
  }

  /** What begins up to the instant is forgotten. */
  void forgetTo(BucketKind kind, long start) {
    forgotten.merge(kind, start, Math::max);
  }

  /** Forgets the oldest one. */
  LineBucket removeOldest(BucketKind kind) {
    LineBucket oldest = of(kind).pollFirstEntry().getValue();
    forgotten.put(kind, oldest.key().start());
    return oldest;
  }

  /**
   * Whether the oldest bucket of a kind is to be forgotten, because there are enough newer ones and
   * no machine is telling its past.
   *
   * @param tooMuch whether all lines keep more than they may
   */
  boolean isFull(BucketKind kind, long receivedNs, boolean tooMuch) {
    NavigableMap<Long, LineBucket> ofKind = of(kind);
    return ofKind.size() > kept(kind)
        && (ofKind.firstEntry().getValue().keptUntil() < receivedNs
            || ofKind.size() > keptOfPast(kind)
            || (tooMuch && kind == BucketKind.MINUTE));
  }

  /** What they take of the heap beside the minutes that each line keeps. */
  long bytesOfPast() {
    return (long) MINUTE_BYTES
        * Math.max(0, of(BucketKind.MINUTE).size() - kept(BucketKind.MINUTE));
  }

  /** The end of the newest minute. */
  long newest() {
    Map.Entry<Long, LineBucket> newest = of(BucketKind.MINUTE).lastEntry();
    return newest == null ? Long.MIN_VALUE : newest.getValue().key().end();
  }

  /**
   * @param fitting makes a bucket that was read one of the present entry
   */
  void exchange(StateCodec codec, UnaryOperator<LineBucket> fitting) {
    for (BucketKind kind : BucketKind.values()) {
      forgotten.put(kind, codec.number(forgotten.getOrDefault(kind, Long.MIN_VALUE)));
      first.put(
          kind,
          codec.has(StateFormat.HISTORIES_OF_LINES)
              ? codec.number(first.getOrDefault(kind, Long.MAX_VALUE))
              : Long.MIN_VALUE);
      NavigableMap<Long, LineBucket> ofKind = of(kind);
      codec
          .all(
              new ArrayList<>(ofKind.values()), LineBucket::blank, bucket -> bucket.exchange(codec))
          .forEach(bucket -> ofKind.put(bucket.key().start(), fitting.apply(bucket)));
    }
  }
}
