package io.weir.gateway.log;

import java.nio.ByteBuffer;

/**
 * The owner's total over all synced records, restored after a restart without reading the whole
 * log. Each segment's header holds its bytes; recovery adds the records of the tail segment.
 *
 * <p>One thread at a time calls it: the thread that opens the log, then {@code log-sync}. A record
 * is added after its sync, in log order, and before its {@link Synced} runs, so a record whose sync
 * failed is never counted. An owner that shows its total to other threads publishes it itself.
 */
public interface RunningTotal {

  /**
   * The total before the segment that is about to begin. Its size has no bound of its own, but each
   * segment holds it twice.
   */
  byte[] snapshot();

  /** Restores a total from a segment's header; empty bytes mean zero. */
  void restore(byte[] snapshot);

  /** Adds one record, after its sync or during recovery. The payload is a view. */
  void add(int kind, ByteBuffer payload);

  /**
   * The total has all records that the log has below an offset, and no others. Follows the records
   * of a sync, before readers see them, and the recovery. So an owner can compare its total with
   * what a reader found up to there.
   */
  default void isUpTo(long offset) {}

  /** For an owner without a total. */
  RunningTotal NOTHING =
      new RunningTotal() {
        @Override
        public byte[] snapshot() {
          return new byte[0];
        }

        @Override
        public void restore(byte[] snapshot) {
          // nothing is kept
        }

        @Override
        public void add(int kind, ByteBuffer payload) {
          // nothing is kept
        }
      };
}
