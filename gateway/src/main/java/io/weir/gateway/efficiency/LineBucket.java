package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.BucketKey;

/**
 * The sums of a line in one bucket.
 *
 * @param bottleneck the machine whose time counts as that of the line
 * @param sums as {@link LineSums} has them
 * @param keptUntil when what is received does no longer change it, though there are many; 0 where
 *     it is not of the past
 */
@SuppressWarnings("ArrayRecordComponent") // added to, never compared
record LineBucket(BucketKey key, String bottleneck, long[] sums, long keptUntil) {

  /** What a bucket is read into, of whatever entry it was. */
  static LineBucket blank() {
    return new LineBucket(BucketKey.NONE, "", new long[LineSums.WIDTH], 0);
  }

  LineBucket with(long[] others) {
    return new LineBucket(key, bottleneck, others, keptUntil);
  }

  LineBucket exchange(StateCodec codec) {
    return new LineBucket(
        key.exchange(codec),
        codec.name(bottleneck),
        codec.has(StateFormat.TARGETS)
            ? codec.sums(sums)
            : LineSums.withoutTargets(codec.sums(sums)),
        codec.has(StateFormat.HISTORIES_OF_LINES) ? codec.number(keptUntil) : 0);
  }
}
