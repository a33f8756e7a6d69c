package io.weir.gateway.efficiency;

import java.util.Map;
import java.util.TreeMap;

/**
 * The sums of one machine in one stretch of time. Products are kept by shift only.
 *
 * <p>Mutable; belongs to its {@link Buckets}.
 */
final class Bucket {

  final BucketKey key;
  final long[] cell;

  /**
   * Which counters the machine was known to have by its end: bits in the order of the counts, and
   * {@link Buckets#METER}.
   */
  int counters;

  /** By product (a symbol of its machine), in cells of which only pieces are filled. */
  final Map<Integer, long[]> products = new TreeMap<>();

  Bucket(BucketKey key) {
    this(key, new long[Sums.SIZE]);
  }

  Bucket(BucketKey key, long[] cell) {
    this.key = key;
    this.cell = cell;
  }

  Bucket copy() {
    Bucket copy = new Bucket(key, cell.clone());
    copy.counters = counters;
    products.forEach((product, sums) -> copy.products.put(product, sums.clone()));
    return copy;
  }

  /** Its sums, with what follows from the counters that the machine has. */
  long[] finished(long[] sums, SignalRules rules) {
    long[] finished = sums.clone();
    Sums.finish(finished, counters, rules.counts.assumeGood(), rules.hasCycle);
    return finished;
  }

  boolean contains(long instant) {
    return key.start() <= instant && instant < key.end();
  }
}
