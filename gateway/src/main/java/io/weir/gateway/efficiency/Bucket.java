package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Signals;

/**
 * The sums of one machine in one period. Products are kept by shift and by day.
 *
 * <p>Mutable; belongs to its {@link Buckets}.
 */
final class Bucket {

  final BucketKey key;
  final long[] sums;

  /**
   * The counters that the machine was known to have by the end of it: bits in the order of the
   * counts, and {@link Signals#METER}.
   */
  int counters;

  /** By product; of a shift and of a day only. */
  final ProductSums products;

  Bucket(BucketKey key, int counters) {
    this(key, counters, Sums.none(), new ProductSums());
  }

  private Bucket(BucketKey key, int counters, long[] sums, ProductSums products) {
    this.key = key;
    this.counters = counters;
    this.sums = sums;
    this.products = products;
  }

  /** Takes in what a bucket has that follows this one. */
  void append(Bucket later) {
    counters |= later.counters;
    Sums.append(sums, later.sums);
    products.append(later.products);
  }

  /** The same bucket, which ends at an instant. */
  Bucket until(long end) {
    return new Bucket(
        new BucketKey(key.kind(), key.start(), end, key.shift()), counters, sums, products);
  }

  /** It has not all of its time, or more than its own. */
  void makePartial() {
    sums[Sums.PARTIAL] = 1;
  }

  boolean isPartial() {
    return sums[Sums.PARTIAL] != 0;
  }

  /** What a bucket is read into. */
  static Bucket blank() {
    return new Bucket(BucketKey.NONE, 0);
  }

  Bucket copy() {
    return new Bucket(key, counters, sums.clone(), products.copy());
  }

  Bucket exchange(StateCodec codec) {
    return new Bucket(
        key.exchange(codec), codec.small(counters), codec.sums(sums), products.exchange(codec));
  }

  /** The sums with the corrections. */
  long[] corrected(Overlay overlay) {
    long[] corrected = sums.clone();
    overlay.addTo(corrected, key);
    return corrected;
  }

  /** The sums with the corrections, completed from the counters that the machine has. */
  long[] finished(Overlay overlay, SignalRules rules) {
    long[] finished = finished(corrected(overlay), rules);
    overlay.pieces().book(finished, key);
    return finished;
  }

  /** Sums, completed from the counters that the machine has. */
  long[] finished(long[] sums, SignalRules rules) {
    long[] finished = sums.clone();
    Sums.complete(finished, counters, rules.counts.assumeGood(), rules.hasCycle);
    Sums.completeTarget(finished, rules.usualTarget());
    return finished;
  }

  /**
   * From now on the machine has these counters at most: what was counted stays, with what follows
   * from counters that it has no more.
   */
  void hasNow(int told) {
    if ((counters & ~told) != 0) {
      Sums.deriveThird(sums, counters, false);
      products.each(ofProduct -> Sums.deriveThird(ofProduct, counters, false));
      counters &= told;
    }
  }

  boolean contains(long instant) {
    return key.start() <= instant && instant < key.end();
  }
}
