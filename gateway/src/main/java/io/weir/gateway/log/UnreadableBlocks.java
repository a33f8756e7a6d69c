package io.weir.gateway.log;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The blocks of one file that the disk does not return. A failed read is no damage, and is tried
 * again. Only a block that failed several times, while blocks of the file failed for some time, is
 * given up as a gap; and it is whole again as soon as the disk returns it. Shared by the readers of
 * the file; guarded by itself.
 */
final class UnreadableBlocks {

  /** The unit in which a disk, or the memory in front of it, fails. */
  static final int BLOCK_BYTES = 4096;

  /** A block that failed less often is not given up. */
  static final int TRIES = 3;

  private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(1);

  /** Without patience, no time passes. */
  private static final Time STOPPED =
      new Time() {
        @Override
        public long wallNs() {
          return 0;
        }

        @Override
        public long elapsedNs() {
          return 0;
        }
      };

  private final Time time;
  private final long patienceNs;

  /** How often each block failed, by its number in the file. */
  private final NavigableMap<Long, Integer> failures = new TreeMap<>();

  private long failingSinceNs;

  private UnreadableBlocks(Time time, long patienceNs) {
    this.time = time;
    this.patienceNs = patienceNs;
  }

  /** For consumers, which come back later: a block may fail for a minute before it is given up. */
  static UnreadableBlocks patient(Time time) {
    return new UnreadableBlocks(time, PATIENCE_NS);
  }

  /** For one pass that cannot wait: a block is given up after a few tries in a row. */
  static UnreadableBlocks atOnce() {
    return new UnreadableBlocks(STOPPED, 0);
  }

  /** Whether another try at once may be the last one. */
  boolean isPatient() {
    return patienceNs > 0;
  }

  /** The disk did not return the block at a file position. */
  synchronized void failed(long position) {
    if (failures.isEmpty()) {
      failingSinceNs = time.elapsedNs();
    }
    failures.merge(position / BLOCK_BYTES, 1, Integer::sum);
  }

  /** The disk returned these bytes. */
  synchronized void returned(long from, long to) {
    if (!failures.isEmpty()) {
      failures.subMap(from / BLOCK_BYTES, true, (to - 1) / BLOCK_BYTES, true).clear();
    }
  }

  /** Whether the block at a file position is given up. */
  synchronized boolean isGap(long position) {
    Integer count = failures.get(position / BLOCK_BYTES);
    return count != null && count >= TRIES && time.elapsedNs() - failingSinceNs >= patienceNs;
  }
}
